//! What all questions to read models share: as of when they are meant, waiting for a position, and what is not there.

use std::time::Duration;

use crate::contract::{Position, Problem, ProblemKind, When};
use crate::event_log::position_of;
use crate::server::state::App;

/// The longest that a request may wait for a read model.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Which position a question is meant as of, where it is not about now; and waits for the read model to be there.
pub(super) async fn moment(
    app: &App,
    consumer: &str,
    as_of: Option<When>,
    min_position: Option<Position>,
    wait_ms: Option<u64>,
) -> Result<Option<Position>, Problem> {
    let at = match as_of {
        Some(as_of) => Some(position_of(&*app.log, as_of).await?),
        None => None,
    };
    wait_for(app, consumer, at.max(min_position), wait_ms).await?;
    Ok(at)
}

/// What was asked for is not in the read model, as it is or as it was at a position.
pub(super) fn not_there(app: &App, consumer: &str, at: Option<Position>, what: &str) -> Problem {
    let now = || app.monitor.position(consumer).unwrap_or_default();
    let as_of = at.unwrap_or_else(now);
    let detail = format!("no {what} as of #{as_of}");
    Problem::new(ProblemKind::NotFound, detail).with("as_of", as_of.0)
}

/// Waits until a read model is at `min_position`, at most `wait_ms`.
async fn wait_for(
    app: &App,
    consumer: &str,
    min_position: Option<Position>,
    wait_ms: Option<u64>,
) -> Result<(), Problem> {
    let Some(position) = min_position else {
        return Ok(());
    };
    let patience = Duration::from_millis(wait_ms.unwrap_or(0)).min(LONGEST_WAIT);
    app.monitor
        .reached(consumer, position, patience)
        .await
        .map_err(|not_reached| {
            let detail = format!(
                "`{consumer}` is at #{}, not yet at #{position}",
                not_reached.0
            );
            Problem::new(ProblemKind::ReadModelBehind, detail)
                .with("as_of", not_reached.0.0)
                .with("min_position", position.0)
                .with("retry_after_s", 1)
        })
}
