//! What a search found, as of where the search index is.

use leptos::prelude::*;
use std::time::Duration;

use crate::api::search_orders;
use crate::contract::{Listing, Position, SearchHit, Topic};
use crate::ui::live::use_live;
use crate::ui::parts::{
    AsOfLine, Empty, MoneyText, OrderBadge, Time, answered, order_code, order_href,
};
use crate::ui::pending::use_pending;

/// The index moves with every order; the question is asked again at most this often.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(2);

/// The orders that match the words.
#[component]
pub fn SearchResults(
    /// The words.
    words: Memo<Option<String>>,
) -> impl IntoView {
    let found = Resource::new_blocking(move || words.get().unwrap_or_default(), search_orders);
    let again = Callback::new(move |()| found.refetch());
    answered(found, move |found| {
        show(words.get_untracked().unwrap_or_default(), found, again)
    })
}

fn show(words: String, found: Listing<SearchHit>, again: Callback<()>) -> AnyView {
    let as_of = found.freshness.as_of;
    let pending = use_pending();
    Effect::new(move |_| pending.settle("search", as_of));
    follow_index(as_of, again);
    let count = match found.items.len() {
        0 => "Nothing found".to_owned(),
        1 => "1 order".to_owned(),
        50 => "The best 50 orders".to_owned(),
        count => format!("{count} orders"),
    };
    let title = format!("{count} for “{words}”");
    let nothing = found.items.is_empty().then(|| {
        view! {
            <Empty title="The search index knows no order with these words. It finds names, products and ids.">
                <a href="/shop/orders">"Show all orders"</a>
            </Empty>
        }
    });
    let table = (!found.items.is_empty()).then(|| hits_table(found.items));
    view! {
        <section class="panel is-flush" aria-label="Search results">
            <header class="panel-head">
                <h2>{title}</h2>
                <AsOfLine as_of=as_of consumer="search" />
            </header>
            {nothing}
            {table}
        </section>
    }
    .into_any()
}

/// Asks again when the index has moved on.
fn follow_index(as_of: Position, again: Callback<()>) {
    let asked = StoredValue::new(false);
    use_live()
        .watch(Topic::Search, as_of, move |_| {
            if asked.try_get_value() == Some(false) {
                asked.set_value(true);
                let ask = move || {
                    // The answer may have been replaced meanwhile, and with it this watch.
                    if asked.try_get_value().is_some() {
                        again.run(());
                    }
                };
                set_timeout(ask, ASK_AGAIN_AFTER);
            }
        })
        .on_reset(move |_| again.run(()));
}

fn hits_table(hits: Vec<SearchHit>) -> impl IntoView {
    let rows: Vec<_> = hits
        .into_iter()
        .map(|hit| view! { <HitRow hit=hit /> })
        .collect();
    view! {
        <table class="table orders">
            <thead>
                <tr>
                    <th scope="col" class="col-code is-wide">"Order"</th>
                    <th scope="col" class="col-customer">"Customer"</th>
                    <th scope="col" class="col-status">"Status"</th>
                    <th scope="col" class="col-items is-wide">"Items"</th>
                    <th scope="col" class="n col-total">"Total"</th>
                    <th scope="col" class="n col-time is-wide">"Placed"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

#[component]
fn HitRow(hit: SearchHit) -> impl IntoView {
    view! {
        <tr>
            <td class="col-code is-wide">
                <a class="row-link mono" href=order_href(hit.order_id) data-row="" title=hit.order_id.to_string()>
                    {order_code(hit.order_id)}
                </a>
            </td>
            <td class="col-customer">
                <a class="row-link" href=order_href(hit.order_id)>{hit.customer}</a>
            </td>
            <td class="col-status">
                <OrderBadge status=hit.status />
            </td>
            <td class="col-items is-wide">{hit.products}</td>
            <td class="n col-total">
                <MoneyText value=hit.total />
            </td>
            <td class="n col-time is-wide">
                <Time at=hit.placed_at />
            </td>
        </tr>
    }
    .into_any()
}
