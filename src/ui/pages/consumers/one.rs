//! One consumer: how it is, why, since when, and what can be done.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::audit::{AuditPanel, Deeds, deeds_of};
use super::course::{CoursePanel, FirstTrend, trend_of};
use super::facts::{Facts, StateWords};
use super::hand::Hand;
use super::heat::{FirstHeat, HeatPanel, heat_of};
use super::live::{Consumers, chart_clock};
use super::operation::UnderWay;
use super::operations::OperationsPanel;
use super::reset::{FirstPlan, ResetLink, ResetReview, plan_of};
use crate::api::list_consumers;
use crate::contract::{ConsumersView, Problem, ProblemKind};
use crate::ui::browser;
use crate::ui::charts::PositionTime;
use crate::ui::pages::PageHead;
use crate::ui::parts::{ConsumerBadge, Crumb, Crumbs, ErrorNote, Panel};

/// What the parts of the page show first. Asked for once, by the page itself: what stands inside a suspended part is made several
/// times while the server renders it, and would be asked for as often, with other answers.
#[derive(Clone, Copy)]
struct Loaded {
    deeds: Deeds,
    trend: FirstTrend,
    heat: FirstHeat,
    plan: FirstPlan,
}

/// The page of one consumer.
#[component]
pub fn ConsumerPage() -> impl IntoView {
    let params = use_params_map();
    let name = Memo::new(move |_| params.with(|params| params.get("name").unwrap_or_default()));
    let first = Resource::new_blocking(|| (), |()| list_consumers());
    let loaded = Loaded {
        deeds: deeds_of(name),
        trend: trend_of(name),
        heat: heat_of(move || Some(name.get())),
        plan: plan_of(name),
    };
    view! {
        <Transition>
            {move || {
                let name = name.get();
                Suspend::new(async move {
                    match first.await {
                        Ok(view) if view.consumers.iter().any(|row| row.name == name) => {
                            view! { <OneConsumer name view loaded/> }.into_any()
                        }
                        Ok(_) => unknown(&name).into_any(),
                        Err(problem) => {
                            view! { <ErrorNote problem retry=move |()| first.refetch()/> }.into_any()
                        }
                    }
                })
            }}
        </Transition>
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
    let consumers = Consumers::follow(view);
    let wanted = name.clone();
    let row = Memo::new(move |_| consumers.row(&wanted));
    let kind = move || row.with(|row| row.as_ref().map(|row| row.kind.to_string()));
    let owner = move || row.with(|row| row.as_ref().map(|row| row.owner.clone()));
    let last_error = move || row.with(|row| row.as_ref().and_then(|row| row.last_error.clone()));
    let (charted, operated) = (name.clone(), name.clone());
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
        <ResetReview name=name.clone() plan=loaded.plan consumers/>
        <UnderWay row consumers/>
        <Facts row/>
        <div class="columns">
            <Panel title="Against the head" aside=move || "position over time">
                <PositionTime
                    samples=consumers.samples
                    consumers=consumers.rows
                    clock=chart_clock()
                    only=charted
                />
            </Panel>
            <div class="stack">
                <Panel title="Operate" aside=move || "nothing is lost: the log keeps every event">
                    <p class="mute">
                        "Paused, it keeps its place and handles nothing; resumed, it goes on from there."
                    </p>
                    <Hand name=operated.clone() consumers/>
                    <p class="mute operate-reset">
                        "Reset, it goes on from another place in the log, after a look at what that means."
                    </p>
                    <ResetLink/>
                </Panel>
                <Panel title="Last error">
                    {move || match last_error() {
                        Some(error) => view! { <pre class="last-error">{error}</pre> }.into_any(),
                        None => view! { <p class="mute">"None since the server started."</p> }.into_any(),
                    }}
                </Panel>
            </div>
        </div>
        <CoursePanel trend=loaded.trend/>
        <HeatPanel title="Time until applied" heat=loaded.heat/>
        <OperationsPanel deeds=loaded.deeds/>
        <AuditPanel name deeds=loaded.deeds/>
    }
}
