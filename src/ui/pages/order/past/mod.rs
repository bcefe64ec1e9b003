//! The order's own history: a slider through its events, what each changed, and the state that it left.
//!
//! The URL is the state: `?version=2` is the order after its second event, `?as_of=` what it was when the log stood at a position
//! or at a time, without either it is the order as it is. Where the slider
//! stands at the end it follows when the order goes on; elsewhere it stays, and says how far behind it is.

mod slider;
mod state;
mod words;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use super::Shown;
use crate::api::get_history;
use crate::contract::{
    AggregateHistory, OrderId, Position, Problem, Step, StreamName, Version, When,
};
use crate::ui::pages::past::{AS_OF, as_of_in};
use crate::ui::parts::{ErrorNote, href_with, order_href, query_text};

pub use slider::VersionSlider;
pub use state::StateAt;
pub use words::changes_words;

/// The stream of an order.
pub fn stream_of(order_id: OrderId) -> StreamName {
    StreamName::of("order", order_id)
}

/// A place in the history that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sought {
    /// After an event of the order's own.
    Version(Version),
    /// As of a moment of the log.
    AsOf(When),
}

impl Sought {
    /// What the server takes: a version, or a moment.
    pub fn parts(sought: Option<Sought>) -> (Option<Version>, Option<When>) {
        match sought {
            None => (None, None),
            Some(Sought::Version(version)) => (Some(version), None),
            Some(Sought::AsOf(when)) => (None, Some(when)),
        }
    }
}

/// The place that a query asks for; `None` is the last. What is no moment is said beside the field for one.
pub fn sought_in(query: &ParamsMap) -> Option<Sought> {
    let version = query_text(query, "version").and_then(|text| text.parse().ok());
    let version = version
        .map(Version)
        .filter(|version| *version > Version::NONE);
    let as_of = || as_of_in(query).ok().flatten().map(Sought::AsOf);
    version.map(Sought::Version).or_else(as_of)
}

/// Where the page stands in the history of its order.
#[derive(Clone, Copy)]
pub struct Past {
    order_id: OrderId,
    /// What the server answered last.
    history: RwSignal<AggregateHistory>,
    /// The place that is wanted; `None` is the last, whichever that is.
    wanted: RwSignal<Option<Sought>>,
    /// The place that was answered last.
    answered: StoredValue<Option<Sought>>,
    /// Why the last question was not answered.
    problem: RwSignal<Option<Problem>>,
    /// The stream's last version, as far as the page knows.
    head: Memo<Version>,
}

impl Past {
    /// Begins with what was found, and goes where the URL and the hand go.
    pub fn follow(first: AggregateHistory, shown: Shown) -> Past {
        let order_id = shown.order.with_untracked(|order| order.row.order_id);
        let query = use_query_map();
        let in_url = Memo::new(move |_| query.with(sought_in));
        let history = RwSignal::new(first);
        let stream = stream_of(order_id);
        let head = Memo::new(move |_| {
            let told = shown.order.with(|order| {
                let own = order.history.iter().filter(|e| e.stream == stream);
                own.map(|entry| entry.version).max().unwrap_or_default()
            });
            history.with(|history| history.at.head_version).max(told)
        });
        let past = Past {
            order_id,
            history,
            wanted: RwSignal::new(in_url.get_untracked()),
            answered: StoredValue::new(in_url.get_untracked()),
            problem: RwSignal::new(None),
            head,
        };
        Effect::new(move |_| past.wanted.set(in_url.get()));
        Effect::new(move |_| past.ask(past.wanted.get(), past.head.get()));
        past
    }

    /// Asks the server where what it answered last is not what is wanted.
    fn ask(self, wanted: Option<Sought>, head: Version) {
        let is_there = self.history.with_untracked(|history| {
            let is_target = match wanted {
                None => history.at.version == head,
                Some(Sought::Version(version)) => history.at.version == version.min(head),
                Some(Sought::AsOf(_)) => self.answered.get_value() == wanted,
            };
            is_target && history.at.head_version == head
        });
        if is_there {
            return;
        }
        let stream = stream_of(self.order_id);
        leptos::task::spawn_local(async move {
            let (version, as_of) = Sought::parts(wanted);
            let answer = get_history(stream, version, as_of).await;
            // The hand may have gone on meanwhile, or the page away.
            if self.wanted.try_get_untracked() != Some(wanted) {
                return;
            }
            match answer {
                Ok(history) => {
                    self.answered.set_value(wanted);
                    self.history.set(history);
                    self.problem.set(None);
                }
                Err(problem) => self.problem.set(Some(problem)),
            }
        });
    }

    /// The version at which the slider stands.
    fn version(self) -> Version {
        let head = self.head.get();
        match self.wanted.get() {
            None => head,
            Some(Sought::Version(version)) => version.min(head),
            Some(Sought::AsOf(_)) => self.history.with(|history| history.at.version),
        }
    }

    /// Whether something has happened to the order since.
    pub fn is_past(self) -> bool {
        self.version() < self.head.get()
    }

    /// The place in the log at which the order is shown.
    pub fn position(self) -> Position {
        self.history.with(|history| history.at.position)
    }

    /// What an event of the order changed, where it is among those around the slider.
    pub fn step(self, version: Version) -> Option<Step> {
        self.history.with(|history| {
            let mut steps = history.steps.iter();
            steps.find(|step| step.version == version).cloned()
        })
    }

    /// The page at a version; `None`, or the last one, is the page as it is.
    pub fn href(self, query: &ParamsMap, version: Option<Version>) -> String {
        let past = version.filter(|version| *version < self.head.get());
        let text = past.map(|version| version.to_string());
        self.href_to(query, "version", text.as_deref())
    }

    /// The page at a moment of the log, which need not be one; `None` is the page as it is.
    pub fn href_as_of(self, query: &ParamsMap, text: Option<&str>) -> String {
        self.href_to(query, AS_OF, text)
    }

    /// A version and a moment both say when: one takes the place of the other.
    fn href_to(self, query: &ParamsMap, key: &'static str, text: Option<&str>) -> String {
        let mut query = query.clone();
        for key in ["version", AS_OF] {
            let _ = query.remove(key);
        }
        href_with(&order_href(self.order_id), &query, key, text)
    }
}

/// Why the last question was not answered; what was answered before stays.
#[component]
pub fn PastProblem(past: Past) -> impl IntoView {
    move || {
        past.problem.get().map(|problem| {
            let again = move || past.ask(past.wanted.get_untracked(), past.head.get_untracked());
            view! { <ErrorNote problem retry=again/> }
        })
    }
}
