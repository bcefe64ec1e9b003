//! On the server: what can be known from the request, and nothing done.

use axum::http::{StatusCode, header, request::Parts};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

/// The server's clock in microseconds since the Unix epoch.
#[must_use]
pub fn clock_micros() -> i64 {
    let since_epoch = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since_epoch
        .ok()
        .and_then(|duration| i64::try_from(duration.as_micros()).ok())
        .unwrap_or_default()
}

/// The server renders nothing by chance.
#[must_use]
pub fn random() -> f64 {
    0.0
}

/// A cookie of the request.
#[must_use]
pub fn cookie(name: &str) -> Option<String> {
    let parts = use_context::<Parts>()?;
    let cookies = parts.headers.get(header::COOKIE)?.to_str().ok()?;
    crate::ui::prefs::find_cookie(cookies, name)
}

/// The page sets its own cookies.
pub fn set_cookie(_name: &str, _value: &str) {}

/// The root's attributes are rendered by the shell.
pub fn set_root_attribute(_name: &str, _value: Option<&str>) {}

/// A tab's memory is not here.
#[must_use]
pub fn session_item(_name: &str) -> Option<String> {
    None
}

/// A tab's memory is not here.
pub fn set_session_item(_name: &str, _value: &str) {}

/// The server is where it is.
#[must_use]
pub fn is_online() -> bool {
    true
}

/// Somebody asked for the page.
#[must_use]
pub fn is_hidden() -> bool {
    false
}

/// The width is not known; the style sheet decides.
#[must_use]
pub fn is_narrow() -> bool {
    false
}

/// There is no clipboard.
pub fn copy_text(_text: &str) {}

/// The server renders UTC.
#[must_use]
pub fn local_offset_min(_at_ms: f64) -> i32 {
    0
}

/// There is no keyboard.
#[must_use]
pub fn is_typing() -> bool {
    false
}

/// There is no focus.
#[must_use]
pub fn focus_is_control() -> bool {
    false
}

/// No dialog is open.
#[must_use]
pub fn open_dialog() -> bool {
    false
}

/// There is no focus.
pub fn focus_first(_selector: &str) -> bool {
    false
}

/// There is no mouse.
pub fn click_first(_selector: &str) -> bool {
    false
}

/// There is no focus.
pub fn blur_focus() {}

/// There is no focus.
pub fn move_row_focus(_step: i32) {}

/// Nothing is laid out.
#[must_use]
pub fn top_of(_element: &leptos::web_sys::Element) -> f64 {
    0.0
}

/// Nothing is scrolled.
#[must_use]
pub fn scroll_top() -> f64 {
    0.0
}

/// Nothing is scrolled.
pub fn scroll_to_top() {}

/// There is no history.
pub fn go_back() {}

/// Answers 404 with the page.
pub fn set_status_not_found() {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(StatusCode::NOT_FOUND);
    }
}
