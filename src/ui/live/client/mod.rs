//! The client of the gateway, in two versions with one signature: in a browser it holds the socket; the server, which
//! renders the page once, watches nothing.

#[cfg(target_arch = "wasm32")]
mod catch_up;
#[cfg(target_arch = "wasm32")]
mod socket;
#[cfg(target_arch = "wasm32")]
mod wasm;
#[cfg(target_arch = "wasm32")]
pub use wasm::{clock_uncertainty_ms, retry_now, server_now, set_on_reset, start, unwatch, watch};

#[cfg(not(target_arch = "wasm32"))]
mod native;
#[cfg(not(target_arch = "wasm32"))]
pub use native::{
    clock_uncertainty_ms, retry_now, server_now, set_on_reset, start, unwatch, watch,
};
