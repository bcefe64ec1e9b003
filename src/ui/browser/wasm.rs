//! In a browser. Everything here degrades to "no" where the browser refuses (storage switched off, no clipboard).

use leptos::prelude::{document, window};
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys;

/// The page's clock in microseconds since the Unix epoch. It never runs backward while the page lives.
#[must_use]
pub fn clock_micros() -> i64 {
    let millis = match window().performance() {
        Some(performance) => performance.time_origin() + performance.now(),
        None => js_sys::Date::now(),
    };
    (millis * 1_000.0) as i64
}

/// A number from 0 up to, not with, 1.
#[must_use]
pub fn random() -> f64 {
    js_sys::Math::random()
}

/// A cookie of this site.
#[must_use]
pub fn cookie(name: &str) -> Option<String> {
    let all = document()
        .dyn_into::<web_sys::HtmlDocument>()
        .ok()?
        .cookie()
        .ok()?;
    crate::ui::prefs::find_cookie(&all, name)
}

/// Remembers a cookie for a year. Name and value are our own words, so nothing needs to be escaped.
pub fn set_cookie(name: &str, value: &str) {
    if let Ok(document) = document().dyn_into::<web_sys::HtmlDocument>() {
        let cookie = format!("{name}={value}; Path=/; Max-Age=31536000; SameSite=Lax");
        let _ = document.set_cookie(&cookie);
    }
}

/// Sets an attribute of the document's root, or removes it.
pub fn set_root_attribute(name: &str, value: Option<&str>) {
    if let Some(root) = document().document_element() {
        let _ = match value {
            Some(value) => root.set_attribute(name, value),
            None => root.remove_attribute(name),
        };
    }
}

fn session_storage() -> Option<web_sys::Storage> {
    window().session_storage().ok().flatten()
}

/// What this tab remembered under a name.
#[must_use]
pub fn session_item(name: &str) -> Option<String> {
    session_storage()?.get_item(name).ok().flatten()
}

/// Lets this tab remember something across reloads.
pub fn set_session_item(name: &str, value: &str) {
    if let Some(storage) = session_storage() {
        let _ = storage.set_item(name, value);
    }
}

/// Whether the browser believes that it has a network.
#[must_use]
pub fn is_online() -> bool {
    window().navigator().on_line()
}

/// Whether nobody can see the page at the moment.
#[must_use]
pub fn is_hidden() -> bool {
    document().hidden()
}

/// Whether the window is as narrow as a phone.
#[must_use]
pub fn is_narrow() -> bool {
    let width = window().inner_width().ok().and_then(|width| width.as_f64());
    width.is_some_and(|width| width <= 700.0)
}

/// Puts a text into the clipboard, where the browser allows it.
pub fn copy_text(text: &str) {
    let _ = window().navigator().clipboard().write_text(text);
}

/// How many minutes this browser's zone is ahead of UTC at a moment.
#[must_use]
pub fn local_offset_min(at_ms: f64) -> i32 {
    let date = js_sys::Date::new(&at_ms.into());
    -(date.get_timezone_offset() as i32)
}

/// Whether the keys pressed now go into a field.
#[must_use]
pub fn is_typing() -> bool {
    let Some(element) = document().active_element() else {
        return false;
    };
    matches!(&*element.tag_name(), "INPUT" | "TEXTAREA" | "SELECT")
        || element.has_attribute("contenteditable")
}

/// Whether the focus is on something that has a use for the space bar itself.
#[must_use]
pub fn focus_is_control() -> bool {
    let focused = document().active_element();
    focused.is_some_and(|element| matches!(&*element.tag_name(), "BUTTON" | "SUMMARY" | "INPUT"))
}

/// Whether a dialog is open: it has the keyboard for itself.
#[must_use]
pub fn open_dialog() -> bool {
    matches!(document().query_selector("dialog[open]"), Ok(Some(_)))
}

/// Puts the focus on the first element that a selector finds; says whether there is one.
pub fn focus_first(selector: &str) -> bool {
    match document().query_selector(selector) {
        Ok(Some(element)) => match element.dyn_into::<web_sys::HtmlElement>() {
            Ok(element) => element.focus().is_ok(),
            Err(_) => false,
        },
        _ => false,
    }
}

/// Clicks the first element that a selector finds; says whether there is one.
pub fn click_first(selector: &str) -> bool {
    match document().query_selector(selector) {
        Ok(Some(element)) => match element.dyn_into::<web_sys::HtmlElement>() {
            Ok(element) => {
                element.click();
                true
            }
            Err(_) => false,
        },
        _ => false,
    }
}

/// Takes the focus away from where it is.
pub fn blur_focus() {
    let focused = document().active_element();
    if let Some(element) =
        focused.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok())
    {
        let _ = element.blur();
    }
}

/// Moves the focus to the next (`1`) or the previous (`-1`) link that is marked as the head of a row.
pub fn move_row_focus(step: i32) {
    let Ok(rows) = document().query_selector_all("main [data-row]") else {
        return;
    };
    let focused = document().active_element();
    let is_focused = |index: &u32| {
        let row = rows.item(*index);
        row.is_some() && row.as_ref() == focused.as_ref().map(AsRef::as_ref)
    };
    let last = i64::from(rows.length()) - 1;
    let next = match (0..rows.length()).find(is_focused) {
        Some(index) => i64::from(index) + i64::from(step),
        None => 0,
    };
    let Ok(next) = u32::try_from(next.clamp(0, last.max(0))) else {
        return;
    };
    if let Some(row) = rows
        .item(next)
        .and_then(|row| row.dyn_into::<web_sys::HtmlElement>().ok())
    {
        let _ = row.focus();
    }
}

/// How far below the window's upper edge an element begins, in pixels.
#[must_use]
pub fn top_of(element: &web_sys::Element) -> f64 {
    element.get_bounding_client_rect().top()
}

/// How far the page is scrolled down, in pixels.
#[must_use]
pub fn scroll_top() -> f64 {
    window().scroll_y().unwrap_or(0.0)
}

/// Scrolls the page to its top.
pub fn scroll_to_top() {
    window().scroll_to_with_x_and_y(0.0, 0.0);
}

/// Goes back in the history.
pub fn go_back() {
    if let Ok(history) = window().history() {
        let _ = history.back();
    }
}

/// In a browser there is no answer to set a status on.
pub fn set_status_not_found() {}
