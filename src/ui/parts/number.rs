//! Numbers as a person reads them.

use leptos::prelude::*;

/// With thousands separators: `12,345`.
#[must_use]
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// In a few characters, for lists: `940`, `12.3k`, `4.5M`. The exact number belongs on hover.
#[must_use]
pub fn short(number: u64) -> String {
    const UNITS: [(f64, &str); 3] = [(1e9, "G"), (1e6, "M"), (1e3, "k")];
    if number < 10_000 {
        return thousands(number);
    }
    let value = number as f64;
    for (size, unit) in UNITS {
        if value >= size {
            let scaled = value / size;
            let digits = usize::from(scaled < 100.0);
            return format!("{scaled:.digits$}{unit}");
        }
    }
    thousands(number)
}

/// A rate: as many digits as say something.
#[must_use]
pub fn rate(per_s: f64) -> String {
    if per_s >= 99.95 {
        thousands(per_s.round() as u64)
    } else if per_s >= 9.995 {
        format!("{per_s:.0}")
    } else if per_s >= 0.05 {
        format!("{per_s:.1}")
    } else {
        "0".to_owned()
    }
}

/// A number with thousands separators; `—` where it is not known.
#[component]
pub fn Num(
    /// The number.
    #[prop(into)]
    value: Signal<Option<u64>>,
    /// In a few characters, the exact number on hover.
    #[prop(optional)]
    brief: bool,
) -> impl IntoView {
    let text = move || match value.get() {
        Some(number) if brief => short(number),
        Some(number) => thousands(number),
        None => "—".to_owned(),
    };
    let title = move || {
        let number = value.get().filter(|number| brief && *number >= 10_000);
        number.map(thousands)
    };
    view! { <span class="num" title=title>{text}</span> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(1_000), "1,000");
        assert_eq!(thousands(12_345_678), "12,345,678");
    }

    #[test]
    fn short_forms_keep_three_digits() {
        assert_eq!(short(9_999), "9,999");
        assert_eq!(short(12_345), "12.3k");
        assert_eq!(short(123_456), "123k");
        assert_eq!(short(4_500_000), "4.5M");
    }

    #[test]
    fn rates_show_what_says_something() {
        assert_eq!(rate(0.0), "0");
        assert_eq!(rate(0.31), "0.3");
        assert_eq!(rate(42.4), "42");
        assert_eq!(rate(1_234.5), "1,235");
    }
}
