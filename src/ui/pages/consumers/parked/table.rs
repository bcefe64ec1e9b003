//! Parked events in a table, each with what can be done with it.

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

use super::super::review::{PARKED, href_open};
use super::choice::Choice;
use super::payload::Payload;
use crate::contract::{ConsumerKind, ConsumerRow, OrderId, ParkedAct, ParkedRow};
use crate::ui::parts::{PositionLink, Time, order_href, thousands};

/// The page that shows what a key is: an order, or a stream.
fn key_href(key: &str) -> String {
    match key.parse::<OrderId>() {
        Ok(order) => order_href(order),
        Err(_) => format!("/streams/{key}"),
    }
}

/// A key that leads to what it is.
#[component]
pub fn KeyLink(
    /// The key.
    key: String,
) -> impl IntoView {
    view! { <a href=key_href(&key)>{key.clone()}</a> }
}

#[component]
pub fn ParkedTable(
    /// The events.
    rows: Vec<ParkedRow>,
    /// The consumer.
    row: Memo<Option<ConsumerRow>>,
) -> impl IntoView {
    // A read model tries all of them again together, and can give up none.
    let whole = Memo::new(move |_| {
        row.with(|row| {
            row.as_ref()
                .is_some_and(|row| row.kind == ConsumerKind::Projection)
        })
    });
    let rows: Vec<_> = rows
        .into_iter()
        .map(|row| view! { <Row row whole/> })
        .collect();
    let acts = move || {
        match whole.get() {
        true => view! {
            <span class="mute">"None can be given up: a read model without an event would never agree with the log."</span>
            <ChoiceLink act=ParkedAct::Retry words="Retry all, in a rebuild…"/>
        }
        .into_any(),
        false => view! {
            <ChoiceLink act=ParkedAct::Retry words="Retry all…"/>
            <ChoiceLink act=ParkedAct::Discard words="Discard all…"/>
        }
        .into_any(),
    }
    };
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label="Table of parked events">
            <table class="table parked">
                <thead>
                    <tr>
                        <th scope="col" class="n">"Position"</th>
                        <th scope="col" class="is-wide" title="What keeps the order: a stream, or an order">"Key"</th>
                        <th scope="col">"What went wrong"</th>
                        <th scope="col" class="n is-wide">"Tried"</th>
                        <th scope="col" class="n is-wide" title="Later events of the key that wait for it">"Wait behind"</th>
                        <th scope="col" class="is-wide">"Since"</th>
                        <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        <p class="parked-all">{acts}</p>
    }
}

#[component]
fn Row(row: ParkedRow, whole: Memo<bool>) -> impl IntoView {
    let id = row.id;
    let acts = move || {
        (!whole.get()).then(|| {
            view! {
                <ChoiceLink act=ParkedAct::Retry id words="Retry…"/>
                <ChoiceLink act=ParkedAct::Discard id words="Discard…"/>
            }
        })
    };
    view! {
        <tr>
            <td class="n"><PositionLink position=row.position/></td>
            <td class="is-wide" title=row.key.clone()><KeyLink key=row.key.clone()/></td>
            <td class="wrap">{row.error} <Payload id=row.event_id/></td>
            <td class="n is-wide">{thousands(row.attempts.into())}</td>
            <td class="n is-wide">{thousands(row.waiting_behind)}</td>
            <td class="is-wide"><Time at=row.parked_at/></td>
            <td class="parked-acts">{acts}</td>
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_leads_to_what_it_is() {
        let order = "01939f1c-0000-7000-8000-0000abcd12ef";
        assert_eq!(key_href(order), format!("/shop/orders/{order}"));
        assert_eq!(key_href("product-mug"), "/streams/product-mug");
    }
}
