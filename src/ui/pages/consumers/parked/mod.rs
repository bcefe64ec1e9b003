//! Events that a consumer has set aside: what went wrong, what waits behind them, and what can be done.

mod choice;
mod payload;
mod review;
mod table;

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

use super::acts::Acts;
use crate::api::list_parked;
use crate::contract::{ConsumerRow, ParkedRow, Problem};
use crate::ui::live::use_live;
use crate::ui::parts::{Empty, Panel, answered, href_with, query_text, thousands};
use table::ParkedTable;

pub use review::{FirstChoice, ParkedReview, choice_of};
pub use table::KeyLink;

/// How many are shown at once.
const SHOWN: u32 = 50;
/// The part of the address that says after which number the page starts.
const AFTER: &str = "after";

/// A page of the parked events, read again whenever there are more or fewer of them. One more than is shown says that there is
/// another page.
pub type Parked = Resource<Result<Vec<ParkedRow>, Problem>>;

/// After which number the address wants the page to start.
fn after_in_address() -> Memo<u64> {
    let query = use_query_map();
    Memo::new(move |_| {
        let after = query.with(|query| query_text(query, AFTER));
        after.and_then(|after| after.parse().ok()).unwrap_or(0)
    })
}

/// The parked events of a consumer that the address asks for.
#[must_use]
pub fn parked_of(name: Memo<String>, acts: Acts) -> Parked {
    let live = use_live();
    let after = after_in_address();
    let count = Memo::new(move |_| {
        let row = name.with(|name| live.consumer(name));
        row.map_or(0, |row| row.parked)
    });
    let source = move || (name.get(), after.get(), acts.get(), count.get());
    Resource::new_blocking(source, |(name, after, _, _)| {
        list_parked(name, after, SHOWN + 1)
    })
}

/// The panel.
#[component]
pub fn ParkedPanel(
    /// The page of them.
    parked: Parked,
    /// The consumer.
    row: Memo<Option<ConsumerRow>>,
) -> impl IntoView {
    view! {
        <Panel title="Parked" class="is-flush" aside=move || "set aside, the oldest first">
            {answered(parked, move |rows| match rows.is_empty() {
                true => view! { <Empty title="Nothing is parked."/> }.into_any(),
                false => view! { <ParkedPage rows row/> }.into_any(),
            })}
        </Panel>
    }
}

#[component]
fn ParkedPage(mut rows: Vec<ParkedRow>, row: Memo<Option<ConsumerRow>>) -> impl IntoView {
    let has_more = rows.len() > SHOWN as usize;
    rows.truncate(SHOWN as usize);
    let next = rows.last().filter(|_| has_more).map(|last| last.id);
    let shown = rows.len() as u64;
    view! {
        <ParkedTable rows row/>
        <Pages shown next row/>
    }
}

/// How many of how many are shown, and the way to the others; nothing where those are all.
#[component]
fn Pages(shown: u64, next: Option<u64>, row: Memo<Option<ConsumerRow>>) -> impl IntoView {
    let (query, path) = (use_query_map(), use_location().pathname);
    let after = after_in_address();
    let all = move || row.with(|row| row.as_ref().map_or(shown, |row| row.parked.max(shown)));
    let href = move |after: Option<u64>| {
        let after = after.map(|after| after.to_string());
        query.with(|query| href_with(&path.get(), query, AFTER, after.as_deref()))
    };
    move || {
        let is_first = after.get() == 0;
        (!is_first || next.is_some()).then(|| {
            let first = (!is_first).then(|| {
                view! { <a class="button is-small" href=href(None) data-noscroll="true">"First ones"</a> }
            });
            let next = next.map(|next| {
                view! { <a class="button is-small" href=href(Some(next)) data-noscroll="true">"Next ones"</a> }
            });
            view! {
                <p class="parked-all">
                    <span class="mute">{thousands(shown)} " of " {thousands(all())} " are shown"</span>
                    {first}
                    {next}
                </p>
            }
        })
    }
}
