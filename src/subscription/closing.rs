//! Notes that resets are done: whoever runs the consumer sees that it has come to where the operation ends.

use std::time::Duration;
use tokio_util::sync::CancellationToken;

use super::audit::{Audit, Ending, Standing, Underway};
use super::{Board, ControlError, Slot};
use crate::contract::{OperationId, OperationKind, OperationState, Position};

/// Consumers move often, and an operation that is done may be said to be so a little later.
const PATIENCE: Duration = Duration::from_millis(200);

/// Ends every reset whose consumer has come to its end, until told to stop.
pub async fn close_resets(board: Board, audit: Audit, owner: String, stop: CancellationToken) {
    let mut bell = board.bell();
    loop {
        if let Err(error) = close_finished(&board, &audit, &owner).await {
            tracing::warn!(error = %error, "the end of an operation could not be written down; trying again");
        }
        let waited = async {
            tokio::time::sleep(PATIENCE).await;
            bell.changed().await
        };
        tokio::select! {
            () = stop.cancelled() => return,
            _ = waited => {}
        }
    }
}

async fn close_finished(board: &Board, audit: &Audit, owner: &str) -> Result<(), ControlError> {
    for slot in board.slots() {
        if let Some(operation) = finished(&slot, &slot.standing()) {
            let ending = Ending {
                operation,
                state: OperationState::Done,
                by: owner.to_owned(),
                reason: None,
            };
            audit.end(&slot.name, ending).await?;
        }
    }
    Ok(())
}

fn finished(slot: &Slot, standing: &Standing) -> Option<OperationId> {
    let running = running_reset(standing)?;
    let health = slot.health();
    // Whoever runs it says so.
    let ours = health.run_by.is_none();
    let carried_out = ours && health.carried_out >= running.at;
    (carried_out && slot.position() >= running.until()).then_some(running.id)
}

/// Whether the consumer handles again what it had handled before a reset.
pub(super) fn is_replaying(slot: &Slot, position: Position) -> bool {
    running_reset(&slot.standing()).is_some_and(|running| {
        slot.health().carried_out >= running.at && position < running.until()
    })
}

fn running_reset(standing: &Standing) -> Option<&Underway> {
    standing
        .running()
        .filter(|running| running.kind == OperationKind::Reset)
}
