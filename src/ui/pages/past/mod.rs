//! Read models as they were: a slider through the log, above the pages that show one.
//!
//! The URL is the state: `?as_of=12345` is the page when that was the last position, without it the page is live. In the
//! past nothing moves by itself, nothing is pending and nothing can be done; the page says so, and leads back to now.

mod slider;
mod standing;
pub mod words;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use crate::contract::{LogMoment, Position};
use crate::ui::parts::{href_with, query_text};

pub use slider::TimeSlider;
pub use standing::{CountThen, Since, Standing};

/// What the address calls the position.
const AS_OF: &str = "as_of";

/// The position that a query asks for; `None` is now.
pub fn as_of_in(query: &ParamsMap) -> Option<Position> {
    let position = query_text(query, AS_OF)?.parse().ok().map(Position)?;
    Some(position).filter(|position| *position > Position::START)
}

/// Where a page stands in the history of the log.
#[derive(Clone, Copy)]
pub struct Past {
    path: &'static str,
    /// The position that is wanted; `None` is now.
    wanted: RwSignal<Option<Position>>,
    /// The position that is asked for. The hand moves faster than answers come: there is one question at a time, and
    /// the next one is for where the hand is then.
    asked: RwSignal<Option<Position>>,
    is_asking: StoredValue<bool>,
    /// The moment that was answered last.
    moment: RwSignal<Option<LogMoment>>,
}

/// Begins where the URL says, and goes where the URL and the hand go. `path` is the page, without what is asked of it.
pub fn use_past(path: &'static str) -> Past {
    let query = use_query_map();
    let in_url = Memo::new(move |_| query.with(as_of_in));
    let first = in_url.get_untracked();
    let past = Past {
        path,
        wanted: RwSignal::new(first),
        asked: RwSignal::new(first),
        is_asking: StoredValue::new(false),
        moment: RwSignal::new(None),
    };
    Effect::new(move |_| past.wanted.set(in_url.get()));
    Effect::new(move |_| {
        past.wanted.track();
        past.ask_next();
    });
    past
}

impl Past {
    /// Whether the page shows what was.
    pub fn is_past(self) -> bool {
        self.asked.get().is_some()
    }

    /// The position to ask for; each reading of it is a question, and must be followed by [`answered`](Past::answered).
    pub fn ask(self) -> Position {
        let position = self.asked.get();
        self.is_asking.set_value(position.is_some());
        // The page has gone back to now, and with it whoever would be answered.
        position.unwrap_or_default()
    }

    /// The question was answered, and with what moment if it was answered well.
    pub fn answered(self, moment: Option<LogMoment>) {
        self.is_asking.set_value(false);
        if moment.is_some() {
            self.moment.set(moment);
        }
        self.ask_next();
    }

    fn ask_next(self) {
        let wanted = self.wanted.get_untracked();
        // Now is not asked for: whatever is under way is no longer wanted.
        let may_ask = wanted.is_none() || !self.is_asking.get_value();
        if may_ask && self.asked.get_untracked() != wanted {
            self.is_asking.set_value(false);
            self.asked.set(wanted);
        }
    }

    /// The page at a position; `None` is the page as it is.
    pub fn href(self, query: &ParamsMap, position: Option<Position>) -> String {
        let text = position.map(|position| position.to_string());
        href_with(self.path, query, AS_OF, text.as_deref())
    }
}
