//! Points in time: relative in live lists, absolute in UTC or local, as the person chose.
//!
//! The server renders UTC. The browser first renders the same and takes over once the page is alive.

use chrono::{DateTime, Datelike, Timelike};
use leptos::prelude::*;

use super::duration::calm;
use crate::contract::Timestamp;
use crate::ui::browser;
use crate::ui::live::{server_now, use_live};
use crate::ui::prefs::{Times, use_prefs};

/// The clock at a moment, `offset_min` minutes ahead of UTC: `14:03:05`.
#[must_use]
pub fn clock_text(at: Timestamp, offset_min: i32) -> String {
    match shifted(at, offset_min) {
        Some(t) => format!("{:02}:{:02}:{:02}", t.hour(), t.minute(), t.second()),
        None => "—".to_owned(),
    }
}

/// The date at a moment, `offset_min` minutes ahead of UTC: `2026-11-23`.
#[must_use]
pub fn date_text(at: Timestamp, offset_min: i32) -> String {
    match shifted(at, offset_min) {
        Some(t) => format!("{}-{:02}-{:02}", t.year(), t.month(), t.day()),
        None => "—".to_owned(),
    }
}

/// A moment in full, to the millisecond, with its zone: `2026-11-23 14:03:05.123 UTC`.
#[must_use]
pub fn full_text(at: Timestamp, offset_min: i32) -> String {
    let date = date_text(at, offset_min);
    let clock = clock_text(at, offset_min);
    let millis = at.as_micros().div_euclid(1_000).rem_euclid(1_000);
    format!("{date} {clock}.{millis:03} {}", zone_text(offset_min))
}

/// A zone by its distance to UTC: `UTC`, `UTC+2`, `UTC−3:30`.
#[must_use]
pub fn zone_text(offset_min: i32) -> String {
    if offset_min == 0 {
        return "UTC".to_owned();
    }
    let sign = if offset_min < 0 { '−' } else { '+' };
    let (hours, minutes) = (offset_min.abs() / 60, offset_min.abs() % 60);
    match minutes {
        0 => format!("UTC{sign}{hours}"),
        minutes => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

fn shifted(at: Timestamp, offset_min: i32) -> Option<DateTime<chrono::Utc>> {
    DateTime::from_timestamp_micros(at.as_micros() + i64::from(offset_min) * 60_000_000)
}

/// The minutes ahead of UTC that the person's choice asks for at a moment.
#[must_use]
pub fn chosen_offset_min(times: Times, at: Timestamp) -> i32 {
    match times {
        Times::Local => browser::local_offset_min(at.as_millis_f64()),
        Times::Relative | Times::Utc => 0,
    }
}

/// The clock where it was the same day, else the date and the clock to the minute.
fn absolute(at: Timestamp, now: Timestamp, offset_min: i32) -> String {
    let clock = clock_text(at, offset_min);
    let date = date_text(at, offset_min);
    if date == date_text(now, offset_min) {
        clock
    } else {
        let minute = clock.get(..5).unwrap_or(&clock);
        format!("{date} {minute}")
    }
}

/// "3 s ago", with words for what is nearly now.
fn relative(at: Timestamp, now: Timestamp) -> String {
    let ago_ms = now.millis_since(at);
    if ago_ms < 1_000.0 {
        "now".to_owned()
    } else {
        format!("{} ago", calm(ago_ms))
    }
}

/// A moment as the person chose to see it; in full, with milliseconds and zone, on hover.
#[component]
pub fn Time(
    /// The moment.
    #[prop(into)]
    at: Signal<Timestamp>,
    /// Never relative: for tables in which moments are compared.
    #[prop(optional)]
    exact: bool,
) -> impl IntoView {
    let live = use_live();
    let times = use_prefs().times;
    let text = move || {
        let at = at.get();
        // Without a living page the choice waits, and so does what depends on the browser's clock and zone.
        if live.now.with(Option::is_none) {
            return format!("{} {}", date_text(at, 0), clock_text(at, 0));
        }
        let now = server_now();
        match times.get() {
            Times::Relative if !exact => relative(at, now),
            times => absolute(at, now, chosen_offset_min(times, at)),
        }
    };
    let full = move || {
        let (at, times) = (at.get(), times.get());
        let alive = live.now.with(Option::is_some);
        let offset_min = if alive {
            chosen_offset_min(times, at)
        } else {
            0
        };
        full_text(at, offset_min)
    };
    view! {
        <time datetime=move || at.get().to_string() title=full>
            {text}
        </time>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).expect("a time")
    }

    #[test]
    fn a_moment_in_full_names_its_zone() {
        let moment = at("2026-11-23T14:03:05.123456Z");
        assert_eq!(full_text(moment, 0), "2026-11-23 14:03:05.123 UTC");
        assert_eq!(full_text(moment, 120), "2026-11-23 16:03:05.123 UTC+2");
        assert_eq!(full_text(moment, -210), "2026-11-23 10:33:05.123 UTC−3:30");
    }

    #[test]
    fn the_date_stands_by_what_was_not_today() {
        let now = at("2026-11-23T14:00:00Z");
        assert_eq!(absolute(at("2026-11-23T00:00:01Z"), now, 0), "00:00:01");
        assert_eq!(
            absolute(at("2026-11-22T23:59:59Z"), now, 0),
            "2026-11-22 23:59"
        );
    }

    #[test]
    fn what_is_ahead_of_the_clock_is_now() {
        let now = at("2026-11-23T14:00:00Z");
        assert_eq!(relative(at("2026-11-23T14:00:00.2Z"), now), "now");
        assert_eq!(relative(at("2026-11-23T13:59:57Z"), now), "3 s ago");
    }
}
