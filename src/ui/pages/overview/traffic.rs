//! The built-in stream of orders: started at a rate, stopped again. Works without script too.

use leptos::form::ActionForm;
use leptos::prelude::*;

use crate::api::{StartTraffic, StopTraffic};
use crate::contract::{Problem, Pulse, TRAFFIC_RATES, TrafficStatus};
use crate::ui::parts::thousands;

/// The rate that stands in the field first.
const USUAL_RATE: u32 = 5;

/// Starts and stops the stream of orders, from wherever it stands on the page.
#[derive(Clone, Copy)]
pub struct Traffic {
    start: ServerAction<StartTraffic>,
    stop: ServerAction<StopTraffic>,
    /// What it is doing: what an action answered, until the vital signs say it.
    pub status: Memo<TrafficStatus>,
}

impl Traffic {
    /// The traffic as the vital signs know it.
    #[must_use]
    pub fn of(pulse: Memo<Pulse>) -> Traffic {
        let start = ServerAction::<StartTraffic>::new();
        let stop = ServerAction::<StopTraffic>::new();
        let answered = RwSignal::new(None::<TrafficStatus>);
        Effect::new(move |_| {
            if let Some(Ok(status)) = start.value().get() {
                answered.set(Some(status));
            }
        });
        Effect::new(move |_| {
            if let Some(Ok(status)) = stop.value().get() {
                answered.set(Some(status));
            }
        });
        let signs = Memo::new(move |_| pulse.with(|pulse| pulse.traffic));
        Effect::new(move |_| {
            signs.track();
            answered.set(None);
        });
        let status = Memo::new(move |_| answered.get().unwrap_or_else(|| signs.get()));
        Traffic {
            start,
            stop,
            status,
        }
    }

    /// Why the last action did not work.
    pub fn problem(self) -> Option<Problem> {
        let of = |value: Option<Result<TrafficStatus, Problem>>| value.and_then(Result::err);
        of(self.start.value().get()).or_else(|| of(self.stop.value().get()))
    }

    /// A form with a choice of rates and a button.
    pub fn start_form(self, words: &'static str, class: &'static str) -> impl IntoView {
        let pending = self.start.pending();
        let choice = |rate: u32| {
            view! {
                <option value=rate.to_string() selected=rate == USUAL_RATE>
                    {format!("{rate}/s")}
                </option>
            }
        };
        let rates = move || TRAFFIC_RATES.iter().copied().map(choice).collect_view();
        view! {
            <ActionForm action=self.start attr:class="traffic-form">
                <select class="input" name="rate" aria-label="Orders a second">{rates}</select>
                <button class=class disabled=move || pending.get()>
                    {move || if pending.get() { "Starting" } else { words }}
                </button>
            </ActionForm>
        }
    }

    /// A form with a button alone.
    fn stop_form(self) -> impl IntoView {
        let pending = self.stop.pending();
        let words = move || match self.status.get() {
            TrafficStatus { rate, placed: 0 } => format!("{rate}/s"),
            TrafficStatus { rate, placed } => format!("{rate}/s · {} placed", thousands(placed)),
        };
        view! {
            <ActionForm action=self.stop attr:class="traffic-form">
                <span>{words}</span>
                <button class="button is-small" disabled=move || pending.get()>
                    {move || if pending.get() { "Stopping" } else { "Stop" }}
                </button>
            </ActionForm>
        }
    }
}

/// The control among the vital signs.
#[component]
pub fn TrafficControl(
    /// The vital signs.
    pulse: Memo<Pulse>,
) -> impl IntoView {
    let traffic = Traffic::of(pulse);
    let runs = Memo::new(move |_| traffic.status.with(|status| status.rate > 0));
    view! {
        {move || {
            if runs.get() {
                traffic.stop_form().into_any()
            } else {
                traffic.start_form("Start", "button is-small").into_any()
            }
        }}
        {move || {
            traffic.problem().map(|problem| view! { <p class="hand-problem" role="alert">{problem.to_string()}</p> })
        }}
    }
}
