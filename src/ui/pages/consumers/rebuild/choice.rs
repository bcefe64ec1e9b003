//! Where the rebuild is to begin. A GET form, because the address says it: with script a change shows the plan at once.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate, use_query_map};
use leptos_router::params::ParamsMap;

use super::super::review::{REBUILD, href_open};
use crate::contract::{RebuildFrom, StoredCopy};
use crate::ui::parts::{position_text, query_text};

/// What the address asks for: where the rebuild is to begin, or, without that, wherever the server would begin; `None` where it asks
/// for no review.
#[must_use]
pub fn asked_in(query: &ParamsMap) -> Option<Option<RebuildFrom>> {
    let asked = query_text(query, REBUILD)?;
    let all = [RebuildFrom::Copy, RebuildFrom::Start];
    Some(all.into_iter().find(|from| word(*from) == asked))
}

/// The word for it in an address and in a form.
#[must_use]
pub fn word(from: RebuildFrom) -> &'static str {
    match from {
        RebuildFrom::Copy => "copy",
        RebuildFrom::Start => "start",
    }
}

/// The choice between the copy and the log's start.
#[component]
pub fn ChoiceForm(
    /// What the address asks for.
    asked: Memo<Option<Option<RebuildFrom>>>,
    /// The copy.
    copy: StoredCopy,
) -> impl IntoView {
    let (query, path, navigate) = (use_query_map(), use_location().pathname, use_navigate());
    let change = Callback::new(move |from: RebuildFrom| {
        let href = query
            .with_untracked(|query| href_open(&path.get_untracked(), query, REBUILD, word(from)));
        let stay = NavigateOptions {
            scroll: false,
            replace: true,
            ..NavigateOptions::default()
        };
        navigate(&href, stay);
    });
    let radio = move |from: RebuildFrom, words: String| {
        // Where nothing is asked for the server begins at the copy.
        let chosen = move || asked.get().flatten().unwrap_or(RebuildFrom::Copy) == from;
        view! {
            <label class="way">
                <input
                    type="radio"
                    name=REBUILD
                    value=word(from)
                    checked=untrack(chosen)
                    prop:checked=chosen
                    on:change=move |_| change.run(from)
                />
                {words}
            </label>
        }
    };
    let as_of = position_text(copy.as_of);
    view! {
        <form class="ways" method="get">
            <fieldset>
                <legend>"Where it is to begin"</legend>
                {radio(RebuildFrom::Copy, format!("From the stored copy as of {as_of}"))}
                {radio(RebuildFrom::Start, "From the log's start".to_owned())}
            </fieldset>
            <button class="button without-script">"Show the plan"</button>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_says_where_to_begin() {
        let asked = |value: &'static str| asked_in(&[(REBUILD, value)].into_iter().collect());
        assert_eq!(asked("copy"), Some(Some(RebuildFrom::Copy)));
        assert_eq!(asked("start"), Some(Some(RebuildFrom::Start)));
        assert_eq!(asked("beside"), Some(None));
        assert_eq!(asked_in(&ParamsMap::new()), None);
    }
}
