//! The JavaScript beside the wasm.

use std::path::Path;
use wasm_bindgen_cli_support::Bindgen;

/// Writes `highwater.js`, `highwater_bg.wasm` and, where crates bring JavaScript of their own, `snippets/`.
pub fn generate(wasm: &Path, folder: &Path) -> Result<(), String> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(wasm)
        .out_name("highwater")
        .typescript(false)
        .remove_producers_section(true);
    bindgen
        .web(true)
        .and_then(|bindgen| bindgen.generate(folder))
        .map_err(|error| format!("no bindings for {}: {error:#}", wasm.display()))
}
