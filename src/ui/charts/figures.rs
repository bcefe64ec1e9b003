//! Durations as charts say them: finer than elsewhere from a second on, because charts are there to measure.

use crate::ui::parts::duration as usual_duration;

/// A duration that chooses its unit: "240 µs", "47 ms", "34.2 s", "5 min 12 s", "3 h 5 min".
#[must_use]
pub fn duration(ms: f64) -> String {
    // The limits are where rounding would show the next unit's first number.
    if ms < 999.5 {
        return usual_duration(ms);
    }
    let seconds = ms / 1_000.0;
    if seconds < 59.95 {
        return format!("{seconds:.1} s");
    }
    let whole = seconds.round() as u64;
    match whole {
        ..3_600 => pair(whole, 60, "min", "s"),
        3_600..86_400 => pair(whole / 60, 60, "h", "min"),
        _ => pair(whole / 3_600, 24, "d", "h"),
    }
}

fn pair(whole: u64, per: u64, large: &str, small: &str) -> String {
    match whole % per {
        0 => format!("{} {large}", whole / per),
        rest => format!("{} {large} {rest} {small}", whole / per),
    }
}

/// A round duration on an axis, without the digits that say nothing: "−10 ms", "0", "1.5 s".
#[must_use]
pub fn signed_duration(ms: f64) -> String {
    if ms == 0.0 {
        return "0".to_owned();
    }
    let sign = if ms < 0.0 { "−" } else { "" };
    let size = ms.abs();
    if size >= 59_950.0 {
        return format!("{sign}{}", duration(size));
    }
    let (number, unit) = if size < 1_000.0 {
        (size, "ms")
    } else {
        (size / 1_000.0, "s")
    };
    let digits = format!("{number:.2}");
    let digits = digits.trim_end_matches('0').trim_end_matches('.');
    format!("{sign}{digits} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_choose_their_unit() {
        for (ms, text) in [
            (0.0, "0 ms"),
            (47.0, "47 ms"),
            (0.4, "400 µs"),
            (999.6, "1.0 s"),
            (34_200.0, "34.2 s"),
            (59_960.0, "1 min"),
            (312_000.0, "5 min 12 s"),
            (11_100_000.0, "3 h 5 min"),
        ] {
            assert_eq!(duration(ms), text);
        }
    }

    #[test]
    fn axis_durations_have_no_idle_digits() {
        for (ms, text) in [
            (0.0, "0"),
            (-10.0, "−10 ms"),
            (2.5, "2.5 ms"),
            (1_500.0, "1.5 s"),
            (120_000.0, "2 min"),
        ] {
            assert_eq!(signed_duration(ms), text);
        }
    }
}
