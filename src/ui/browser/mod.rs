//! What only a browser can do, in two versions with one signature: in a browser it is done, on the server it is
//! answered from the request or not done at all. With this, no view needs to know where it runs.

#[cfg(target_arch = "wasm32")]
mod wasm;
#[cfg(target_arch = "wasm32")]
pub use wasm::{
    blur_focus, click_first, clock_micros, cookie, copy_text, focus_first, focus_is_control,
    go_back, is_hidden, is_narrow, is_online, is_typing, local_offset_min, move_row_focus,
    open_dialog, random, scroll_to_top, scroll_top, session_item, set_cookie, set_root_attribute,
    set_session_item, set_status_not_found, top_of,
};

#[cfg(not(target_arch = "wasm32"))]
mod native;
#[cfg(not(target_arch = "wasm32"))]
pub use native::{
    blur_focus, click_first, clock_micros, cookie, copy_text, focus_first, focus_is_control,
    go_back, is_hidden, is_narrow, is_online, is_typing, local_offset_min, move_row_focus,
    open_dialog, random, scroll_to_top, scroll_top, session_item, set_cookie, set_root_attribute,
    set_session_item, set_status_not_found, top_of,
};
