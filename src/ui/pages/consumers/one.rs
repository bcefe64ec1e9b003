//! One consumer: how it is, why, since when, and what can be done.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::acts::{Acts, follow_acts};
use super::audit::{AuditPanel, Deeds, deeds_of};
use super::course::{CoursePanel, FirstTrend, trend_of};
use super::facts::{Facts, StateWords};
use super::heat::{FirstHeat, HeatPanel, heat_of};
use super::live::{Consumers, chart_clock};
use super::operate::Operate;
use super::operation::UnderWay;
use super::operations::{Operations, OperationsPanel, operations_of};
use super::park::{FirstPark, ParkReview, park_of};
use super::parked::{FirstChoice, Parked, ParkedPanel, ParkedReview, choice_of, parked_of};
use super::proof::ProofPanel;
use super::rebuild::{FirstRebuild, RebuildReview, rebuild_of};
use super::reset::{FirstPlan, ResetReview, plan_of};
use crate::api::list_consumers;
use crate::contract::{ConsumerRow, ConsumersView, OnPoison, Problem, ProblemKind};
use crate::ui::browser;
use crate::ui::charts::PositionTime;
use crate::ui::pages::PageHead;
use crate::ui::parts::{ConsumerBadge, Crumb, Crumbs, ErrorNote, Panel, answered};

/// What the parts of the page show first. Asked for once, by the page itself: what stands inside a suspended part is made several
/// times while the server renders it, and would be asked for as often, with other answers.
#[derive(Clone, Copy)]
struct Loaded {
    /// Counts the acts that come in; what tells of them is read again.
    acts: Acts,
    deeds: Deeds,
    operations: Operations,
    trend: FirstTrend,
    heat: FirstHeat,
    parked: Parked,
    reset: FirstPlan,
    rebuild: FirstRebuild,
    park: FirstPark,
    choice: FirstChoice,
}

/// The page of one consumer.
#[component]
pub fn ConsumerPage() -> impl IntoView {
    let params = use_params_map();
    let name = Memo::new(move |_| params.with(|params| params.get("name").unwrap_or_default()));
    let first = Resource::new_blocking(
        move || name.get(),
        |name| async move { Ok((name, list_consumers().await?)) },
    );
    let acts = RwSignal::new(0);
    let loaded = Loaded {
        acts,
        deeds: deeds_of(name, acts),
        operations: operations_of(name, acts),
        trend: trend_of(name),
        heat: heat_of(move || Some(name.get())),
        parked: parked_of(name, acts),
        reset: plan_of(name),
        rebuild: rebuild_of(name),
        park: park_of(name),
        choice: choice_of(name),
    };
    view! {
        {answered(first, move |(name, view)| {
            match view.consumers.iter().any(|row| row.name == name) {
                true => view! { <OneConsumer name view loaded/> }.into_any(),
                false => unknown(&name).into_any(),
            }
        })}
    }
}

fn unknown(name: &str) -> impl IntoView {
    browser::set_status_not_found();
    let detail = format!("No consumer is called {name}.");
    let problem = Problem::new(ProblemKind::NotFound, detail);
    view! {
        <Crumbs steps=vec![Crumb::new("Consumers", "/consumers")]/>
        <PageHead title="No such consumer"/>
        <ErrorNote problem/>
    }
}

#[component]
fn OneConsumer(name: String, view: ConsumersView, loaded: Loaded) -> impl IntoView {
    follow_acts(&name, view.head, loaded.acts);
    let consumers = Consumers::follow(view);
    let wanted = name.clone();
    let row = Memo::new(move |_| consumers.row(&wanted));
    let kind = move || row.with(|row| row.as_ref().map(|row| row.kind.to_string()));
    let owner = move || row.with(|row| row.as_ref().map(|row| row.owner.clone()));
    let last_error = move || row.with(|row| row.as_ref().and_then(|row| row.last_error.clone()));
    // Those that cannot set anything aside by themselves show it only where there is something.
    let may_park = Memo::new(move |_| {
        let parks = |row: &ConsumerRow| row.parked > 0 || row.on_poison == Some(OnPoison::Park);
        row.with(|row| row.as_ref().is_some_and(parks))
    });
    let charted = name.clone();
    view! {
        <Crumbs steps=vec![Crumb::new("Consumers", "/consumers")]/>
        <PageHead
            title=name.clone()
            beside=move || {
                view! {
                    <ConsumerBadge row/>
                    <span class="mute">{kind} ", run by " {owner}</span>
                }
            }
        />
        <StateWords row/>
        <ResetReview name=name.clone() plan=loaded.reset consumers/>
        <RebuildReview name=name.clone() plan=loaded.rebuild consumers/>
        <ParkReview name=name.clone() plan=loaded.park consumers/>
        <ParkedReview name=name.clone() plan=loaded.choice row/>
        <UnderWay row consumers/>
        <Facts row/>
        <div class="columns">
            <div class="stack">
                <Panel title="Against the head" aside=move || "position over time">
                    <PositionTime
                        samples=consumers.samples
                        consumers=consumers.rows
                        clock=chart_clock()
                        only=charted
                    />
                </Panel>
                <CoursePanel trend=loaded.trend/>
            </div>
            <div class="stack">
                <Operate name=name.clone() row consumers/>
                <ProofPanel row/>
                <Panel title="Last error">
                    {move || match last_error() {
                        Some(error) => view! { <pre class="last-error">{error}</pre> }.into_any(),
                        None => view! { <p class="mute">"None since the server started."</p> }.into_any(),
                    }}
                </Panel>
            </div>
        </div>
        <Show when=move || may_park.get()>
            <ParkedPanel parked=loaded.parked row/>
        </Show>
        <HeatPanel title="Time until applied" heat=loaded.heat/>
        <OperationsPanel operations=loaded.operations/>
        <AuditPanel name deeds=loaded.deeds/>
    }
}
