//! Durations, which choose their unit.

use leptos::prelude::*;

use crate::contract::Timestamp;
use crate::ui::live::{server_now, use_live};

/// A duration in milliseconds as a person reads it: `240 µs`, `3.2 ms`, `46 ms`, `1.4 s`, `34 s`, `5 min`, `3 h`, `2 d`.
#[must_use]
pub fn duration(ms: f64) -> String {
    let ms = ms.max(0.0);
    if ms < 0.000_5 {
        "0 ms".to_owned()
    } else if ms < 0.999_5 {
        format!("{:.0} µs", ms * 1_000.0)
    } else if ms < 9.95 {
        format!("{ms:.1} ms")
    } else if ms < 999.5 {
        format!("{ms:.0} ms")
    } else {
        seconds(ms / 1_000.0)
    }
}

fn seconds(s: f64) -> String {
    if s < 9.95 {
        format!("{s:.1} s")
    } else if s < 119.5 {
        format!("{s:.0} s")
    } else if s < 7_170.0 {
        format!("{:.0} min", s / 60.0)
    } else if s < 172_000.0 {
        format!("{:.0} h", s / 3_600.0)
    } else {
        format!("{:.0} d", s / 86_400.0)
    }
}

/// A duration since a moment, for people who wait: nothing below a second, so that it ticks calmly.
#[must_use]
pub fn calm(ms: f64) -> String {
    if ms < 1_000.0 {
        "under 1 s".to_owned()
    } else if ms < 119_500.0 {
        format!("{:.0} s", (ms / 1_000.0).floor())
    } else {
        duration(ms)
    }
}

/// How long ago something was, ticking each second in a live page; `—` where it is not known, and on the server.
#[component]
pub fn Age(
    /// The moment.
    #[prop(into)]
    since: Signal<Option<Timestamp>>,
) -> impl IntoView {
    let live = use_live();
    let text = move || match (since.get(), live.now.get()) {
        (Some(since), Some(_)) => calm(server_now().millis_since(since)),
        _ => "—".to_owned(),
    };
    view! { <span class="num">{text}</span> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_chooses_its_unit() {
        let cases = [
            (0.0, "0 ms"),
            (0.24, "240 µs"),
            (3.21, "3.2 ms"),
            (46.4, "46 ms"),
            (999.9, "1.0 s"),
            (1_400.0, "1.4 s"),
            (34_200.0, "34 s"),
            (300_000.0, "5 min"),
            (3.0 * 3_600_000.0, "3 h"),
            (2.0 * 86_400_000.0, "2 d"),
        ];
        for (ms, text) in cases {
            assert_eq!(duration(ms), text, "{ms} ms");
        }
    }
}
