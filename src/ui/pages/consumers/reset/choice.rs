//! Where a consumer is to be set, as the address of its page says it.

use leptos_router::params::ParamsMap;

use super::super::review::{POSITION, RESET, TIME};
use crate::contract::{Position, ResetTo, Timestamp};
use crate::ui::parts::{clock_text, date_text, href_with, query_text};

/// A way to name the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Before the first event.
    Start,
    /// The end of the log.
    End,
    /// A position.
    Position,
    /// A time.
    Time,
}

impl Way {
    /// Every way, in the order in which they are offered.
    pub const ALL: [Way; 4] = [Way::Start, Way::Position, Way::Time, Way::End];

    /// The word in the address.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Way::Start => "start",
            Way::End => "end",
            Way::Position => POSITION,
            Way::Time => TIME,
        }
    }

    fn parse(word: &str) -> Way {
        Way::ALL
            .into_iter()
            .find(|way| way.as_str() == word)
            .unwrap_or(Way::Start)
    }
}

/// What the address asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The way that is chosen.
    pub way: Way,
    /// What was written as a position.
    pub position: String,
    /// What was written as a time: the date and the clock in UTC, `2026-11-27T10:00:00`.
    pub time: String,
}

impl Choice {
    /// The choice in an address; `None` where it asks for no review.
    #[must_use]
    pub fn of(query: &ParamsMap) -> Option<Choice> {
        let way = query_text(query, RESET)?;
        Some(Choice {
            way: Way::parse(&way),
            position: query_text(query, POSITION).unwrap_or_default(),
            time: query_text(query, TIME).unwrap_or_default(),
        })
    }

    /// The place that is chosen; else what is missing or wrong, in a sentence.
    ///
    /// # Errors
    /// When the position or the time is missing, or is none.
    pub fn place(&self) -> Result<ResetTo, &'static str> {
        match self.way {
            Way::Start => Ok(ResetTo::Start),
            Way::End => Ok(ResetTo::End),
            Way::Position => position(&self.position).map(ResetTo::Position),
            Way::Time => time(&self.time).map(ResetTo::Time),
        }
    }

    /// The address of a page with this choice.
    #[must_use]
    pub fn href(&self, path: &str, query: &ParamsMap) -> String {
        let mut query = query.clone();
        for (key, value) in [
            (RESET, self.way.as_str()),
            (POSITION, &self.position),
            (TIME, &self.time),
        ] {
            let _ = query.remove(key);
            if !value.is_empty() {
                query.insert(key, value.to_owned());
            }
        }
        href_with(path, &query, RESET, Some(self.way.as_str()))
    }
}

/// A position as people write and copy it: `12391`, `12,391`, `#12,391`.
fn position(text: &str) -> Result<Position, &'static str> {
    let digits = text.trim().trim_start_matches('#').replace([',', ' '], "");
    match digits.parse() {
        Ok(number) => Ok(Position(number)),
        Err(_) if digits.is_empty() => Err("Write the position after which it is to go on."),
        Err(_) => Err("That is not a position: a whole number from 0."),
    }
}

fn time(text: &str) -> Result<Timestamp, &'static str> {
    if text.is_empty() {
        return Err("Choose the time at which it is to go on.");
    }
    utc(text).ok_or("That is not a time.")
}

/// A moment from the date and the clock of a field, with or without seconds, in UTC.
fn utc(text: &str) -> Option<Timestamp> {
    let with_seconds = format!("{text}:00Z");
    Timestamp::parse(&format!("{text}Z")).or_else(|| Timestamp::parse(&with_seconds))
}

/// The date and the clock of a field in another zone, so many minutes ahead of UTC or, with a negative number, back to UTC.
/// As it is where it is none.
#[must_use]
pub fn moved(text: &str, offset_min: i32) -> String {
    match utc(text) {
        Some(at) => format!(
            "{}T{}",
            date_text(at, offset_min),
            clock_text(at, offset_min)
        ),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(query: &[(&'static str, &'static str)]) -> Option<Choice> {
        Choice::of(&query.iter().copied().collect())
    }

    #[test]
    fn the_address_says_where_to() {
        let place =
            |query: &[(&'static str, &'static str)]| choice(query).expect("a review").place();
        assert_eq!(choice(&[("range", "day")]), None);
        assert_eq!(place(&[("reset", "start")]), Ok(ResetTo::Start));
        assert_eq!(
            place(&[("reset", "end"), ("position", "7")]),
            Ok(ResetTo::End)
        );
        let at = Timestamp::parse("2026-11-27T10:00:00Z").expect("a time");
        for time in ["2026-11-27T10:00", "2026-11-27T10:00:00"] {
            assert_eq!(
                place(&[("reset", "time"), ("time", time)]),
                Ok(ResetTo::Time(at))
            );
        }
    }

    #[test]
    fn a_position_may_be_copied_from_the_page() {
        for text in ["12391", "12,391", " #12,391"] {
            assert_eq!(position(text), Ok(Position(12_391)), "{text}");
        }
        assert!(position("").is_err());
        assert!(position("-1").is_err());
    }

    #[test]
    fn a_choice_survives_its_address() {
        let wanted = Choice {
            way: Way::Position,
            position: "#12,391".to_owned(),
            time: String::new(),
        };
        let kept: ParamsMap = [("range", "day"), ("time", "x")].into_iter().collect();
        let href = wanted.href("/consumers/orders", &kept);
        assert!(
            href.starts_with("/consumers/orders?") && href.contains("range=day"),
            "{href}"
        );
        assert!(
            href.contains("reset=position") && !href.contains("time"),
            "{href}"
        );
    }

    #[test]
    fn a_time_is_shown_in_a_zone_and_brought_back() {
        assert_eq!(moved("2026-11-27T23:30", 60), "2026-11-28T00:30:00");
        assert_eq!(moved("2026-11-28T00:30:00", -60), "2026-11-27T23:30:00");
        assert_eq!(moved("soon", 60), "soon");
    }
}
