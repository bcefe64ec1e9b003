//! Notes that operations are done: whoever runs the consumer sees that it has come to where the operation ends.

use std::time::Duration;
use tokio_util::sync::CancellationToken;

use super::audit::{self, Standing};
use super::{Audit, Board, ControlError, Slot};
use crate::contract::{OperationState, Position};
use crate::event_log::{EventLog, SharedLog};
use crate::schema::{AuditEvent, ConsumerOperationEnded};

/// Consumers move often, and an operation that is done may be said to be so a little later.
const PATIENCE: Duration = Duration::from_millis(200);

/// Ends every operation whose consumer has come to its end, until told to stop.
pub async fn close_operations(
    log: SharedLog,
    board: Board,
    audit: Audit,
    owner: String,
    stop: CancellationToken,
) {
    let mut bell = board.bell();
    loop {
        if let Err(error) = close_finished(&*log, &board, &audit, &owner).await {
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

async fn close_finished(
    log: &dyn EventLog,
    board: &Board,
    audit: &Audit,
    owner: &str,
) -> Result<(), ControlError> {
    for slot in board.slots() {
        let standing = slot.standing();
        if let Some(ended) = finished(&slot, &standing, owner) {
            let written = audit::append(log, &slot.name, &ended).await?;
            audit.reach(written.position).await?;
        }
    }
    Ok(())
}

fn finished(slot: &Slot, standing: &Standing, owner: &str) -> Option<AuditEvent> {
    let running = standing.running()?;
    let arrived = slot.position() >= running.until();
    if slot.health().carried_out < running.at || !arrived {
        return None;
    }
    Some(AuditEvent::OperationEnded(ConsumerOperationEnded {
        consumer: slot.name.to_string(),
        operation: running.id,
        state: OperationState::Done,
        by: owner.to_owned(),
        reason: None,
    }))
}

/// Whether the consumer handles again what it had handled before an operation.
pub(super) fn is_replaying(slot: &Slot, position: Position) -> bool {
    let standing = slot.standing();
    standing.running().is_some_and(|running| {
        slot.health().carried_out >= running.at && position < running.until()
    })
}
