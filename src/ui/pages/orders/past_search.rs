//! What a search would have found.

use leptos::prelude::*;

use super::past_row::{PastRow, PastTable, Shown};
use crate::api::search_orders_at;
use crate::contract::{Listing, PastPage, SearchHit, Then};
use crate::ui::pages::past::{Past, Standing, loaded_then};
use crate::ui::parts::Empty;

/// The orders that matched the words, at the moment that is asked for.
#[component]
pub fn SearchResultsThen(
    /// The words.
    words: Memo<Option<String>>,
    past: Past,
) -> impl IntoView {
    let found = Resource::new_blocking(
        move || (words.get().unwrap_or_default(), past.ask()),
        |(words, at)| search_orders_at(words, at),
    );
    loaded_then(past, found, move |page| {
        show(past, &words.get_untracked().unwrap_or_default(), page)
    })
}

fn show(past: Past, words: &str, page: PastPage<Listing<Then<SearchHit>>>) -> AnyView {
    let hits = page.shown.items;
    let (rows, differ) = (
        hits.len(),
        hits.iter().filter(|hit| hit.now.is_some()).count(),
    );
    let row =
        |hit: Then<SearchHit>| view! { <PastRow then=shown(hit.then) now=hit.now.map(shown)/> };
    let table = match hits.is_empty() {
        true => view! { <Empty title="The search index knew no order with these words then."/> }
            .into_any(),
        false => {
            let rows: Vec<_> = hits.into_iter().map(row).collect();
            view! { <PastTable>{rows}</PastTable> }.into_any()
        }
    };
    view! {
        <section class="panel is-flush is-past" aria-label="Search results as they were">
            <header class="panel-head">
                <h2>{format!("Found for “{words}”")}</h2>
            </header>
            <Standing past moment=page.moment rows=Signal::stored(rows) differ=Signal::stored(differ)/>
            {table}
        </section>
    }
    .into_any()
}

fn shown(hit: SearchHit) -> Shown {
    Shown {
        order_id: hit.order_id,
        customer: hit.customer,
        status: hit.status,
        reason: None,
        items: hit.products,
        total: hit.total,
        placed_at: hit.placed_at,
    }
}
