//! What stands where nothing is.

use leptos::prelude::*;

use super::PageHead;
use crate::ui::browser;
use crate::ui::parts::Empty;

/// The page of an address that leads nowhere; the server answers 404 with it.
#[component]
pub fn MissingPage() -> impl IntoView {
    browser::set_status_not_found();
    view! {
        <PageHead title="Nothing here" />
        <Empty title="No page has this address.">
            <a href="/">"Go to the overview"</a>
        </Empty>
    }
    .into_any()
}
