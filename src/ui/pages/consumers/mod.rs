//! Consumers: all of them, and one.

mod acts;
mod audit;
mod course;
mod facts;
mod found;
mod hand;
mod heat;
mod live;
mod one;
mod operate;
mod operation;
mod operations;
mod park;
mod parked;
mod previous;
mod proof;
mod rebuild;
mod refused;
mod reset;
mod review;
mod stored;
mod table;
mod trend;

use leptos::prelude::*;

use super::PageHead;
use crate::api::list_consumers;
use crate::contract::ConsumersView;
use crate::ui::charts::PositionTime;
use crate::ui::parts::{Empty, Panel, answered};

pub use heat::{FirstHeat, HeatPanel, heat_of};
pub use live::{Consumers, chart_clock};
pub use one::ConsumerPage;
use table::ConsumersTable;
pub use table::{WorstFirst, consumer_href};

/// The page of all consumers.
#[component]
pub fn ConsumersPage() -> impl IntoView {
    let first = Resource::new_blocking(|| (), |()| list_consumers());
    let beside = "projections, processes and groups, each at its own place in the log";
    view! {
        <PageHead title="Consumers" beside=move || beside/>
        {answered(first, |view| view! { <AllConsumers view/> })}
    }
    .into_any()
}

#[component]
fn AllConsumers(view: ConsumersView) -> impl IntoView {
    let consumers = Consumers::follow(view);
    let none = Memo::new(move |_| consumers.rows.with(Vec::is_empty));
    view! {
        <Panel title="All consumers" class="is-flush" aside=move || "up is worse: ▲ the lag rises, ▼ it falls">
            {move || {
                if none.get() {
                    view! { <Empty title="No consumer runs on this server."/> }.into_any()
                } else {
                    view! { <ConsumersTable consumers/> }.into_any()
                }
            }}
        </Panel>
        <Panel title="Where everyone is" aside=move || "position over time">
            <PositionTime samples=consumers.samples consumers=consumers.rows clock=chart_clock()/>
        </Panel>
    }
    .into_any()
}
