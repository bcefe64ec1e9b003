//! The field for a moment that one knows: a position, or a time.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::{AS_OF, as_of_in};
use crate::ui::parts::query_text;

/// What the message about a moment that is none is called, for the field that it belongs to.
const WRONG: &str = "as-of-wrong";

/// The field, and what is wrong with what the address has. Without script it is a form like any other.
#[component]
pub fn WhenField(
    /// The page, without what is asked of it.
    #[prop(into)]
    action: String,
    /// The page's address at a moment, which need not be one; absent: the page as it is.
    #[prop(into)]
    href: Callback<Option<String>, String>,
    /// The rest of what is asked of the page, as fields.
    #[prop(optional, into)]
    fields: ViewFn,
) -> impl IntoView {
    let (query, navigate) = (use_query_map(), use_navigate());
    let typed = RwSignal::new(None::<String>);
    let asked = move || {
        query
            .with(|query| query_text(query, AS_OF))
            .unwrap_or_default()
    };
    let wrong = Memo::new(move |_| query.with(|query| as_of_in(query).err()));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let text = typed.get_untracked().unwrap_or_else(|| untrack(asked));
        let text = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        typed.set(None);
        navigate(&href.run(text), NavigateOptions::default());
    };
    view! {
        <form class="when" action=action method="get" on:submit=submit>
            {fields.run()}
            <label class="when-label">
                "Position or time "
                <input
                    class="input"
                    type="text"
                    name=AS_OF
                    placeholder="2026-10-01T09:30:00Z"
                    autocomplete="off"
                    spellcheck="false"
                    value=asked
                    prop:value=asked
                    aria-invalid=move || wrong.with(Option::is_some).then_some("true")
                    aria-describedby=move || wrong.with(Option::is_some).then_some(WRONG)
                    on:input=move |event| typed.set(Some(event_target_value(&event)))
                />
            </label>
            <button class="button">"Go there"</button>
        </form>
        {move || {
            wrong.get().map(|wrong| {
                view! {
                    <p class="when-wrong" id=WRONG role="alert">{format!("{wrong}. What is shown is now.")}</p>
                }
            })
        }}
    }
    .into_any()
}
