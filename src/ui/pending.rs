//! The person's own commands that are not yet visible everywhere: the ghosts in lists and the flags on the horizon.
//! Kept for the tab, so that a reload does not lose them.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::browser;
use super::live::server_now;
use crate::contract::{CommandId, Money, OrderId, Position, Timestamp};

const STORED_AS: &str = "highwater.pending";
/// Writes that have become visible are kept for the horizon, but not more than this.
const SETTLED_KEPT: usize = 8;

/// A command of this page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PendingWrite {
    /// The command.
    pub command_id: CommandId,
    /// Its name.
    pub command: String,
    /// The order it is about, where it is about one.
    pub order_id: Option<OrderId>,
    /// What it does, in a few words: "3 items", "kettle +20".
    pub description: String,
    /// Who ordered, for the ghost of an order.
    pub customer: Option<String>,
    /// What it costs, for the ghost of an order.
    pub total: Option<Money>,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// The position of its last event; `None` until the server has answered.
    pub position: Option<Position>,
    /// The consumer whose read model will show it.
    pub waits_for: String,
    /// When that read model was seen to have it.
    pub visible_at: Option<Timestamp>,
}

impl PendingWrite {
    /// A command about to be sent, which `waits_for` will show.
    #[must_use]
    pub fn new(command_id: CommandId, command: &str, description: String, waits_for: &str) -> Self {
        PendingWrite {
            command_id,
            command: command.to_owned(),
            order_id: None,
            description,
            customer: None,
            total: None,
            sent_at: server_now(),
            position: None,
            waits_for: waits_for.to_owned(),
            visible_at: None,
        }
    }

    /// Whether it is still a ghost.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.visible_at.is_none()
    }
}

/// The commands of this page, oldest first.
#[derive(Clone, Copy)]
pub struct Pending {
    /// All that are remembered, waiting and visible.
    pub writes: RwSignal<Vec<PendingWrite>>,
}

impl Pending {
    /// Remembers a command that is being sent.
    pub fn sent(self, write: PendingWrite) {
        self.change(|writes| writes.push(write));
    }

    /// The server has committed it.
    pub fn committed(self, command_id: CommandId, position: Position) {
        self.change(|writes| {
            for write in writes.iter_mut() {
                if write.command_id == command_id {
                    write.position = Some(position);
                }
            }
        });
    }

    /// The server has refused it, or never had it.
    pub fn withdrawn(self, command_id: CommandId) {
        self.change(|writes| writes.retain(|write| write.command_id != command_id));
    }

    /// A read model has been seen as of a position: what it shows now is no longer waiting.
    pub fn settle(self, consumer: &str, as_of: Position) {
        let is_visible = |write: &PendingWrite| {
            let reached = write.position.is_some_and(|position| position <= as_of);
            write.is_waiting() && write.waits_for == consumer && reached
        };
        if !self
            .writes
            .with_untracked(|writes| writes.iter().any(is_visible))
        {
            return;
        }
        let now = server_now();
        self.change(|writes| {
            for write in writes.iter_mut().filter(|write| is_visible(write)) {
                write.visible_at = Some(now);
            }
            let settled = writes.iter().filter(|write| !write.is_waiting()).count();
            let mut surplus = settled.saturating_sub(SETTLED_KEPT);
            writes.retain(|write| {
                let goes = surplus > 0 && !write.is_waiting();
                surplus -= usize::from(goes);
                !goes
            });
        });
    }

    /// Those that a consumer's read model does not show yet, newest first.
    #[must_use]
    pub fn waiting_for(self, consumer: &str) -> Vec<PendingWrite> {
        self.writes.with(|writes| {
            let mine = |write: &&PendingWrite| write.is_waiting() && write.waits_for == consumer;
            writes.iter().rev().filter(mine).cloned().collect()
        })
    }

    fn change(self, change: impl FnOnce(&mut Vec<PendingWrite>)) {
        self.writes.update(change);
        let stored = self
            .writes
            .with_untracked(|writes| serde_json::to_string(writes).ok());
        if let Some(stored) = stored {
            browser::set_session_item(STORED_AS, &stored);
        }
    }
}

/// Makes the page's own commands known to it. What the tab remembers comes back once the page has come alive: the
/// server could not render it.
pub fn provide_pending() -> Pending {
    let pending = Pending {
        writes: RwSignal::new(Vec::new()),
    };
    provide_context(pending);
    Effect::new(move |_| {
        let stored = browser::session_item(STORED_AS);
        let writes = stored.and_then(|stored| serde_json::from_str::<Vec<_>>(&stored).ok());
        if let Some(writes) = writes {
            pending.writes.set(writes);
            ask_after_unanswered(pending);
        }
    });
    pending
}

/// The page was reloaded while these were under way: the server knows whether they were carried out.
fn ask_after_unanswered(pending: Pending) {
    let unanswered = |write: &PendingWrite| write.position.is_none().then_some(write.command_id);
    let ids: Vec<_> = pending
        .writes
        .with_untracked(|writes| writes.iter().filter_map(unanswered).collect());
    for id in ids {
        leptos::task::spawn_local(async move {
            match crate::api::get_convergence(id).await {
                Ok(Some(convergence)) => pending.committed(id, convergence.position),
                Ok(None) => pending.withdrawn(id),
                // Not known yet; the next reload asks again.
                Err(_) => {}
            }
        });
    }
}

/// The page's own commands.
///
/// # Panics
/// Outside the app, which provides them before anything else.
#[must_use]
pub fn use_pending() -> Pending {
    expect_context::<Pending>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending_at(position: u64) -> (Pending, CommandId) {
        let pending = Pending {
            writes: RwSignal::new(Vec::new()),
        };
        let id = CommandId::generate();
        let write = PendingWrite::new(id, "PlaceOrder", "3 items".to_owned(), "orders");
        pending.sent(write);
        pending.committed(id, Position(position));
        (pending, id)
    }

    #[test]
    fn a_write_waits_until_its_read_model_has_passed_it() {
        let owner = Owner::new();
        owner.with(|| {
            let (pending, _) = pending_at(7);
            pending.settle("orders", Position(6));
            pending.settle("stock", Position(9));
            assert_eq!(pending.waiting_for("orders").len(), 1);
            pending.settle("orders", Position(7));
            assert_eq!(pending.waiting_for("orders").len(), 0);
        });
    }

    #[test]
    fn a_refused_write_leaves_nothing_behind() {
        let owner = Owner::new();
        owner.with(|| {
            let (pending, id) = pending_at(7);
            pending.withdrawn(id);
            assert!(pending.writes.with_untracked(Vec::is_empty));
        });
    }
}
