//! Which parked events are meant, and what is to be done with them, as the address of the page says it: `retry` and `discard`
//! are on all that are parked, `retry-7` and `discard-7` on one.

use serde::{Deserialize, Serialize};
use std::fmt;

use super::super::review::events_words;
use crate::contract::{ConsumerKind, ParkedAct};

/// What the address asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What is to be done.
    pub act: ParkedAct,
    /// With this one; without it, with all.
    pub id: Option<u64>,
}

impl Choice {
    /// What a part of an address says; `None` where it says nothing that is known.
    #[must_use]
    pub fn parse(text: &str) -> Option<Choice> {
        let (act, id) = match text.split_once('-') {
            Some((act, id)) => (act, Some(id.parse().ok()?)),
            None => (text, None),
        };
        let act = match act {
            "retry" => ParkedAct::Retry,
            "discard" => ParkedAct::Discard,
            _ => return None,
        };
        Some(Choice { act, id })
    }

    /// The verb and the number: "Retry 3 events"; of a read model "Rebuild, and retry 3 events".
    #[must_use]
    pub fn verb(self, kind: ConsumerKind, events: u64) -> String {
        let verb = match (self.act, kind) {
            (ParkedAct::Retry, ConsumerKind::Projection) => "Rebuild, and retry",
            (ParkedAct::Retry, _) => "Retry",
            (ParkedAct::Discard, _) => "Discard",
        };
        format!("{verb} {}", events_words(events))
    }
}

/// The word for an act in an address and in a form.
#[must_use]
pub fn act_word(act: ParkedAct) -> &'static str {
    match act {
        ParkedAct::Retry => "retry",
        ParkedAct::Discard => "discard",
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(act_word(self.act))?;
        match self.id {
            Some(id) => write!(f, "-{id}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_survives_its_address() {
        for text in ["retry", "discard", "retry-7", "discard-12"] {
            let choice = Choice::parse(text).expect(text);
            assert_eq!(choice.to_string(), text);
        }
        for text in ["", "forget", "retry-", "retry-x"] {
            assert_eq!(Choice::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_button_says_what_it_does_and_to_how_many() {
        let all = Choice {
            act: ParkedAct::Discard,
            id: None,
        };
        let group = ConsumerKind::Group;
        assert_eq!(all.verb(group, 1_200), "Discard 1,200 events");
        assert_eq!(all.verb(group, 1), "Discard 1 event");
        let retry = Choice {
            act: ParkedAct::Retry,
            id: None,
        };
        let rebuild = retry.verb(ConsumerKind::Projection, 2);
        assert_eq!(rebuild, "Rebuild, and retry 2 events");
    }
}
