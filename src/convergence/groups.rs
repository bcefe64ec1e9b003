//! How long commands of late took until consumer groups had finished them.
//!
//! A group is none of the consumers that a command's window waits for: one without members would hold every window open. So it
//! has its cells, and no lane.

use std::collections::HashMap;
use std::sync::Arc;

use super::follow::{CommittedCommand, Followed, Followers};
use super::heat::Heat;
use super::recent::Recent;
use crate::contract::{HeatMap, Percentiles, Position, Selection, Timestamp};

/// Groups that are followed at the same time: each takes some 70 KB.
const GROUPS: usize = 64;

/// Where a group stands.
pub struct GroupStands<'a> {
    /// Its name.
    pub name: &'a Arc<str>,
    /// The events that it wants.
    pub wanted: &'a Selection,
    /// Everything up to here is finished, parked or not wanted.
    pub position: Position,
}

/// The groups that are followed.
#[derive(Default)]
pub(super) struct Groups(HashMap<Arc<str>, Group>);

struct Group {
    wanted: Selection,
    /// The highest position up to which it ever was finished: what it handles again after a reset counts once.
    finished: Position,
    heat: Heat,
    /// From committed to finished.
    applied: Recent,
}

impl Groups {
    /// The cells of a group; `None` for one that is not followed.
    pub fn heat(&self, name: &str, now: Timestamp) -> Option<HeatMap> {
        Some(self.0.get(name)?.heat.read(now))
    }

    /// From committed to finished, for one group; `None` for one that is not followed.
    pub fn usual_applied(&mut self, name: &str) -> Option<Percentiles> {
        Some(self.0.get_mut(name)?.applied.percentiles())
    }

    /// A command's events are durable; a group may have finished them before we hear of it.
    pub fn committed(&mut self, command: &CommittedCommand, now: Timestamp) {
        for group in self.0.values_mut().filter(|group| group.wants(command)) {
            group.heat.committed(command.committed_at);
            if group.finished >= command.position {
                group.has_finished(command, now);
            }
        }
    }

    /// Where all groups stand now: those that are not among them are gone.
    pub fn stand(&mut self, all: &[GroupStands<'_>], followers: &mut Followers, now: Timestamp) {
        self.0
            .retain(|name, _| all.iter().any(|group| group.name == name));
        for stands in all {
            if let Some(group) = self.followed(stands) {
                group.come_to(stands.position, followers, now);
            }
        }
    }

    /// A command is no longer followed.
    pub fn forgotten(&mut self, forgotten: &Followed) {
        let command = &forgotten.command;
        for group in self.0.values_mut().filter(|group| group.wants(command)) {
            if group.finished < command.position {
                group.heat.forgotten(command.committed_at);
            }
        }
    }

    /// The group, which begins anew where it is new or wants other events; `None` where there are too many.
    fn followed(&mut self, stands: &GroupStands<'_>) -> Option<&mut Group> {
        let is_known = self.0.contains_key(stands.name);
        if !is_known && self.0.len() >= GROUPS {
            return None;
        }
        let fresh = || Group {
            wanted: stands.wanted.clone(),
            finished: stands.position,
            heat: Heat::default(),
            applied: Recent::default(),
        };
        let group = self.0.entry(Arc::clone(stands.name)).or_insert_with(fresh);
        if group.wanted != *stands.wanted {
            *group = fresh();
        }
        Some(group)
    }
}

impl Group {
    fn wants(&self, command: &CommittedCommand) -> bool {
        let category = command.stream.category();
        let mut types = command.event_types.iter();
        types.any(|event_type| self.wanted.has(event_type, category))
    }

    fn come_to(&mut self, position: Position, followers: &mut Followers, now: Timestamp) {
        for followed in followers.between(self.finished, position) {
            let command = &followed.command;
            if self.wants(command) {
                self.has_finished(command, now);
            }
        }
        self.finished = self.finished.max(position);
    }

    fn has_finished(&mut self, command: &CommittedCommand, now: Timestamp) {
        let elapsed = since(command, now);
        self.heat.applied(command.committed_at, elapsed);
        self.applied.record(elapsed);
    }
}

fn since(command: &CommittedCommand, now: Timestamp) -> i64 {
    let elapsed = now.as_micros() - command.committed_at.as_micros();
    elapsed.max(0)
}
