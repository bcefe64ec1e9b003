//! The list: loaded page by page as one scrolls, patched in place by what the log brings.

use leptos::prelude::*;
use std::sync::Arc;

use super::super::horizon::PageHorizon;
use super::filters::StatusTabs;
use super::ghosts::GhostOrders;
use super::rows::{OrderRows, ROWS_KEPT};
use crate::api::list_orders;
use crate::contract::{Delta, OrderCounts, OrderQuery, OrderRow, OrdersView, Position, Topic};
use crate::ui::live::{Frame, use_live};
use crate::ui::parts::virtual_table::{KeyAt, RowCells};
use crate::ui::parts::{
    AsOfLine, Column, Empty, Hold, MoneyText, OrderBadge, RowKey, Say, Time, VirtualTable,
    order_code, order_href, thousands, use_hold, use_say,
};
use crate::ui::pending::{Pending, use_pending};

const COLUMNS: &[Column] = &[
    Column::new("Order", "col-code is-wide"),
    Column::new("Customer", "col-customer"),
    Column::new("Status", "col-status"),
    Column::new("Items", "col-items is-wide"),
    Column::new("Total", "n col-total"),
    Column::new("Placed", "n col-time is-wide"),
];

/// What the list shows. It belongs to the page and outlives each answer.
#[derive(Clone, Copy)]
pub struct OrdersState {
    rows: RwSignal<OrderRows>,
    counts: RwSignal<OrderCounts>,
    as_of: RwSignal<Position>,
    query: StoredValue<OrderQuery>,
    loading: StoredValue<bool>,
    hold: Hold,
    say: Say,
}

impl OrdersState {
    /// An empty list.
    pub fn new() -> OrdersState {
        let rows = RwSignal::new(OrderRows::default());
        OrdersState {
            rows,
            counts: RwSignal::new(OrderCounts::default()),
            as_of: RwSignal::new(Position::START),
            query: StoredValue::new(OrderQuery::default()),
            loading: StoredValue::new(false),
            hold: use_hold(move || {
                rows.try_update(OrderRows::release);
            }),
            say: use_say(),
        }
    }

    fn fold(self, frame: Frame, pending: Pending) {
        if let Delta::Orders { rows, counts } = frame.delta {
            let hold = self.hold.is_holding();
            self.rows.update(|shown| {
                pending.writes.with_untracked(|writes| {
                    let is_own = |row: &OrderRow| {
                        writes
                            .iter()
                            .any(|write| write.order_id == Some(row.order_id))
                    };
                    shown.fold(rows, hold, is_own);
                });
            });
            if self.counts.get_untracked() != counts {
                self.counts.set(counts);
            }
        }
        self.as_of.set(frame.position);
        pending.settle("orders", frame.position);
    }

    /// Asks for the next page, once at a time.
    fn load_more(self) {
        let cursor = self.rows.with_untracked(|rows| rows.next.clone());
        let (Some(cursor), false) = (cursor, self.loading.get_value()) else {
            return;
        };
        self.loading.set_value(true);
        let query = OrderQuery {
            cursor: Some(cursor.clone()),
            ..self.query.get_value()
        };
        leptos::task::spawn_local(async move {
            let page = list_orders(query).await;
            let _ = self.loading.try_set_value(false);
            match page {
                // The list may have been filtered anew meanwhile; then its end is another.
                Ok(view) => {
                    self.rows.try_update(|rows| {
                        if rows.next.as_ref() == Some(&cursor) {
                            rows.append(view.listing);
                        }
                    });
                }
                Err(problem) => self
                    .say
                    .say(format!("More orders could not be loaded. {problem}")),
            }
        });
    }
}

/// Shows an answer and keeps it live from where it is.
pub fn show(
    state: OrdersState,
    query: OrderQuery,
    view: OrdersView,
    again: Callback<()>,
) -> AnyView {
    let as_of = view.listing.freshness.as_of;
    let is_filtered = query.status.is_some() || query.customer.is_some();
    state.query.set_value(query.clone());
    state.counts.set(view.counts);
    state.as_of.set(as_of);
    state.rows.set(OrderRows::new(query, view.listing));
    let pending = use_pending();
    Effect::new(move |_| pending.settle("orders", as_of));
    use_live()
        .watch(Topic::Orders, as_of, move |frame| {
            state.fold(frame, pending)
        })
        .on_reset(move |_| again.run(()));
    list_view(state, is_filtered)
}

fn list_view(state: OrdersState, is_filtered: bool) -> AnyView {
    let OrdersState {
        rows,
        counts,
        as_of,
        hold,
        ..
    } = state;
    let len = Memo::new(move |_| rows.with(OrderRows::len));
    let key_at: KeyAt = Arc::new(move |place| rows.with(|rows| rows.key_at(place)));
    let cells: RowCells = Arc::new(move |key| cells(rows, key));
    let query = state.query.get_value();
    let total = Signal::derive(move || {
        let counts = counts.get();
        match (query.status, &query.customer) {
            (None, None) => Some(counts.total()),
            (Some(status), None) => Some(counts.at(status)),
            _ => None,
        }
    });
    let load_more = Callback::new(move |()| state.load_more());
    let is_bare = Memo::new(move |_| len.get() == 0);
    view! {
        <section class="panel horizon-panel" aria-label="Horizon">
            <PageHorizon own="orders" as_of=as_of others=vec!["search"] />
        </section>
        <section class="panel is-flush" aria-label="Orders">
            <header class="panel-head">
                <StatusTabs counts=counts />
                <AsOfLine as_of=as_of consumer="orders" />
            </header>
            <HeldRows state=state />
            <div on:pointermove=move |_| hold.pointer_moved() on:pointerleave=move |_| hold.pointer_left()>
                <VirtualTable
                    label="Orders"
                    class="orders"
                    columns=COLUMNS
                    len=len
                    total=total
                    key_at=key_at
                    cells=cells
                    before=move || view! { <GhostOrders as_of=as_of /> }
                    on_end=load_more
                />
            </div>
            {move || is_bare.get().then(|| nothing(is_filtered))}
            {move || rows.with(|rows| rows.is_cut).then(cut_note)}
        </section>
    }
    .into_any()
}

/// New orders that wait, and the way to them.
#[component]
fn HeldRows(state: OrdersState) -> impl IntoView {
    let held = Memo::new(move |_| state.rows.with(OrderRows::held));
    let show = move |_| {
        state.hold.return_to_head();
        state.rows.update(OrderRows::release);
    };
    let text = move || match held.get() {
        1 => "1 new order".to_owned(),
        held => format!("{} new orders", thousands(held as u64)),
    };
    let button = move || {
        (held.get() > 0).then(|| {
            view! {
                <button type="button" class="held" on:click=show>
                    {text}
                </button>
            }
        })
    };
    view! { <div class="held-place">{button}</div> }.into_any()
}

fn cells(rows: RwSignal<OrderRows>, key: RowKey) -> AnyView {
    let Some(first) = rows.with_untracked(|rows| rows.get(key)) else {
        return ().into_any();
    };
    // What never changes is rendered once; a row that has gone keeps its last content until it is taken out.
    let row = Memo::new_with_compare(
        move |last: Option<&Arc<OrderRow>>| {
            let row = rows.with(|rows| rows.get(key));
            row.or_else(|| last.cloned())
                .unwrap_or_else(|| first.clone())
        },
        |old, new| old != new,
    );
    let order = row.get_untracked();
    let status = Signal::derive(move || row.with(|row| row.status));
    let reason = move || row.with(|row| row.cancel_reason.as_deref().map(reason_text));
    let items = items_text(&order);
    view! {
        <td class="col-code is-wide">
            <a class="row-link mono" href=order_href(order.order_id) data-row="" title=order.order_id.to_string()>
                {order_code(order.order_id)}
            </a>
        </td>
        <td class="col-customer" title=order.customer.clone()>
            <a class="row-link" href=order_href(order.order_id)>{order.customer.clone()}</a>
        </td>
        <td class="col-status">
            <OrderBadge status=status />
            <span class="reason">{reason}</span>
        </td>
        <td class="col-items is-wide" title=items.clone()>{items.clone()}</td>
        <td class="n col-total">
            <MoneyText value=order.total />
        </td>
        <td class="n col-time is-wide">
            <Time at=order.placed_at />
        </td>
    }
    .into_any()
}

/// A reason in words: the domain writes `card_declined`.
pub fn reason_text(reason: &str) -> String {
    reason.replace('_', " ")
}

/// What was ordered, in words.
pub fn items_text(order: &OrderRow) -> String {
    let line = |line: &crate::contract::OrderLine| format!("{} ×{}", line.name, line.quantity);
    order.lines.iter().map(line).collect::<Vec<_>>().join(", ")
}

fn nothing(is_filtered: bool) -> AnyView {
    if is_filtered {
        view! {
            <Empty title="No order matches the filter.">
                <a href="/shop/orders">"Show all orders"</a>
            </Empty>
        }
        .into_any()
    } else {
        view! {
            <Empty title="No order has been placed yet.">
                <a href="/shop/orders/new">"Place the first one"</a>
                ", or let orders stream in from the "
                <a href="/">"overview"</a>
                "."
            </Empty>
        }
        .into_any()
    }
}

fn cut_note() -> impl IntoView {
    view! {
        <p class="table-end">
            {format!("A live list keeps {} rows. ", thousands(ROWS_KEPT as u64))}
            <a href="/shop/orders" rel="external">
                "Load it anew"
            </a>
            " to go further back."
        </p>
    }
}
