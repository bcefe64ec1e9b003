//! Tells how far the groups are, for the heat map of commands.

use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

use crate::contract::{ConsumerKind, GroupMode};
use crate::convergence::{Convergence, GroupStands};
use crate::subscription::{Board, Slot};

/// Groups are looked at so often at most: times below this are not told apart.
const PATIENCE: Duration = Duration::from_millis(5);
/// So often they are looked at although none has moved: one that was only just made is known then.
const PULSE: Duration = Duration::from_secs(1);

/// Tells where the groups stand, whenever a consumer has moved, until told to stop. Of a group that another server has it is
/// known as often as that is looked at.
pub async fn follow_groups(board: Board, convergence: Arc<Convergence>, stop: CancellationToken) {
    let mut bell = board.bell();
    loop {
        tell(&board, &convergence);
        let waited = async {
            tokio::time::sleep(PATIENCE).await;
            let _late = tokio::time::timeout(PULSE, bell.changed()).await;
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = waited => {}
        }
    }
}

fn tell(board: &Board, convergence: &Convergence) {
    let slots = board.slots();
    let groups = slots.iter().filter(|slot| keeps_place(slot));
    let stands = groups.map(|slot| GroupStands {
        name: &slot.name,
        wanted: &slot.wanted,
        position: slot.position(),
    });
    convergence.groups_stand(&stands.collect::<Vec<_>>());
}

/// A topic stores nothing: where it has no members it stands at the head, and would look perfect.
fn keeps_place(slot: &Slot) -> bool {
    let standing = slot.standing();
    let mode = standing.group.as_ref().map(|group| group.mode);
    slot.kind == ConsumerKind::Group && mode.is_some_and(|mode| mode != GroupMode::Topic)
}
