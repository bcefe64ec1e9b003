//! Moments and differences in words.

use crate::contract::{LogMoment, Money, Position};
use crate::ui::parts::{full_text, money, position_text, thousands};

/// Where the slider stands, for those who hear it. The time is known once the moment was answered.
pub fn moment_words(shown: Position, head: Position, moment: LogMoment) -> String {
    if shown == head {
        return format!("now, {}", position_text(head));
    }
    let place = format!("{} of {}", position_text(shown), position_text(head));
    match moment.recorded_at.filter(|_| moment.position == shown) {
        Some(at) => format!("{place}, {}", full_text(at, 0)),
        None => place,
    }
}

/// "37 of 50 rows differ from now", "nothing was there yet".
pub fn differ_words(rows: usize, differ: usize) -> String {
    let of = thousands(rows as u64);
    match (rows, differ) {
        (0, _) => "no rows".to_owned(),
        (1, 0) => "its one row is the same now".to_owned(),
        (1, _) => "its one row differs from now".to_owned(),
        (_, 0) => format!("all {of} rows are the same now"),
        (_, 1) => format!("1 of {of} rows differs from now"),
        (_, differ) => format!("{} of {of} rows differ from now", thousands(differ as u64)),
    }
}

/// By how much a number has changed since: "+3", "−12"; `None` where it has not.
pub fn difference(then: u64, now: u64) -> Option<String> {
    match (now.checked_sub(then), then.checked_sub(now)) {
        (Some(0), _) | (None, None) => None,
        (Some(more), _) => Some(format!("+{}", thousands(more))),
        (None, Some(fewer)) => Some(format!("−{}", thousands(fewer))),
    }
}

/// By how much an amount has changed since; in another currency it is simply another one.
pub fn money_difference(then: Money, now: Money) -> Option<String> {
    if then == now {
        return None;
    }
    if then.currency != now.currency {
        return Some(money(now));
    }
    let difference = Money {
        amount: now.amount.saturating_sub(then.amount),
        currency: now.currency,
    };
    let plus = if difference.amount > 0 { "+" } else { "" };
    Some(format!("{plus}{}", money(difference)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Timestamp;

    #[test]
    fn a_moment_is_its_place_and_its_time_where_that_is_known() {
        let at = |text| Timestamp::parse(text);
        let moment = LogMoment {
            position: Position(7),
            recorded_at: at("2026-11-23T14:03:05.123456Z"),
            head: Position(1_200),
        };
        let words = |shown| moment_words(Position(shown), Position(1_200), moment);
        assert_eq!(words(7), "#7 of #1,200, 2026-11-23 14:03:05.123 UTC");
        assert_eq!(words(8), "#8 of #1,200");
        assert_eq!(words(1_200), "now, #1,200");
    }

    #[test]
    fn how_much_differs_is_said_in_a_sentence() {
        let said = [(0, 0), (1, 0), (1, 1), (50, 0), (50, 1), (1_000, 37)];
        assert_eq!(
            said.map(|(rows, differ)| differ_words(rows, differ)),
            [
                "no rows",
                "its one row is the same now",
                "its one row differs from now",
                "all 50 rows are the same now",
                "1 of 50 rows differs from now",
                "37 of 1,000 rows differ from now",
            ]
        );
    }

    #[test]
    fn differences_have_a_sign() {
        assert_eq!(difference(2, 2), None);
        assert_eq!(difference(2, 1_005).as_deref(), Some("+1,003"));
        assert_eq!(difference(5, 2).as_deref(), Some("−3"));
        let euros = Money::eur;
        assert_eq!(money_difference(euros(5), euros(5)), None);
        let more = money_difference(euros(100), euros(350));
        assert_eq!(more.as_deref(), Some("+€2.50"));
        let less = money_difference(euros(350), euros(100));
        assert_eq!(less.as_deref(), Some("−€2.50"));
    }
}
