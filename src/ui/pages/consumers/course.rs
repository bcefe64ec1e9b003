//! How a consumer has been doing: its age and rate over the last hour or day.

use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

use super::live::chart_clock;
use crate::api::get_trend;
use crate::contract::{Problem, Trend, TrendRange};
use crate::ui::charts::TrendChart;
use crate::ui::live::refreshed;
use crate::ui::parts::{ErrorNote, Panel, href_with, loaded, query_text};

/// As often as a point is made of it.
const EVERY_MS: i64 = 10_000;

/// What the charts show first: the range, and the points.
pub type FirstTrend = Resource<(TrendRange, Result<Trend, Problem>)>;

/// The points of a consumer; the address says over which range.
#[must_use]
pub fn trend_of(name: Memo<String>) -> FirstTrend {
    let range = range_in_address();
    Resource::new_blocking(
        move || (name.get(), range.get()),
        |(name, range)| async move { (range, get_trend(name, range).await) },
    )
}

fn range_in_address() -> Memo<TrendRange> {
    let query = use_query_map();
    Memo::new(
        move |_| match query.with(|query| query_text(query, "range")).as_deref() {
            Some("day") => TrendRange::Day,
            _ => TrendRange::Hour,
        },
    )
}

/// The panel.
#[component]
pub fn CoursePanel(
    /// What it shows first.
    trend: FirstTrend,
) -> impl IntoView {
    let (query, path) = (use_query_map(), use_location().pathname);
    let range = range_in_address();
    let link = move |value: Option<&'static str>, this: TrendRange, words: &'static str| {
        let href = move || query.with(|query| href_with(&path.get(), query, "range", value));
        let current = move || (range.get() == this).then_some("true");
        view! { <a href=href aria-current=current data-noscroll="true">{words}</a> }
    };
    let aside = move || {
        view! {
            <nav class="tabs" aria-label="Range of the charts">
                {link(None, TrendRange::Hour, "Last hour")}
                {link(Some("day"), TrendRange::Day, "Last day")}
            </nav>
        }
    };
    view! {
        <Panel title="Age and rate" aside>
            <div class="course">
                {loaded(trend, move |of_range| match of_range {
                    (range, Ok(first)) => view! { <Course first range/> }.into_any(),
                    (_, Err(problem)) => {
                        view! { <ErrorNote problem retry=move |()| trend.refetch()/> }.into_any()
                    }
                })}
            </div>
        </Panel>
    }
}

#[component]
fn Course(first: Trend, range: TrendRange) -> impl IntoView {
    let name = StoredValue::new(first.consumer.clone());
    let trend = refreshed(first, EVERY_MS, move || get_trend(name.get_value(), range));
    view! { <TrendChart trend range clock=chart_clock()/> }
}
