//! Aggregates as they were.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::contract::{AggregateHistory, Problem, StreamName, Version, When};

/// An aggregate at a version or as of a moment (without either: as it is), among the steps around it.
#[server(prefix = "/api/fn/view", endpoint = "history", input = GetUrl)]
pub async fn get_history(
    /// The aggregate's stream.
    stream: StreamName,
    /// The version; a later one than the last is the last.
    version: Option<Version>,
    /// The moment, where no version is given; a position that the log has not come to is its head.
    as_of: Option<When>,
) -> Result<AggregateHistory, Problem> {
    use crate::command::{History, HistoryError, Moment};
    /// Steps to either side: more than a page shows well.
    const REACH: u64 = 25;
    let history = crate::request::provided::<History>()?;
    let moment = match (version, as_of) {
        (Some(version), _) => Moment::Version(version),
        (None, Some(When::Position(position))) => Moment::Position(position),
        (None, Some(When::Time(time))) => Moment::Time(time),
        (None, None) => Moment::Now,
    };
    match history.around(&stream, moment, REACH).await {
        // A link into the future shows what there is: people cannot know how long a stream is.
        Err(HistoryError::VersionAhead { .. } | HistoryError::PositionAhead { .. }) => {
            Ok(history.around(&stream, Moment::Now, REACH).await?)
        }
        answer => Ok(answer?),
    }
}
