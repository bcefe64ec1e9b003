//! Events that a group has set aside: what went wrong, what waits behind them, and what can be done.

mod choice;
mod payload;
mod review;

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

use super::acts::Acts;
use super::review::{PARKED, href_open};
use crate::api::list_parked;
use crate::contract::{ParkedAct, ParkedRow, Problem};
use crate::ui::live::use_live;
use crate::ui::parts::{Empty, ErrorNote, Panel, PositionLink, Time, thousands};
use choice::Choice;
use payload::Payload;

pub use review::{FirstChoice, ParkedReview, choice_of};

/// How many are shown.
const SHOWN: u32 = 50;

/// The first parked events, read again whenever there are more or fewer of them.
pub type Parked = Resource<Result<Vec<ParkedRow>, Problem>>;

/// The parked events of a consumer.
#[must_use]
pub fn parked_of(name: Memo<String>, acts: Acts) -> Parked {
    let live = use_live();
    let count = Memo::new(move |_| {
        let row = name.with(|name| live.consumer(name));
        row.map_or(0, |row| row.parked)
    });
    let source = move || (name.get(), acts.get(), count.get());
    Resource::new_blocking(source, |(name, _, _)| list_parked(name, 0, SHOWN))
}

/// The panel.
#[component]
pub fn ParkedPanel(
    /// The first of them.
    parked: Parked,
) -> impl IntoView {
    view! {
        <Panel title="Parked" class="is-flush" aside=move || "set aside by the group, the oldest first">
            <Transition>
                {move || Suspend::new(async move {
                    match parked.await {
                        Ok(rows) if rows.is_empty() => view! { <Empty title="Nothing is parked."/> }.into_any(),
                        Ok(rows) => view! { <ParkedTable rows/> }.into_any(),
                        Err(problem) => view! { <ErrorNote problem/> }.into_any(),
                    }
                })}
            </Transition>
        </Panel>
    }
}

#[component]
fn ParkedTable(rows: Vec<ParkedRow>) -> impl IntoView {
    let rows: Vec<_> = rows.into_iter().map(|row| view! { <Row row/> }).collect();
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label="Table of parked events">
            <table class="table parked">
                <thead>
                    <tr>
                        <th scope="col" class="n">"Position"</th>
                        <th scope="col" class="is-wide">"Stream"</th>
                        <th scope="col">"What went wrong"</th>
                        <th scope="col" class="n is-wide">"Tried"</th>
                        <th scope="col" class="n is-wide" title="Later events of the stream that wait for it">"Wait behind"</th>
                        <th scope="col" class="is-wide">"Since"</th>
                        <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <p class="parked-all">
            <ChoiceLink act=ParkedAct::Retry words="Retry all…"/>
            <ChoiceLink act=ParkedAct::Discard words="Discard all…"/>
        </p>
    }
}

#[component]
fn Row(row: ParkedRow) -> impl IntoView {
    view! {
        <tr>
            <td class="n"><PositionLink position=row.position/></td>
            <td class="is-wide" title=row.key.clone()>
                <a href=format!("/streams/{}", row.key)>{row.key.clone()}</a>
            </td>
            <td class="wrap">{row.error} <Payload id=row.event_id/></td>
            <td class="n is-wide">{thousands(row.attempts.into())}</td>
            <td class="n is-wide">{thousands(row.waiting_behind)}</td>
            <td class="is-wide"><Time at=row.parked_at/></td>
            <td class="parked-acts">
                <ChoiceLink act=ParkedAct::Retry id=row.id words="Retry…"/>
                <ChoiceLink act=ParkedAct::Discard id=row.id words="Discard…"/>
            </td>
        </tr>
    }
}

/// Opens the review.
#[component]
fn ChoiceLink(
    act: ParkedAct,
    #[prop(optional)] id: Option<u64>,
    words: &'static str,
) -> impl IntoView {
    let (query, path) = (use_query_map(), use_location().pathname);
    let value = Choice { act, id }.to_string();
    let href = move || query.with(|query| href_open(&path.get(), query, PARKED, &value));
    view! { <a class="button is-small" href=href data-noscroll="true">{words}</a> }
}
