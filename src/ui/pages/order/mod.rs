//! One order: what it is, how far it has come, what happened to it, and how its commands converged.

mod actions;
mod converged;
mod history;
mod lines;
mod load;
mod past;

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::PageHead;
use super::horizon::PageHorizon;
use crate::api::get_history;
use crate::contract::{
    AggregateHistory, Delta, OrderDetail, OrderId, Position, Problem, ProblemKind, Topic,
};
use crate::ui::browser;
use crate::ui::live::use_live;
use crate::ui::parts::{
    AsOfLine, Badge, Copy, Crumb, Crumbs, ErrorNote, OrderBadge, Panel, Tone, answered, money,
    order_code, position_text, thousands,
};
use crate::ui::pending::use_pending;
use actions::Actions;
use converged::Converged;
use history::History;
use lines::Lines;
use load::{Found, READ_MODEL, load};
use past::{Past, PastProblem, Sought, StateAt, VersionSlider};

/// The page of one order. `?at=` says which position of the log it should show at least, `?version=` or `?as_of=`
/// how far its history should be gone through.
#[component]
pub fn OrderPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let order_id = Memo::new(move |_| {
        params.with(|params| params.get("id").and_then(|id| id.parse::<OrderId>().ok()))
    });
    let at = Memo::new(move |_| {
        query.with(|query| query.get("at").and_then(|at| at.parse().ok()).map(Position))
    });
    let source = move || (order_id.get(), at.get());
    // Another place is asked for by the slider itself: the rest of the page stays as it is.
    let sought = move || query.with_untracked(past::sought_in);
    let found = Resource::new_blocking(source, move |(order_id, at)| {
        let (version, as_of) = Sought::parts(sought());
        async move {
            let Some(order_id) = order_id else {
                return Ok(None);
            };
            let Some(found) = load(order_id, at).await? else {
                return Ok(None);
            };
            let history = get_history(past::stream_of(order_id), version, as_of).await;
            Ok(Some((found, history)))
        }
    });
    view! {
        <Crumbs steps=vec![Crumb::new("Shop", "/shop/orders"), Crumb::new("Orders", "/shop/orders")]/>
        {answered(found, |found| match found {
            Some((found, history)) => view! { <OneOrder found history/> }.into_any(),
            None => nowhere().into_any(),
        })}
    }
}

fn nowhere() -> impl IntoView {
    browser::set_status_not_found();
    let detail =
        "No order with this id was ever placed: neither the read model nor the log has it.";
    let problem = Problem::new(ProblemKind::NotFound, detail);
    view! {
        <PageHead title="No such order"/>
        <ErrorNote problem/>
        <p><a href="/shop/orders">"All orders"</a></p>
    }
}

/// An order as the page shows it, kept up to date.
#[derive(Clone, Copy)]
struct Shown {
    order: RwSignal<OrderDetail>,
    /// Whether the read model does not have it yet.
    is_ghost: RwSignal<bool>,
    /// Where the read model is.
    as_of: RwSignal<Position>,
}

impl Shown {
    /// Begins with what was found and follows the read model from there.
    fn follow(found: &Found) -> Shown {
        let shown = Shown {
            order: RwSignal::new(found.order.clone()),
            is_ghost: RwSignal::new(found.is_ghost),
            as_of: RwSignal::new(found.as_of),
        };
        let order_id = found.order.row.order_id;
        // A ghost has seen nothing of the read model yet, wherever that is.
        let after = if found.is_ghost {
            Position::START
        } else {
            found.as_of
        };
        let (live, pending) = (use_live(), use_pending());
        let watch = live.watch(Topic::Order { order_id }, after, move |frame| {
            if let Delta::Order { order: Some(order) } = frame.delta {
                shown.order.set(order);
                shown.is_ghost.set(false);
            }
            shown
                .as_of
                .update(|as_of| *as_of = frame.position.max(*as_of));
        });
        watch.on_reset(move |position| {
            leptos::task::spawn_local(async move {
                if let Ok(Some(found)) = load(order_id, Some(position)).await {
                    shown.order.set(found.order);
                    shown.is_ghost.set(found.is_ghost);
                    shown.as_of.set(found.as_of);
                }
            });
        });
        Effect::new(move |_| pending.settle(READ_MODEL, shown.as_of.get()));
        shown
    }
}

#[component]
fn OneOrder(found: Found, history: Result<AggregateHistory, Problem>) -> impl IntoView {
    let shown = Shown::follow(&found);
    let order_id = found.order.row.order_id;
    let placed_by = found.convergence;
    let source = move || view! { <Source shown/> };
    view! {
        <PageHead
            title=format!("Order {}", order_code(order_id))
            beside=move || view! { <Beside shown/> }
            actions=move || view! { <Actions shown/> }
        />
        <Waiting shown/>
        <section class="panel" aria-label="Horizon">
            <PageHorizon
                own=READ_MODEL
                as_of=shown.as_of
                others=vec!["search", "stock", "sales"]
                first=found.consumers
            />
        </section>
        {placed_by.map(|first| view! { <Converged first/> })}
        <converged::OwnCommands order_id/>
        <div class="columns">
            <Panel title="History" aside=source class="is-flush">
                {gone_through(history, shown)}
            </Panel>
            <Panel title="Lines" aside=source class="is-flush">
                <Lines shown/>
            </Panel>
        </div>
    }
}

/// The history with its slider; without, where the log cannot say what the order was.
fn gone_through(history: Result<AggregateHistory, Problem>, shown: Shown) -> AnyView {
    match history {
        Ok(history) => {
            let past = Past::follow(history, shown);
            view! {
                <div class="past" class:is-past=move || past.is_past()>
                    <VersionSlider past/>
                    <PastProblem past/>
                    <StateAt past/>
                </div>
                <History shown past=Some(past)/>
            }
            .into_any()
        }
        Err(problem) => view! {
            <ErrorNote problem/>
            <History shown past=None/>
        }
        .into_any(),
    }
}

/// Where a panel has it from: the read model as of a position, or the log.
#[component]
fn Source(shown: Shown) -> impl IntoView {
    move || match shown.is_ghost.get() {
        true => "from the log".into_any(),
        false => view! { <AsOfLine as_of=shown.as_of consumer=READ_MODEL/> }.into_any(),
    }
}

/// What stands beside the heading: status, customer, items, total.
#[component]
fn Beside(shown: Shown) -> impl IntoView {
    let row = move || shown.order.with(|order| order.row.clone());
    let status = Signal::derive(move || shown.order.with(|order| order.row.status));
    let words = move || {
        let row = row();
        let items = match row.units() {
            1 => "1 item".to_owned(),
            n => format!("{} items", thousands(n)),
        };
        format!("{} · {items} · {}", row.customer, money(row.total))
    };
    let reason = move || {
        row()
            .cancel_reason
            .map(|reason| format!("cancelled: {reason}"))
    };
    let id = Signal::derive(move || shown.order.with(|order| order.row.order_id.to_string()));
    let badge = move || match shown.is_ghost.get() {
        true => view! { <Badge tone=Signal::stored(Tone::Quiet) text="Committed"/> }.into_any(),
        false => view! { <OrderBadge status/> }.into_any(),
    };
    view! {
        {badge}
        <span>{words}</span>
        {move || reason().map(|reason| view! { <span>{reason}</span> })}
        <Copy text=id what="order id"/>
    }
}

/// What of this order is committed and not in the read model yet, and whom it waits for.
#[component]
fn Waiting(shown: Shown) -> impl IntoView {
    let (live, pending) = (use_live(), use_pending());
    let order_id = shown.order.with_untracked(|order| order.row.order_id);
    let lines = Memo::new(move |_| {
        let wait = live.describe_wait(READ_MODEL);
        if shown.is_ghost.get() {
            let at = shown.order.with(|order| order.row.placed_position);
            return vec![format!(
                "committed {}, waiting for {wait}",
                position_text(at)
            )];
        }
        let own = pending.waiting_for(READ_MODEL);
        let mine = own.iter().filter(|write| write.order_id == Some(order_id));
        mine.map(|write| match write.position {
            Some(at) => format!(
                "{} committed {}, waiting for {wait}",
                write.command,
                position_text(at)
            ),
            None => format!("{} sent, waiting for the commit", write.command),
        })
        .collect()
    });
    let line = |text: String| view! { <p class="ghost-note">{text}</p> };
    view! { {move || lines.get().into_iter().map(line).collect::<Vec<_>>()} }
}
