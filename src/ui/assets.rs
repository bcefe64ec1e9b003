//! Where the browser finds what it needs beside the page.

/// The addresses of the built site, as the server serves them: their names carry a hash of their content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteAssets {
    /// The bindings: a module that starts the wasm.
    pub js: String,
    /// The page's own code.
    pub wasm: String,
    /// All styles in one sheet.
    pub css: String,
}
