//! The document around the page.

use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::{MetaTags, provide_meta_context};

use super::App;
use super::assets::SiteAssets;
use super::prefs::remembered_theme;

/// The whole document. Without `assets` it is a plain page, which is useful too: whatever the browser does not build
/// upon is served as HTML and forms.
///
/// The theme is in the first tag, so nothing flashes; the only scripts carry the nonce of the request.
pub fn shell(assets: Option<SiteAssets>) -> impl IntoView {
    provide_meta_context();
    let head = assets.map(|assets| {
        let nonce = use_nonce();
        let start = start_script(&assets);
        view! {
            <link rel="stylesheet" href=assets.css />
            <link rel="modulepreload" href=assets.js nonce=nonce.clone() />
            <link
                rel="preload"
                href=assets.wasm
                r#as="fetch"
                r#type="application/wasm"
                crossorigin="anonymous"
            />
            <script type="module" nonce=nonce inner_html=start></script>
        }
    });
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=remembered_theme().attribute()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <meta
                    name="description"
                    content="An event-sourced application server with a live console"
                />
                <link rel="icon" href=ICON type="image/svg+xml" />
                {head}
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// The mark, as a picture in the address itself: no file to fetch.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none' \
stroke='%230a7ea8' stroke-width='2.4' stroke-linecap='round'%3E%3Cpath d='M2 6.5h20M2 12.5c2.5-2 4.5-2 7 0s4.5 2 7 \
0 4.5-2 6 0M2 18.5c2.5-2 4.5-2 7 0s4.5 2 7 0 4.5-2 6 0'/%3E%3C/svg%3E";

/// Loads the wasm and lets it take over. The root's attributes tell the styles that what needs script works now, and that it has
/// stopped: a page whose wasm has trapped still looks fresh, so that must be seen.
fn start_script(assets: &SiteAssets) -> String {
    let js = serde_json::Value::from(&*assets.js);
    let wasm = serde_json::Value::from(&*assets.wasm);
    format!(
        "import init,{{hydrate}} from {js};\
         const root=document.documentElement;\
         const stopped=(error)=>{{if(error instanceof WebAssembly.RuntimeError)root.dataset.stopped='';}};\
         addEventListener('error',(event)=>stopped(event.error));\
         addEventListener('unhandledrejection',(event)=>stopped(event.reason));\
         await init({{module_or_path:{wasm}}});\
         hydrate();\
         root.dataset.alive='';"
    )
}
