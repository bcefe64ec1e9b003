//! What all questions to read models share: waiting for a position.

use std::time::Duration;

use crate::contract::{Position, Problem, ProblemKind};
use crate::server::state::App;

/// The longest that a request may wait for a read model.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Waits until a read model is at `min_position`, at most `wait_ms`.
pub(super) async fn wait_for(
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
