//! Read models as they were: a slider through the log, above the pages that show one.
//!
//! The URL is the state: `?as_of=12345` is the page when that was the last position, `?as_of=2026-10-01T09:30:00Z` what it was
//! at that time, without it the page is live. In the past nothing moves by itself, nothing is pending and nothing can be done; the page says so, and leads back to now.

mod field;
mod slider;
mod standing;
pub mod words;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::contract::{LogMoment, NoMoment, PastPage, Position, Problem, When};
use crate::ui::parts::{ErrorNote, href_with, loaded, query_text};

pub use field::WhenField;
pub use slider::TimeSlider;
pub use standing::{CountThen, Since, Standing};

/// What the address calls the moment.
pub const AS_OF: &str = "as_of";

/// The moment that a query asks for; `None` is now.
pub fn as_of_in(query: &ParamsMap) -> Result<Option<When>, NoMoment> {
    let text = query_text(query, AS_OF);
    text.map(|text| text.trim().parse()).transpose()
}

/// The view of what a page was, or of why that cannot be told; the slider hears which moment was answered.
pub fn loaded_then<T>(
    past: Past,
    page: Resource<Result<PastPage<T>, Problem>>,
    show: impl Fn(PastPage<T>) -> AnyView + Send + 'static,
) -> impl IntoView
where
    T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static,
{
    let retry = move |()| page.refetch();
    loaded(page, move |answer| {
        let moment = answer.as_ref().ok().map(|page| page.moment);
        Effect::new(move |_| past.answered(moment));
        match answer {
            Ok(page) => show(page),
            Err(problem) => view! { <ErrorNote problem retry/> }.into_any(),
        }
    })
}

/// Where a page stands in the history of the log.
#[derive(Clone, Copy)]
pub struct Past {
    path: &'static str,
    /// The moment that is wanted; `None` is now.
    wanted: RwSignal<Option<When>>,
    /// The moment that is asked for. The hand moves faster than answers come: there is one question at a time, and
    /// the next one is for where the hand is then.
    asked: RwSignal<Option<When>>,
    is_asking: StoredValue<bool>,
    /// The moment that was answered last.
    moment: RwSignal<Option<LogMoment>>,
}

/// Begins where the URL says, and goes where the URL and the hand go. `path` is the page, without what is asked of it.
pub fn use_past(path: &'static str) -> Past {
    let query = use_query_map();
    // What is no moment is said beside the field, and the page is live.
    let in_url = Memo::new(move |_| query.with(as_of_in).ok().flatten());
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

    /// The moment to ask for; each reading of it is a question, and must be followed by [`answered`](Past::answered).
    pub fn ask(self) -> When {
        let moment = self.asked.get();
        self.is_asking.set_value(moment.is_some());
        // The page has gone back to now, and with it whoever would be answered.
        moment.unwrap_or(When::Position(Position::START))
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

    /// The position that is shown, of a log that ends at `head`; `first` is what was answered first.
    fn shown(self, head: Position, first: LogMoment) -> Position {
        let answered = || self.moment.get().unwrap_or(first).position;
        match self.wanted.get() {
            None => head,
            Some(When::Position(position)) => position.min(head),
            Some(When::Time(_)) => answered().min(head),
        }
    }

    /// The page at a position; `None` is the page as it is.
    pub fn href(self, query: &ParamsMap, position: Option<Position>) -> String {
        let text = position.map(|position| position.to_string());
        href_with(self.path, query, AS_OF, text.as_deref())
    }
}
