//! All consumers in a table.

use leptos::prelude::*;

use super::hand::Hand;
use super::live::{Consumers, worst_first};
use super::trend::{Trend, TrendMark};
use crate::contract::ConsumerRow;
use crate::ui::parts::{ConsumerBadge, Progress, duration, position_text, rate, thousands};

/// Younger than this, in milliseconds, what waits is the usual coming and going.
const LATE_MS: u64 = 1_000;

/// The page of a consumer.
#[must_use]
pub fn consumer_href(name: &str) -> String {
    format!("/consumers/{name}")
}

/// Every consumer with everything that is known about it, by name.
#[component]
pub fn ConsumersTable(
    /// The consumers of the page.
    consumers: Consumers,
) -> impl IntoView {
    let names = Memo::new(move |_| {
        consumers
            .rows
            .with(|rows| rows.iter().map(|row| row.name.clone()).collect::<Vec<_>>())
    });
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label="Table of consumers">
            <table class="table consumers-table">
                <thead>
                    <tr>
                        <th scope="col">"Consumer"</th>
                        <th scope="col">"State"</th>
                        <th scope="col" class="n is-wide">"Position"</th>
                        <th scope="col" class="n">"Behind"</th>
                        <th scope="col" class="n">"Age"</th>
                        <th scope="col" class="n is-wide" title="Events a second">"Rate"</th>
                        <th scope="col" class="n is-wide" title="Events set aside">"Parked"</th>
                        <th scope="col" class="n is-wide" title="Until it has caught up">"ETA"</th>
                        <th scope="col" class="n is-wide" title="From committed to applied">"Applied p50"</th>
                        <th scope="col" class="n is-wide" title="From committed to applied">"p99"</th>
                        <th scope="col" class="is-wide">"Last error"</th>
                        <th scope="col" class="is-wide"><span class="visually-hidden">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>
                    <For each=move || names.get() key=String::clone let:name>
                        <FullRow name consumers/>
                    </For>
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn FullRow(name: String, consumers: Consumers) -> impl IntoView {
    let row = one(consumers, &name);
    let say = move |words: fn(&ConsumerRow) -> String| {
        move || row.with(|row| row.as_ref().map_or("—".to_owned(), words))
    };
    let kind = say(|row| row.kind.to_string());
    let has_parked = move || row.with(|row| row.as_ref().is_some_and(|row| row.parked > 0));
    let error = say(|row| row.last_error.clone().unwrap_or_else(|| "—".to_owned()));
    view! {
        <tr>
            <th scope="row">
                <a href=consumer_href(&name) data-row>{name.clone()}</a>
                " " <span class="mute is-wide">{kind}</span>
            </th>
            <td><StateCell row/></td>
            <td class="n is-wide">{say(|row| position_text(row.position))}</td>
            <td class="n"><BehindCell row name=name.clone() consumers/></td>
            <td class="n">{say(age_words)}</td>
            <td class="n is-wide">{say(|row| format!("{}/s", rate(row.rate_per_s)))}</td>
            <td class="n is-wide" class:is-worse=has_parked>{say(|row| thousands(row.parked))}</td>
            <td class="n is-wide">{say(eta_words)}</td>
            <td class="n is-wide">{say(|row| row.applied.p50.map_or("—".to_owned(), duration))}</td>
            <td class="n is-wide">{say(|row| row.applied.p99.map_or("—".to_owned(), duration))}</td>
            <td class="is-wide" title=error>{error}</td>
            <td class="is-wide consumers-action"><Hand name consumers folded=true/></td>
        </tr>
    }
    .into_any()
}

/// The consumers that need a look, worst first.
#[component]
pub fn WorstFirst(
    /// The consumers of the page.
    consumers: Consumers,
) -> impl IntoView {
    let names = Memo::new(move |_| consumers.rows.with(|rows| worst_first(rows)));
    let row = move |name: String| {
        let row = one(consumers, &name);
        let age = move || row.with(|row| row.as_ref().map_or("—".to_owned(), age_words));
        view! {
            <tr>
                <th scope="row"><a href=consumer_href(&name) data-row>{name.clone()}</a></th>
                <td><StateCell row/></td>
                <td class="n"><BehindCell row name consumers/></td>
                <td class="n">{age}</td>
            </tr>
        }
    };
    view! {
        <table class="table worst">
            <thead>
                <tr>
                    <th scope="col">"Consumer"</th>
                    <th scope="col">"State"</th>
                    <th scope="col" class="n">"Behind"</th>
                    <th scope="col" class="n">"Age"</th>
                </tr>
            </thead>
            <tbody>
                <For each=move || names.get() key=String::clone children=row/>
            </tbody>
        </table>
    }
    .into_any()
}

fn one(consumers: Consumers, name: &str) -> Memo<Option<ConsumerRow>> {
    let name = name.to_owned();
    Memo::new(move |_| consumers.row(&name))
}

/// The state, and a thin bar under it while an operation is under way.
#[component]
fn StateCell(row: Memo<Option<ConsumerRow>>) -> impl IntoView {
    let under_way = Memo::new(move |_| {
        let operation = |row: &ConsumerRow| row.operation.as_ref().map(|one| (one.done, one.total));
        row.with(|row| row.as_ref().and_then(operation))
    });
    let is_under_way = Memo::new(move |_| under_way.with(Option::is_some));
    let of = move |value: fn((u64, u64)) -> u64| {
        Signal::derive(move || under_way.get().map_or(0, value))
    };
    let bar = move || {
        is_under_way.get().then(|| {
            view! {
                <Progress
                    done=of(|(done, _)| done)
                    total=of(|(_, total)| total)
                    label="Events done of the operation under way"
                />
            }
        })
    };
    view! {
        <span class="state-cell">
            <ConsumerBadge row/>
            {bar}
        </span>
    }
    .into_any()
}

#[component]
fn BehindCell(row: Memo<Option<ConsumerRow>>, name: String, consumers: Consumers) -> impl IntoView {
    let behind = move || {
        row.with(|row| {
            row.as_ref()
                .map_or("—".to_owned(), |row| thousands(row.lag_events))
        })
    };
    let trend = Memo::new(move |_| consumers.samples.with(|samples| Trend::of(samples, &name)));
    view! { {behind} " " <TrendMark trend=trend.into()/> }.into_any()
}

/// How old the oldest event is that is not handled yet.
#[must_use]
pub fn age_words(row: &ConsumerRow) -> String {
    duration(row.lag_age_ms as f64)
}

/// How long until it has caught up; nothing where it is as good as there, or does not gain on the log.
#[must_use]
pub fn eta_words(row: &ConsumerRow) -> String {
    match row.eta_ms {
        Some(ms) if row.lag_age_ms >= LATE_MS => duration(ms as f64),
        _ => "—".to_owned(),
    }
}
