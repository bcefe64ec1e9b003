//! The five numbers.

use leptos::prelude::*;

use super::traffic::TrafficControl;
use crate::contract::{ConsumerRow, ConsumerState, Percentiles, Pulse};
use crate::ui::charts::{Sparkline, rates};
use crate::ui::pages::consumers::Consumers;
use crate::ui::parts::{duration, rate};

/// The vital signs of the whole system.
#[component]
pub fn Vitals(
    /// The signs.
    pulse: Memo<Pulse>,
    /// The consumers.
    consumers: Consumers,
) -> impl IntoView {
    let appended = move || pulse.with(|p| p.appended_per_s.map_or("—".to_owned(), rate));
    let window = move |which: fn(&Percentiles) -> String| move || pulse.with(|p| which(&p.window));
    let painted =
        move |which: fn(&Percentiles) -> String| move || pulse.with(|p| which(&p.painted));
    let course = Signal::derive(move || consumers.samples.with(|samples| rates(samples)));
    let health = Memo::new(move |_| consumers.rows.with(|rows| Health::of(rows)));
    view! {
        <dl class="stats">
            <div>
                <dt class="stat-name">"Appended"</dt>
                <dd class="stat-value">{appended} <span class="stat-note">"events/s"</span>
                    <Sparkline values=course/>
                </dd>
            </div>
            <div>
                <dt class="stat-name">"Consistency window"</dt>
                <dd class="stat-value">{window(p50)} <span class="stat-note">{window(p99)}</span></dd>
            </div>
            <div>
                <dt class="stat-name">"Painted after commit"</dt>
                <dd class="stat-value">{painted(p50)} <span class="stat-note">{painted(p99)}</span></dd>
            </div>
            <div>
                <dt class="stat-name">"Consumers"</dt>
                <dd class="stat-value">
                    {move || health.with(|health| health.count.clone())}
                    " "
                    <span class="stat-note" class:is-worse=move || health.with(|h| h.is_bad)>
                        {move || health.with(|health| health.words.clone())}
                    </span>
                </dd>
            </div>
            <div class="stat-control">
                <dt class="stat-name">"Orders traffic"</dt>
                <dd><TrafficControl pulse/></dd>
            </div>
        </dl>
    }
}

fn p50(percentiles: &Percentiles) -> String {
    percentiles.p50.map_or("—".to_owned(), duration)
}

fn p99(percentiles: &Percentiles) -> String {
    match percentiles.p99 {
        Some(p99) => format!("p99 {}", duration(p99)),
        None => "not measured yet".to_owned(),
    }
}

/// How many consumers are not well, and how; those that an operator holds are told apart.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Health {
    count: String,
    words: String,
    is_bad: bool,
}

impl Health {
    fn of(rows: &[ConsumerRow]) -> Health {
        let unwell: Vec<String> = rows.iter().filter_map(trouble).collect();
        let is_paused = |row: &&ConsumerRow| row.state == ConsumerState::Paused;
        let paused = rows.iter().filter(is_paused).count();
        let all = rows.len();
        let (count, words) = match unwell.as_slice() {
            _ if rows.is_empty() => ("—".to_owned(), "none seen yet".to_owned()),
            [] if paused > 0 => (format!("{paused} of {all}"), "paused".to_owned()),
            [] => (format!("{all} of {all}"), "well".to_owned()),
            [first, rest @ ..] => {
                let mut words = match rest.iter().all(|trouble| trouble == first) {
                    true => first.clone(),
                    false => "not well".to_owned(),
                };
                if paused > 0 {
                    words = format!("{words}, {paused} paused");
                }
                (format!("{} of {all}", unwell.len()), words)
            }
        };
        Health {
            count,
            words,
            is_bad: !unwell.is_empty(),
        }
    }
}

/// What is wrong with a consumer, in words; `None` where all is well, or where an operator wants it so. What it has set aside
/// keeps it from being well.
fn trouble(row: &ConsumerRow) -> Option<String> {
    match row.state {
        ConsumerState::Paused => None,
        ConsumerState::Ok | ConsumerState::WarmingUp if row.parked == 0 => None,
        ConsumerState::Ok | ConsumerState::WarmingUp => Some("with parked events".to_owned()),
        state => Some(state.label().to_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(state: ConsumerState) -> ConsumerRow {
        ConsumerRow::plain("sales", state)
    }

    fn words(states: &[ConsumerState]) -> String {
        let rows: Vec<ConsumerRow> = states.iter().copied().map(row).collect();
        let health = Health::of(&rows);
        format!("{} {}", health.count, health.words)
    }

    #[test]
    fn those_that_are_not_well_are_counted_and_named_by_their_state() {
        use ConsumerState::{Offline, Ok, Paused, Stalled, WarmingUp};
        assert_eq!(words(&[Ok, WarmingUp]), "2 of 2 well");
        assert_eq!(words(&[Ok, Paused, Ok]), "1 of 3 paused");
        assert_eq!(words(&[Stalled, Paused, Ok]), "1 of 3 stalled, 1 paused");
        assert_eq!(words(&[Stalled, Offline, Ok]), "2 of 3 not well");
    }

    #[test]
    fn one_that_has_set_something_aside_is_not_well() {
        let parked = ConsumerRow {
            parked: 2,
            ..row(ConsumerState::Ok)
        };
        let health = Health::of(&[row(ConsumerState::Ok), parked]);
        let words = (health.count.as_str(), health.words.as_str());
        assert_eq!(words, ("1 of 2", "with parked events"));
    }

    #[test]
    fn no_consumers_is_not_known_and_not_well() {
        assert_eq!(words(&[]), "— none seen yet");
    }
}
