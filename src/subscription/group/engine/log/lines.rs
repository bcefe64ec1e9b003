//! The lines that there are, and to which member each belongs.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::LogEngine;
use crate::contract::StreamName;
use crate::subscription::group::engine::line::Line;
use crate::subscription::group::engine::{Engine, MemberId};

impl LogEngine {
    /// Takes a line out to change it.
    pub(super) fn take_line(&mut self, stream: &StreamName) -> Option<Line> {
        let line = self.lines.remove(stream)?;
        let head = (line.from, stream.clone());
        self.heads.remove(&head);
        if line.is_pending() {
            let owner = self.owner(stream);
            self.pending.entry(owner).or_default().remove(&head);
        }
        Some(line)
    }

    /// Puts a line back, unless nothing of it is left.
    pub(super) fn put(&mut self, stream: StreamName, mut line: Line) {
        if line.sent.is_empty() && line.ready.is_empty() {
            line.member = None;
        }
        if line.is_finished() {
            return;
        }
        // Once it has caught up, the checkpoint waits for it as for the others.
        line.recovering &= !(line.whole && line.from > self.checkpoint());
        if line.holds_checkpoint() {
            self.heads.insert((line.from, stream.clone()));
        }
        if line.is_pending() {
            let owner = self.owner(&stream);
            let pending = self.pending.entry(owner).or_default();
            pending.insert((line.from, stream.clone()));
        }
        self.lines.insert(stream, line);
    }

    /// The member to which a stream belongs.
    pub(super) fn owner(&self, stream: &StreamName) -> Option<MemberId> {
        let weight = |name: &str| {
            let mut hasher = DefaultHasher::new();
            (name, stream.as_str()).hash(&mut hasher);
            hasher.finish()
        };
        let members = self.members.iter();
        members
            .max_by_key(|(id, member)| (weight(&member.name), *id))
            .map(|(id, _)| id)
    }

    /// Deals the lines that are to be read among the members there are now.
    pub(super) fn deal_pending(&mut self) {
        for head in std::mem::take(&mut self.pending).into_values().flatten() {
            let owner = self.owner(&head.1);
            self.pending.entry(owner).or_default().insert(head);
        }
    }

    /// Moves the streams to a new member that belong to it. One of which something is still with another member is sent no
    /// further, and moves once that is finished.
    pub(super) fn move_streams_to(&mut self, member: MemberId) {
        let lines = self.lines.iter();
        let moving: Vec<StreamName> = lines
            .filter(|(stream, line)| line.member.is_some() && self.owner(stream) == Some(member))
            .map(|(stream, _)| stream.clone())
            .collect();
        for stream in moving {
            if let Some(mut line) = self.take_line(&stream) {
                self.unload(&mut line);
                line.whole = false;
                self.put(stream, line);
            }
        }
    }

    /// How many lines are to be read from the log.
    pub(super) fn left_in_log(&self) -> usize {
        self.pending.values().map(BTreeSet::len).sum()
    }
}
