//! The server's end of a member's connection: what wakes it, and what ends it.

use std::sync::{Arc, OnceLock};
use tokio::sync::Notify;

use super::engine::MemberId;

/// Members that are named where a group's are told in one line.
const NAMED: usize = 3;

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

/// Who runs a group, in one line however many they are; nobody where it has no members.
pub(super) fn in_one_line<'a>(names: impl Iterator<Item = &'a str> + Clone) -> Option<String> {
    let count = names.clone().count();
    let named: Vec<&str> = names.take(NAMED).collect();
    let named = named.join(", ");
    match count {
        0 => None,
        ..=NAMED => Some(named),
        _ => Some(format!("{named} and {} more", count - NAMED)),
    }
}

#[cfg(test)]
mod tests {
    use super::in_one_line;

    #[test]
    fn many_members_are_still_one_line() {
        let names = ["a", "b", "c", "d", "e"];
        let of = |count| in_one_line(names.into_iter().take(count));
        assert_eq!(of(0), None);
        assert_eq!(of(1).as_deref(), Some("a"));
        assert_eq!(of(3).as_deref(), Some("a, b, c"));
        assert_eq!(of(5).as_deref(), Some("a, b, c and 2 more"));
    }
}
