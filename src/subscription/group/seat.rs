//! The server's end of a member's connection: what wakes it, and what ends it.

use std::sync::{Arc, OnceLock};
use tokio::sync::Notify;

use super::engine::MemberId;

/// A connected member.
#[derive(Debug)]
pub(super) struct Seat {
    pub id: MemberId,
    pub name: Arc<str>,
    /// Rings when there is something for the member, or when its connection has to end.
    bell: Notify,
    end: OnceLock<Ended>,
}

/// Why the server ends a member's connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Another connection came under the same name.
    Replaced,
    /// The group was removed.
    Removed,
    /// Another server has taken the group over.
    Moved,
}

impl Seat {
    pub fn new(id: MemberId, name: &str) -> Arc<Seat> {
        Arc::new(Seat {
            id,
            name: name.into(),
            bell: Notify::new(),
            end: OnceLock::new(),
        })
    }

    /// Wakes the connection. A ring that nobody waits for is kept for the next who does.
    pub fn ring(&self) {
        self.bell.notify_one();
    }

    pub async fn rung(&self) {
        self.bell.notified().await;
    }

    /// Ends the connection; the first reason counts.
    pub fn end(&self, why: Ended) {
        let _ended_before = self.end.set(why);
        self.ring();
    }

    pub fn ended(&self) -> Option<Ended> {
        self.end.get().copied()
    }
}
