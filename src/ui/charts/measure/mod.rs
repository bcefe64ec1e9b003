//! What only a browser knows: how wide a box is, and where a pointer is in it.

#[cfg(target_arch = "wasm32")]
mod wasm;
#[cfg(target_arch = "wasm32")]
pub use wasm::{pointer_in, width_of_box};

#[cfg(not(target_arch = "wasm32"))]
mod native;
#[cfg(not(target_arch = "wasm32"))]
pub use native::{pointer_in, width_of_box};

/// The width that charts are drawn at until they are measured, in pixels.
pub const WIDTH_BEFORE: f64 = 960.0;
