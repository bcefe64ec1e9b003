//! The commands of late, by position, and the marks that each stage leaves on them.

use std::collections::{BTreeMap, HashMap, VecDeque};

use crate::contract::{CommandId, Position, StreamName, Timestamp};

/// Commands remembered; older ones are told from the log, without times.
const COMMANDS: usize = 20_000;
/// Batches of each consumer remembered, for commands that we hear of after their consumers did.
const BATCHES: usize = 1_024;

/// What the command bus says of a command.
#[derive(Clone, Debug)]
pub struct CommittedCommand {
    /// The command.
    pub id: CommandId,
    /// Its name.
    pub name: String,
    /// When a page sent it, mapped to our clock.
    pub sent_at: Option<Timestamp>,
    /// When we took it.
    pub accepted_at: Timestamp,
    /// When the domain had decided.
    pub decided_at: Timestamp,
    /// When its events were durable.
    pub committed_at: Timestamp,
    /// The position of its last event.
    pub position: Position,
    /// The stream of its events.
    pub stream: StreamName,
    /// The types of its events.
    pub event_types: Vec<String>,
}

/// What a runner says of a batch: everything in `(after, upto]`.
#[derive(Clone, Copy, Debug)]
pub struct Handled {
    /// The checkpoint before.
    pub after: Position,
    /// The checkpoint now.
    pub upto: Position,
    /// When the batch was taken up.
    pub started_at: Timestamp,
    /// When it was committed.
    pub applied_at: Timestamp,
}

/// What a page says of a frame, mapped to our clock.
#[derive(Clone, Copy, Debug)]
pub struct Painted {
    /// When it had the frame.
    pub received_at: Timestamp,
    /// When the frame was on the screen.
    pub painted_at: Timestamp,
    /// How far the stamps may be off, in milliseconds either way.
    pub uncertainty_ms: f64,
}

/// One command with the marks on it.
#[derive(Clone, Debug)]
pub(super) struct Followed {
    pub command: CommittedCommand,
    pub lanes: Vec<Lane>,
    pub pushed_at: Option<Timestamp>,
    pub painted: Option<Painted>,
}

/// One consumer that the command concerns.
#[derive(Clone, Debug)]
pub(super) struct Lane {
    pub consumer: usize,
    pub started_at: Option<Timestamp>,
    pub applied_at: Option<Timestamp>,
}

/// How long something took from a commit.
#[derive(Clone, Copy)]
pub(super) struct Took {
    pub committed_at: Timestamp,
    pub micros: i64,
}

/// What a mark has completed: lanes by consumer, windows by command name.
#[derive(Default)]
pub(super) struct Applied {
    pub lanes: Vec<(usize, Took)>,
    pub windows: Vec<(String, Took)>,
    /// Commands that are no longer followed; where something of them was open, it will never be closed.
    pub forgotten: Vec<Followed>,
}

pub(super) struct Followers {
    by_position: BTreeMap<Position, Followed>,
    by_id: HashMap<CommandId, Position>,
    batches: Vec<VecDeque<Handled>>,
}

impl Followers {
    pub fn new(consumers: usize) -> Followers {
        Followers {
            by_position: BTreeMap::new(),
            by_id: HashMap::new(),
            batches: vec![VecDeque::new(); consumers],
        }
    }

    pub fn get(&self, id: CommandId) -> Option<&Followed> {
        self.by_position.get(self.by_id.get(&id)?)
    }

    /// Starts to follow a command; its consumers may have applied it already.
    pub fn add(&mut self, command: CommittedCommand, concerned: Vec<usize>) -> Applied {
        let position = command.position;
        let batch_of = |consumer: usize| {
            let batches = self.batches.get(consumer)?;
            let found = batches.partition_point(|batch| batch.upto < position);
            batches
                .get(found)
                .filter(|batch| batch.after < position)
                .copied()
        };
        let early: Vec<_> = concerned
            .iter()
            .map(|&consumer| batch_of(consumer))
            .collect();
        let lane = |&consumer: &usize| Lane {
            consumer,
            started_at: None,
            applied_at: None,
        };
        let lanes = concerned.iter().map(lane).collect();
        let mut followed = Followed {
            command,
            lanes,
            pushed_at: None,
            painted: None,
        };
        let mut applied = Applied::default();
        for (consumer, batch) in concerned.into_iter().zip(early) {
            if let Some(batch) = batch {
                followed.mark(consumer, batch, &mut applied);
            }
        }
        self.by_id.insert(followed.command.id, position);
        self.by_position.insert(position, followed);
        applied.forgotten = self.forget();
        applied
    }

    pub fn applied(&mut self, consumer: usize, handled: Handled) -> Applied {
        let mut applied = Applied::default();
        for followed in self.between(handled.after, handled.upto) {
            followed.mark(consumer, handled, &mut applied);
        }
        let batches = &mut self.batches[consumer];
        // A consumer that was set back tells its batches again; only an ordered list can be searched.
        while batches.back().is_some_and(|last| last.upto > handled.after) {
            batches.pop_back();
        }
        batches.push_back(handled);
        if batches.len() > BATCHES {
            batches.pop_front();
        }
        applied
    }

    pub fn pushed(
        &mut self,
        consumer: usize,
        after: Position,
        upto: Position,
        at: Timestamp,
    ) -> Vec<i64> {
        let mut elapsed = Vec::new();
        for followed in self.between(after, upto).filter(|f| f.concerns(consumer)) {
            if followed.pushed_at.is_none() {
                followed.pushed_at = Some(at);
                elapsed.push(followed.since_commit(at));
            }
        }
        elapsed
    }

    pub fn painted(
        &mut self,
        consumer: usize,
        after: Position,
        upto: Position,
        painted: Painted,
    ) -> Vec<i64> {
        let mut elapsed = Vec::new();
        for followed in self.between(after, upto).filter(|f| f.concerns(consumer)) {
            if followed.painted.is_none() {
                followed.painted = Some(painted);
                elapsed.push(followed.since_commit(painted.painted_at));
            }
        }
        elapsed
    }

    pub fn between(
        &mut self,
        after: Position,
        upto: Position,
    ) -> impl Iterator<Item = &mut Followed> {
        // An empty range that starts past its end would panic.
        let upto = upto.max(after);
        self.by_position
            .range_mut(after.next()..upto.next())
            .map(|(_, followed)| followed)
    }

    fn forget(&mut self) -> Vec<Followed> {
        let mut forgotten = Vec::new();
        while self.by_position.len() > COMMANDS {
            if let Some((_, followed)) = self.by_position.pop_first() {
                self.by_id.remove(&followed.command.id);
                forgotten.push(followed);
            }
        }
        forgotten
    }
}

impl Followed {
    /// The consumers that have not applied it.
    pub fn open(&self) -> impl Iterator<Item = usize> {
        let open = self.lanes.iter().filter(|lane| lane.applied_at.is_none());
        open.map(|lane| lane.consumer)
    }

    fn mark(&mut self, consumer: usize, handled: Handled, applied: &mut Applied) {
        let took = self.took_until(handled.applied_at);
        let Some(lane) = self.lanes.iter_mut().find(|lane| lane.consumer == consumer) else {
            return;
        };
        if lane.applied_at.is_some() {
            return;
        }
        // A batch can be taken up before the event in it that matters here was even committed by its neighbours.
        lane.started_at = Some(handled.started_at.max(self.command.committed_at));
        lane.applied_at = Some(handled.applied_at.max(self.command.committed_at));
        applied.lanes.push((consumer, took));
        if self.open().next().is_none() {
            let last = self.lanes.iter().filter_map(|lane| lane.applied_at).max();
            let window = self.took_until(last.unwrap_or(self.command.committed_at));
            applied.windows.push((self.command.name.clone(), window));
        }
    }

    fn concerns(&self, consumer: usize) -> bool {
        self.lanes.iter().any(|lane| lane.consumer == consumer)
    }

    fn took_until(&self, at: Timestamp) -> Took {
        Took {
            committed_at: self.command.committed_at,
            micros: self.since_commit(at),
        }
    }

    fn since_commit(&self, at: Timestamp) -> i64 {
        at.as_micros()
            .saturating_sub(self.command.committed_at.as_micros())
            .max(0)
    }
}
