//! The log, for people.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::contract::{
    Direction, EventFilter, EventId, EventPage, EventView, Position, Problem, StreamName,
    StreamPage, Version,
};

/// A page of the log. `after` absent: from its start, or backward from its head.
#[server(prefix = "/api/fn/view", endpoint = "events", input = GetUrl)]
pub async fn list_events(
    /// Which events.
    #[server(default)]
    filter: EventFilter,
    /// Where the page starts: after it, or before it when reading backward.
    after: Option<Position>,
    /// Oldest or newest first.
    direction: Direction,
    /// Rows at most.
    limit: u32,
) -> Result<EventPage, Problem> {
    let log = crate::request::provided::<crate::event_log::SharedLog>()?;
    Ok(crate::event_log::page(&*log, filter, after, direction, limit).await?)
}

/// A page of one stream. `from` absent: from its first event, or backward from its last.
#[server(prefix = "/api/fn/view", endpoint = "stream", input = GetUrl)]
pub async fn list_stream(
    /// The stream.
    stream: StreamName,
    /// The version at which the page starts.
    from: Option<Version>,
    /// Oldest or newest first.
    direction: Direction,
    /// Rows at most.
    limit: u32,
) -> Result<StreamPage, Problem> {
    let log = crate::request::provided::<crate::event_log::SharedLog>()?;
    Ok(crate::event_log::stream_page(&*log, stream, from, direction, limit).await?)
}

/// One event, with what caused it and what it caused.
#[server(prefix = "/api/fn/view", endpoint = "event", input = GetUrl)]
pub async fn get_event(
    /// The event.
    id: EventId,
) -> Result<EventView, Problem> {
    let log = crate::request::provided::<crate::event_log::SharedLog>()?;
    Ok(crate::event_log::event_view(&*log, id).await?)
}
