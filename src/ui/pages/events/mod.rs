//! Events: the log, live at its head.

mod cells;
mod filters;
mod log;
mod tail;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use super::PageHead;
use crate::api::list_events;
use crate::contract::{Direction, EventFilter, Position, Problem};
use crate::ui::parts::{answered, query_text};

/// Rows of a page of the log.
const PAGE: u32 = 100;

pub use cells::{short_stream, stream_href};

/// What the URL asks for.
#[derive(Clone, Debug, Default, PartialEq)]
struct Wanted {
    filter: EventFilter,
    /// The anchor: this position is the first row, and the tail is off.
    at: Option<Position>,
}

fn wanted(query: &ParamsMap) -> Wanted {
    let at = query_text(query, "at").and_then(|at| at.parse::<u64>().ok());
    let correlation = query_text(query, "correlation");
    Wanted {
        filter: EventFilter {
            event_type: query_text(query, "type"),
            category: query_text(query, "category"),
            correlation_id: correlation.and_then(|id| id.parse().ok()),
            from_time: None,
        },
        at: at.map(Position),
    }
}

/// The page.
#[component]
pub fn EventsPage() -> impl IntoView {
    let query = use_query_map();
    let wanted = Memo::new(move |_| query.with(wanted));
    let runs =
        Memo::new(move |_| query.with(|query| query_text(query, "live")).as_deref() != Some("off"));
    let first = Resource::new_blocking(move || wanted.get(), first_page);
    let again = Callback::new(move |()| first.refetch());
    let state = log::LogState::new(runs);
    let content = answered(first, move |page| {
        log::show(state, wanted.get_untracked(), page, again)
    });
    view! {
        <PageHead title="Events" actions=move || view! { <filters::LiveSwitch runs=runs /> } />
        <filters::Filters />
        {content}
    }
    .into_any()
}

/// Where reading backward begins: the server reads from before a position, and the anchor is to be the first row.
fn before(at: Option<Position>) -> Option<Position> {
    at.map(Position::next)
}

async fn first_page(wanted: Wanted) -> Result<crate::contract::EventPage, Problem> {
    list_events(wanted.filter, before(wanted.at), Direction::Backward, PAGE).await
}
