//! The order list as it was. Its pages are appended by hand: nothing in it moves by itself.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::filters::StatusTabs;
use super::list::{items_text, reason_text};
use super::past_row::{PastRow, PastTable, Shown};
use super::wanted;
use crate::api::list_orders_at;
use crate::contract::{LogMoment, OrderQuery, OrderRow, PastOrders, PastPage, Then, When};
use crate::ui::pages::past::{Past, Standing, loaded_then};
use crate::ui::parts::{Empty, use_say};

/// The orders that match the filter, at the moment that is asked for.
#[component]
pub fn AllOrdersThen(past: Past) -> impl IntoView {
    let query = use_query_map();
    let query = Memo::new(move |_| query.with(wanted));
    let orders = Resource::new_blocking(
        move || (query.get(), past.ask()),
        |(query, at)| list_orders_at(query, at),
    );
    loaded_then(past, orders, move |page| {
        show(past, query.get_untracked(), page)
    })
}

/// The rows that are loaded, and where the next ones are.
#[derive(Clone, Copy)]
struct Loaded {
    query: StoredValue<OrderQuery>,
    moment: LogMoment,
    rows: RwSignal<Vec<Then<OrderRow>>>,
    next: RwSignal<Option<String>>,
}

fn show(past: Past, query: OrderQuery, page: PastPage<PastOrders>) -> AnyView {
    let PastOrders { listing, counts } = page.shown;
    let is_filtered = query.status.is_some() || query.customer.is_some();
    let loaded = Loaded {
        query: StoredValue::new(query),
        moment: page.moment,
        rows: RwSignal::new(listing.items),
        next: RwSignal::new(listing.next),
    };
    let rows = loaded.rows;
    let differ = move || rows.with(|rows| rows.iter().filter(|row| row.now.is_some()).count());
    let is_bare = rows.with_untracked(Vec::is_empty);
    view! {
        <section class="panel is-flush is-past" aria-label="Orders as they were">
            <header class="panel-head">
                <StatusTabs counts=RwSignal::new(counts)/>
            </header>
            <Standing
                past
                moment=page.moment
                rows=Signal::derive(move || rows.with(Vec::len))
                differ=Signal::derive(differ)
            />
            {match is_bare {
                true => nothing(is_filtered).into_any(),
                false => view! { <Rows loaded/> }.into_any(),
            }}
            <More loaded/>
        </section>
    }
    .into_any()
}

#[component]
fn Rows(loaded: Loaded) -> impl IntoView {
    let row =
        |row: Then<OrderRow>| view! { <PastRow then=shown(row.then) now=row.now.map(shown)/> };
    view! {
        <PastTable>
            <For
                each=move || loaded.rows.get()
                key=|row| row.then.order_id.0.as_u128()
                children=row
            />
        </PastTable>
    }
}

fn shown(order: OrderRow) -> Shown {
    Shown {
        order_id: order.order_id,
        status: order.status,
        reason: order.cancel_reason.as_deref().map(reason_text),
        items: items_text(&order),
        total: order.total,
        placed_at: order.placed_at,
        customer: order.customer,
    }
}

/// The way to the next rows.
#[component]
fn More(loaded: Loaded) -> impl IntoView {
    let say = use_say();
    let is_loading = RwSignal::new(false);
    let load = move |_| {
        let cursor = loaded.next.get_untracked();
        is_loading.set(true);
        let query = OrderQuery {
            cursor,
            ..loaded.query.get_value()
        };
        leptos::task::spawn_local(async move {
            let answer = list_orders_at(query, When::Position(loaded.moment.position)).await;
            let _gone = is_loading.try_set(false);
            match answer {
                Ok(page) => {
                    let listing = page.shown.listing;
                    loaded.rows.try_update(|rows| rows.extend(listing.items));
                    let _gone = loaded.next.try_set(listing.next);
                }
                Err(problem) => say.say(format!("More orders could not be loaded. {problem}")),
            }
        });
    };
    let button = move || {
        loaded.next.with(Option::is_some).then(|| {
            view! {
                <p class="table-end needs-script">
                    <button type="button" class="button" disabled=is_loading on:click=load>
                        "Show more"
                    </button>
                </p>
            }
        })
    };
    view! { {button} }
}

fn nothing(is_filtered: bool) -> impl IntoView {
    let title = match is_filtered {
        true => "No order matched the filter then.",
        false => "No order had been placed by then.",
    };
    view! { <Empty title/> }
}
