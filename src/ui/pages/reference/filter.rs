//! The filter box. A plain GET form, because the URL is the state; with script it follows the typing.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use crate::contract::ApiOperation;
use crate::ui::parts::{Icon, Shape, href_with, query_text};

const PATH: &str = "/api";

/// The field, and how many operations are shown.
#[component]
pub fn Filter(
    /// How many there are.
    found: Memo<usize>,
) -> impl IntoView {
    let query = use_query_map();
    let navigate = use_navigate();
    let value = move || {
        query
            .with(|query| query_text(query, "q"))
            .unwrap_or_default()
    };
    let show = move |words: &str| {
        let words = Some(words).filter(|words| !words.is_empty());
        let href = query.with_untracked(|query| href_with(PATH, query, "q", words));
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&href, options);
    };
    let count = move || match found.get() {
        1 => "1 operation".to_owned(),
        count => format!("{count} operations"),
    };
    view! {
        <div class="filters">
            <form
                class="field-search"
                role="search"
                aria-label="Filter the operations"
                action=PATH
                method="get"
                on:submit=move |event: SubmitEvent| event.prevent_default()
            >
                <Icon shape=Shape::Search />
                <input
                    class="input"
                    type="text"
                    name="q"
                    aria-label="Filter the operations"
                    placeholder="Filter: path, word, problem"
                    autocomplete="off"
                    spellcheck="false"
                    data-search=""
                    value=value
                    prop:value=value
                    on:input=move |event| show(&event_target_value(&event))
                />
            </form>
            <span class="mute num" role="status">{count}</span>
        </div>
    }
    .into_any()
}

/// Whether an operation has all the words somewhere in what is said of it.
pub fn finds(operation: &ApiOperation, words: &str) -> bool {
    let names = operation.parameters.iter().map(|field| &*field.name);
    let problems = operation.problems.iter().map(|problem| &*problem.slug);
    let requests = operation.requests.iter().map(|request| &*request.what);
    let said: Vec<_> = [
        &*operation.method,
        &operation.path,
        &operation.summary,
        &operation.about,
    ]
    .into_iter()
    .chain(names)
    .chain(problems)
    .chain(requests)
    .map(str::to_lowercase)
    .collect();
    words
        .to_lowercase()
        .split_whitespace()
        .all(|word| said.iter().any(|said| said.contains(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_must_be_found() {
        let operation = ApiOperation {
            id: "streams_append".to_owned(),
            method: "POST".to_owned(),
            path: "/api/v1/streams/{stream}".to_owned(),
            summary: "Append to a stream".to_owned(),
            about: String::new(),
            role: "user".to_owned(),
            parameters: Vec::new(),
            bodies: Vec::new(),
            requests: Vec::new(),
            answers: Vec::new(),
            problems: Vec::new(),
        };
        assert!(finds(&operation, ""));
        assert!(finds(&operation, "append POST"));
        assert!(!finds(&operation, "append orders"));
    }
}
