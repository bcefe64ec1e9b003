//! Overview: the vital signs, where everyone is, and who needs a look. An empty system explains itself.

mod alerts;
mod traffic;
mod vitals;
mod welcome;

use leptos::prelude::*;

use super::PageHead;
use super::consumers::{Consumers, FirstHeat, HeatPanel, WorstFirst, chart_clock, heat_of};
use crate::api::get_overview;
use crate::contract::{ConsumersView, Overview, Pulse};
use crate::ui::charts::PositionTime;
use crate::ui::live::use_live;
use crate::ui::parts::{Panel, answered};
use alerts::AlertsPanel;
use vitals::Vitals;
use welcome::Welcome;

/// The page.
#[component]
pub fn OverviewPage() -> impl IntoView {
    let first = Resource::new_blocking(|| (), |()| get_overview());
    let heat = heat_of(|| None);
    view! {
        <PageHead title="Overview" beside=move || "the last two minutes, each second"/>
        {answered(first, move |overview| view! { <Signs overview heat/> })}
    }
}

#[component]
fn Signs(overview: Overview, heat: FirstHeat) -> impl IntoView {
    let pulse = newest_pulse(overview.pulse);
    let consumers = Consumers::follow(ConsumersView {
        head: pulse.with_untracked(|pulse| pulse.head.position),
        consumers: overview.consumers,
        samples: overview.samples,
    });
    let empty = Memo::new(move |_| pulse.with(|pulse| pulse.empty));
    view! {
        {move || {
            if empty.get() {
                view! { <Welcome pulse/> }.into_any()
            } else {
                view! { <Vitals pulse consumers/> }.into_any()
            }
        }}
        <div class="columns">
            <Panel
                title="Where everyone is"
                aside=move || "position over time"
            >
                <PositionTime
                    samples=consumers.samples
                    consumers=consumers.rows
                    clock=chart_clock()
                />
            </Panel>
            <Panel
                title="Worst first"
                class="is-flush"
                aside=move || view! { <a href="/consumers">"all consumers"</a> }
            >
                <WorstFirst consumers/>
            </Panel>
        </div>
        // On a phone the alerts come before the chart, beside which they stand elsewhere.
        <div class="columns is-aside-first">
            <AlertsPanel pulse/>
            <HeatPanel title="Time until seen everywhere" heat/>
        </div>
    }
}

/// The vital signs that the page was rendered with, until newer ones have come.
fn newest_pulse(first: Pulse) -> Memo<Pulse> {
    let live = use_live();
    Memo::new(move |_| {
        let newer = live
            .pulse
            .with(|pulse| pulse.as_ref().filter(|pulse| pulse.at > first.at).cloned());
        newer.unwrap_or_else(|| first.clone())
    })
}
