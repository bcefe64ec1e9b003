//! Follows every command from accepted to painted, stage by stage.
//!
//! The command bus says what was committed, the runners what was applied, the live gateway what was pushed and
//! painted. Kept in memory for the most recent commands: it explains, it decides nothing.

mod follow;
mod groups;
mod heat;
mod recent;

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::contract::{
    CommandConvergence, CommandId, ConsumerKind, ConsumerProgress, HeatMap, Percentiles, Position,
    StageStats, Timestamp,
};
use follow::{Followed, Followers};
use groups::Groups;
use heat::Heat;
use recent::Recent;

pub use follow::{CommittedCommand, Handled, Painted};
pub use groups::GroupStands;

/// A consumer whose progress is followed, and the event types that concern it.
pub struct Concerned {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub kind: ConsumerKind,
    /// The types it wants.
    pub types: Vec<&'static str>,
}

/// The commands of late, and how long each stage took.
pub struct Convergence {
    concerned: Vec<Concerned>,
    inner: Mutex<Inner>,
}

struct Inner {
    followers: Followers,
    /// By command name: from accepted to committed.
    committed: HashMap<String, Recent>,
    all_committed: Recent,
    /// By consumer: from committed to applied.
    applied: Vec<Recent>,
    /// By command name: until every consumer concerned had it.
    window: HashMap<String, Recent>,
    all_windows: Recent,
    pushed: Recent,
    painted: Recent,
    /// By consumer: when commands were committed, and how long until it had applied them.
    heats: Vec<Heat>,
    /// The same until every consumer concerned had.
    heat_of_windows: Heat,
    /// The same of consumer groups, which are none of those concerned.
    groups: Groups,
}

impl Convergence {
    /// Follows these consumers.
    #[must_use]
    pub fn new(concerned: Vec<Concerned>) -> Convergence {
        let inner = Inner {
            followers: Followers::new(concerned.len()),
            committed: HashMap::new(),
            all_committed: Recent::default(),
            applied: concerned.iter().map(|_| Recent::default()).collect(),
            window: HashMap::new(),
            all_windows: Recent::default(),
            pushed: Recent::default(),
            painted: Recent::default(),
            heats: concerned.iter().map(|_| Heat::default()).collect(),
            heat_of_windows: Heat::default(),
            groups: Groups::default(),
        };
        Convergence {
            concerned,
            inner: Mutex::new(inner),
        }
    }

    /// A command's events are durable.
    pub fn committed(&self, command: CommittedCommand) {
        let concerned = self.concerned_by(&command.event_types);
        let elapsed = command.committed_at.as_micros() - command.accepted_at.as_micros();
        let mut inner = self.lock();
        inner.all_committed.record(elapsed);
        inner
            .committed
            .entry(command.name.clone())
            .or_default()
            .record(elapsed);
        metrics::histogram!("highwater_command_committed_seconds").record(seconds(elapsed));
        inner.heat_up(&concerned, command.committed_at);
        inner.groups.committed(&command, Timestamp::now());
        // Consumers may have been faster than the sender of the command: they are told first by the log.
        let early = inner.followers.add(command, concerned);
        inner.record_applied(&self.concerned, early);
    }

    /// A consumer has finished a batch.
    pub fn applied(&self, consumer: &str, handled: Handled) {
        let Some(index) = self.index(consumer) else {
            return;
        };
        let mut inner = self.lock();
        let applied = inner.followers.applied(index, handled);
        inner.record_applied(&self.concerned, applied);
    }

    /// Where all consumer groups stand now.
    pub fn groups_stand(&self, all: &[GroupStands<'_>]) {
        let mut inner = self.lock();
        let Inner {
            groups, followers, ..
        } = &mut *inner;
        groups.stand(all, followers, Timestamp::now());
    }

    /// Rows up to a position were sent to a page that had seen everything up to `after`.
    pub fn pushed(&self, consumer: &str, after: Position, upto: Position, at: Timestamp) {
        let Some(index) = self.index(consumer) else {
            return;
        };
        let mut inner = self.lock();
        for elapsed in inner.followers.pushed(index, after, upto, at) {
            inner.pushed.record(elapsed);
            metrics::histogram!("highwater_command_pushed_seconds").record(seconds(elapsed));
        }
    }

    /// A page has painted rows up to a position.
    pub fn painted(&self, consumer: &str, after: Position, upto: Position, painted: Painted) {
        let Some(index) = self.index(consumer) else {
            return;
        };
        let mut inner = self.lock();
        for elapsed in inner.followers.painted(index, after, upto, painted) {
            inner.painted.record(elapsed);
            metrics::histogram!("highwater_command_painted_seconds").record(seconds(elapsed));
        }
    }

    /// How a command of late converged; `None` when it is not remembered.
    #[must_use]
    pub fn of(&self, id: CommandId) -> Option<CommandConvergence> {
        let mut inner = self.lock();
        let followed = inner.followers.get(id)?.clone();
        Some(self.describe(&mut inner, &followed))
    }

    /// From committed to applied, for one consumer.
    #[must_use]
    pub fn usual_applied(&self, consumer: &str) -> Percentiles {
        let mut inner = self.lock();
        match self.index(consumer) {
            Some(index) => inner.applied[index].percentiles(),
            None => inner.groups.usual_applied(consumer).unwrap_or_default(),
        }
    }

    /// When the commands of the last half hour were committed, and how long until this consumer had applied them; until every
    /// consumer concerned had where none is named. `None` for a consumer that is not followed.
    #[must_use]
    pub fn heat(&self, consumer: Option<&str>) -> Option<HeatMap> {
        let now = Timestamp::now();
        match consumer {
            Some(name) => match self.index(name) {
                Some(index) => Some(self.lock().heats[index].read(now)),
                None => self.lock().groups.heat(name, now),
            },
            None => Some(self.lock().heat_of_windows.read(now)),
        }
    }

    /// The consumers that events of these types concern, by name and kind.
    #[must_use]
    pub fn consumers_of(&self, types: &[&str]) -> Vec<(&'static str, ConsumerKind)> {
        let wants = |c: &&Concerned| c.types.iter().any(|t| types.contains(t));
        self.concerned
            .iter()
            .filter(wants)
            .map(|c| (c.name, c.kind))
            .collect()
    }

    /// What the window usually is for one kind of command.
    #[must_use]
    pub fn usual_window(&self, command: &str) -> Percentiles {
        let mut inner = self.lock();
        inner
            .window
            .get_mut(command)
            .map(Recent::percentiles)
            .unwrap_or_default()
    }

    /// What the window usually is, over all commands.
    #[must_use]
    pub fn usual_window_of_all(&self) -> Percentiles {
        self.lock().all_windows.percentiles()
    }

    /// The stages over all commands: committed, applied by each consumer, window, pushed, painted.
    #[must_use]
    pub fn stages(&self) -> Vec<StageStats> {
        let mut inner = self.lock();
        let mut stages = vec![stage("committed", &mut inner.all_committed)];
        for (consumer, recent) in self.concerned.iter().zip(&mut inner.applied) {
            stages.push(stage(&format!("applied {}", consumer.name), recent));
        }
        stages.push(stage("window", &mut inner.all_windows));
        stages.push(stage("pushed", &mut inner.pushed));
        stages.push(stage("painted", &mut inner.painted));
        stages
    }

    fn describe(&self, inner: &mut Inner, followed: &Followed) -> CommandConvergence {
        let command = &followed.command;
        let now = Timestamp::now();
        let since_commit = |at: Timestamp| at.millis_since(command.committed_at).max(0.0);
        let consumers: Vec<ConsumerProgress> = followed
            .lanes
            .iter()
            .map(|lane| ConsumerProgress {
                name: self.concerned[lane.consumer].name.to_owned(),
                kind: self.concerned[lane.consumer].kind,
                started_at: lane.started_at,
                applied_at: lane.applied_at,
                elapsed_ms: lane.applied_at.map(since_commit),
                applied: lane.applied_at.is_some(),
                waiting_for: None,
                usual: inner.applied[lane.consumer].percentiles(),
            })
            .collect();
        let converged = consumers.iter().all(|consumer| consumer.applied);
        let closed = consumers
            .iter()
            .filter_map(|consumer| consumer.elapsed_ms)
            .fold(0.0, f64::max);
        let window = if converged { closed } else { since_commit(now) };
        CommandConvergence {
            command_id: command.id,
            name: command.name.clone(),
            sent_at: command.sent_at,
            accepted_at: command.accepted_at,
            decided_at: Some(command.decided_at),
            committed_at: command.committed_at,
            position: command.position,
            consumers,
            pushed_at: followed.pushed_at,
            received_at: followed.painted.map(|painted| painted.received_at),
            painted_at: followed.painted.map(|painted| painted.painted_at),
            page_uncertainty_ms: followed.painted.map(|painted| painted.uncertainty_ms),
            converged,
            window_ms: Some(window),
            usual_window: inner
                .window
                .get_mut(&command.name)
                .map(Recent::percentiles)
                .unwrap_or_default(),
            usual_painted: inner.painted.percentiles(),
            at: now,
        }
    }

    fn concerned_by(&self, types: &[String]) -> Vec<usize> {
        let wants =
            |(_, c): &(usize, &Concerned)| types.iter().any(|t| c.types.contains(&t.as_str()));
        self.concerned
            .iter()
            .enumerate()
            .filter(wants)
            .map(|(index, _)| index)
            .collect()
    }

    fn index(&self, consumer: &str) -> Option<usize> {
        self.concerned.iter().position(|c| c.name == consumer)
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // What is kept here only explains; after a panic elsewhere it may miss an entry, no more.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Cells of a command that concerns these consumers.
    fn heat_up(&mut self, concerned: &[usize], committed_at: Timestamp) {
        for consumer in concerned {
            self.heats[*consumer].committed(committed_at);
        }
        if !concerned.is_empty() {
            self.heat_of_windows.committed(committed_at);
        }
    }

    fn record_applied(&mut self, concerned: &[Concerned], applied: follow::Applied) {
        for (consumer, took) in applied.lanes {
            self.applied[consumer].record(took.micros);
            self.heats[consumer].applied(took.committed_at, took.micros);
            metrics::histogram!("highwater_command_applied_seconds", "consumer" => concerned[consumer].name)
                .record(seconds(took.micros));
        }
        for (command, took) in applied.windows {
            self.all_windows.record(took.micros);
            self.window.entry(command).or_default().record(took.micros);
            self.heat_of_windows.applied(took.committed_at, took.micros);
            metrics::histogram!("highwater_command_window_seconds").record(seconds(took.micros));
        }
        for forgotten in &applied.forgotten {
            self.cool_down(forgotten);
        }
    }

    /// A command that is no longer followed does not wait for ever.
    fn cool_down(&mut self, forgotten: &Followed) {
        self.groups.forgotten(forgotten);
        let committed_at = forgotten.command.committed_at;
        for consumer in forgotten.open() {
            self.heats[consumer].forgotten(committed_at);
        }
        if forgotten.open().next().is_some() {
            self.heat_of_windows.forgotten(committed_at);
        }
    }
}

fn stage(name: &str, recent: &mut Recent) -> StageStats {
    StageStats {
        stage: name.to_owned(),
        percentiles: recent.percentiles(),
    }
}

fn seconds(micros: i64) -> f64 {
    micros.max(0) as f64 / 1_000_000.0
}

#[cfg(test)]
mod tests;
