//! A consumer that cannot handle some events, run over a real log.

use async_trait::async_trait;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::*;
use crate::contract::{ConsumerKind, EventId, Metadata, Selection, StreamName};
use crate::event_log::sqlite::SqliteLog;
use crate::event_log::{AppendRequest, ExpectedVersion, NewEvent, Options, StreamAppend};
use crate::schema::{AuditEvent, ConsumerEventParked, ConsumerResumed, encode_audit};
use crate::subscription::parking::{Held, Parking, WhichParked};
use crate::subscription::{Board, ResetAct};

const KEYS: u64 = 3;

/// What the consumer keeps, and what it is tested on. It outlives the runner, as a database does.
#[derive(Default)]
struct Tray {
    checkpoint: Checkpoint,
    /// Events that cannot be handled.
    poison: BTreeSet<u64>,
    /// Batches that were tried, and whether they were handled.
    tried: Vec<(Vec<u64>, bool)>,
    handled: Vec<u64>,
    parked: Vec<(String, Position)>,
    waiting: Vec<u64>,
    /// What a batch waits for.
    gate: Option<Arc<Notify>>,
}

#[derive(Clone, Default)]
struct Eater(Arc<Mutex<Tray>>);

impl Eater {
    fn tray(&self) -> std::sync::MutexGuard<'_, Tray> {
        self.0.lock().expect("a tray")
    }

    fn set_poison(&self, poison: &[u64]) {
        self.tray().poison = poison.iter().copied().collect();
    }
}

#[async_trait]
impl Consumer for Eater {
    fn name(&self) -> &'static str {
        "eater"
    }

    fn kind(&self) -> ConsumerKind {
        ConsumerKind::Reactor
    }

    fn wanted(&self) -> Selection {
        Selection::default()
    }

    async fn checkpoint(&mut self) -> Result<Checkpoint, ConsumerError> {
        Ok(self.tray().checkpoint)
    }

    async fn handle(
        &mut self,
        events: &[Arc<RecordedEvent>],
        upto: Position,
    ) -> Result<(), ConsumerError> {
        let gate = self.tray().gate.take();
        if let Some(gate) = gate {
            gate.notified().await;
        }
        let mut tray = self.tray();
        let held = Held::of(tray.parked.clone());
        let (free, waiting) = held.part(events.to_vec(), |event| event.stream.to_string());
        let positions: Vec<u64> = free.iter().map(|event| event.position.0).collect();
        let poison = positions
            .iter()
            .find(|position| tray.poison.contains(position));
        if let Some(poison) = poison.copied() {
            tray.tried.push((positions, false));
            return Err(ConsumerError::poison(Position(poison), "it is bitter"));
        }
        tray.tried.push((positions.clone(), true));
        tray.handled.extend(positions);
        tray.waiting
            .extend(waiting.iter().map(|one| one.position.0));
        tray.checkpoint.position = upto;
        Ok(())
    }

    async fn park(&mut self, parking: &Parking) -> Result<Checkpoint, ConsumerError> {
        let mut tray = self.tray();
        let event = &parking.event;
        tray.parked.push((event.stream.to_string(), event.position));
        tray.checkpoint.parked += 1;
        tray.checkpoint.carried_out = parking.act.unwrap_or(tray.checkpoint.carried_out);
        Ok(tray.checkpoint)
    }

    async fn retry(
        &mut self,
        act: Position,
        _which: &WhichParked,
    ) -> Result<Checkpoint, ConsumerError> {
        self.tray().checkpoint.carried_out = act;
        Ok(self.tray().checkpoint)
    }

    async fn discard(
        &mut self,
        act: Position,
        which: &WhichParked,
    ) -> Result<Checkpoint, ConsumerError> {
        self.retry(act, which).await
    }

    async fn reset(&mut self, reset: ResetAct) -> Result<Checkpoint, ConsumerError> {
        self.tray().checkpoint.carried_out = reset.at;
        Ok(self.tray().checkpoint)
    }
}

/// A log with so many events, of three streams in turn.
struct World {
    log: SharedLog,
    eater: Eater,
    slot: Arc<Slot>,
    standing: Standing,
    _folder: tempfile::TempDir,
}

impl World {
    async fn with(events: u64, poison: &[u64]) -> World {
        let folder = tempfile::tempdir().expect("a folder");
        let log = SqliteLog::open(folder.path(), Options::default()).await;
        let log: SharedLog = Arc::new(log.expect("a log"));
        for number in 1..=events {
            append(&log, StreamName::of("note", number % KEYS)).await;
        }
        let board = Board::default();
        let eater = Eater::default();
        eater.set_poison(poison);
        World {
            log,
            eater,
            slot: board.add("eater", ConsumerKind::Reactor, Selection::default()),
            standing: Standing::default(),
            _folder: folder,
        }
    }

    fn run(&self, on_poison: OnPoison) -> Running {
        let settings = RunnerSettings {
            backoff: Duration::from_millis(2),
            idle: Duration::from_millis(5),
            attempts: 3,
            on_poison,
            ..RunnerSettings::default()
        };
        let convergence = Arc::new(Convergence::new(Vec::new()));
        let consumer = Box::new(self.eater.clone());
        let (slot, log) = (Arc::clone(&self.slot), Arc::clone(&self.log));
        let runner = Runner::new(consumer, slot, log, convergence, settings);
        let stop = CancellationToken::new();
        Running {
            task: tokio::spawn(runner.run(stop.clone())),
            stop,
        }
    }

    /// An operator's act, as if it had been written at a place in the log.
    fn ordered(&mut self, at: u64, act: AuditEvent) {
        let (event_type, schema_version, data) = encode_audit(&act).expect("an act");
        let recorded = RecordedEvent {
            id: EventId(Uuid::from_u128(u128::from(at))),
            event_type: event_type.to_owned(),
            schema_version,
            stream: StreamName::of("audit", "eater"),
            version: crate::contract::Version(at),
            position: Position(at),
            recorded_at: Timestamp::now(),
            data,
            metadata: Metadata::default(),
        };
        self.standing.apply(&recorded, act);
        self.slot.set_standing(Arc::new(self.standing.clone()));
    }

    async fn until(&self, what: &str, holds: impl Fn(&Slot, &Tray) -> bool) {
        for _ in 0..2_000 {
            if holds(&self.slot, &self.eater.tray()) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        panic!(
            "never: {what}; {:?} {:?}",
            self.slot.health(),
            self.eater.tray().tried
        );
    }
}

struct Running {
    task: JoinHandle<()>,
    stop: CancellationToken,
}

impl Running {
    async fn stop(self) {
        self.stop.cancel();
        self.task.await.expect("ended");
    }
}

async fn append(log: &SharedLog, stream: StreamName) {
    let event = NewEvent {
        id: EventId::generate(),
        event_type: "NoteTaken".to_owned(),
        schema_version: 1,
        data: serde_json::value::RawValue::from_string("{}".to_owned()).expect("json"),
        metadata: Metadata::default(),
    };
    let append = StreamAppend {
        stream,
        expected: ExpectedVersion::Any,
        events: vec![event],
    };
    let request = AppendRequest {
        appends: vec![append],
        command: None,
    };
    log.append(request).await.expect("appended");
}

fn resumed() -> AuditEvent {
    AuditEvent::Resumed(ConsumerResumed {
        consumer: "eater".to_owned(),
        by: "Ada".to_owned(),
        reason: "again".to_owned(),
    })
}

fn parked(position: u64) -> AuditEvent {
    AuditEvent::EventParked(ConsumerEventParked {
        consumer: "eater".to_owned(),
        by: "Ada".to_owned(),
        reason: "go on".to_owned(),
        position: Position(position),
        event_id: EventId(Uuid::from_u128(1)),
        event_type: "NoteTaken".to_owned(),
        key: "note-2".to_owned(),
        attempts: 3,
        error: "it is bitter".to_owned(),
    })
}

#[tokio::test]
async fn what_lies_before_a_poison_event_is_handled_and_then_it_is_tried_alone() {
    let world = World::with(9, &[5]).await;
    let running = world.run(OnPoison::Pause);
    world
        .until("faulted", |slot, _| slot.health().faulted)
        .await;
    let health = world.slot.health();
    let failing = health.failing.expect("an event");
    assert_eq!((failing.position, failing.attempts), (Position(5), 3));
    assert_eq!(health.attempt, 3);
    assert_eq!(failing.error, "event #5: it is bitter");
    {
        let tray = world.eater.tray();
        assert_eq!(tray.handled, [1, 2, 3, 4]);
        assert_eq!(tray.checkpoint.position, Position(4));
        let all = (1..=9).collect::<Vec<u64>>();
        let tried = [
            (all, false),
            (vec![1, 2, 3, 4], true),
            (vec![5], false),
            (vec![5], false),
        ];
        assert_eq!(tray.tried, tried);
    }
    running.stop().await;
}

#[tokio::test]
async fn resumed_it_is_tried_as_often_again_and_goes_on_once_it_can() {
    let mut world = World::with(6, &[3]).await;
    let running = world.run(OnPoison::Pause);
    world
        .until("faulted", |slot, _| slot.health().faulted)
        .await;
    world.ordered(20, resumed());
    let tries = |tray: &Tray| tray.tried.iter().filter(|(batch, _)| *batch == [3]).count();
    world
        .until("faulted again", |slot, tray| {
            slot.health().faulted && tries(tray) == 5
        })
        .await;
    world.eater.set_poison(&[]);
    world.ordered(21, resumed());
    world
        .until("at the end", |_, tray| {
            tray.checkpoint.position == Position(6)
        })
        .await;
    assert_eq!(world.eater.tray().handled, [1, 2, 3, 4, 5, 6]);
    world
        .until("well again", |slot, _| slot.health().failing.is_none())
        .await;
    assert_eq!(world.slot.health().attempt, 0);
    running.stop().await;
}

#[tokio::test]
async fn by_policy_it_is_set_aside_and_later_ones_of_its_key_wait() {
    let world = World::with(9, &[2, 7]).await;
    let running = world.run(OnPoison::Park);
    world
        .until("at the end", |_, tray| {
            tray.checkpoint.position == Position(9)
        })
        .await;
    {
        let tray = world.eater.tray();
        // 2, 5 and 8 are of one stream, 1, 4 and 7 of another.
        assert_eq!(tray.handled, [1, 3, 4, 6, 9]);
        assert_eq!(tray.waiting, [5, 8]);
        let parked: Vec<u64> = tray.parked.iter().map(|(_, position)| position.0).collect();
        assert_eq!(parked, [2, 7]);
        // Each is tried as often as any.
        for poison in [2, 7] {
            let tries = |(batch, _): &&(Vec<u64>, bool)| batch.contains(&poison);
            assert_eq!(
                tray.tried.iter().filter(tries).count(),
                match poison {
                    2 => 3,
                    // Once more, in the batch that failed at the one before it.
                    _ => 4,
                }
            );
        }
    }
    world
        .until("two parked", |slot, _| slot.health().parked == 2)
        .await;
    assert!(!world.slot.health().faulted);
    assert_eq!(world.slot.health().failing, None);
    running.stop().await;
}

#[tokio::test]
async fn by_hand_it_is_set_aside_once_also_over_a_restart() {
    let mut world = World::with(6, &[2]).await;
    let running = world.run(OnPoison::Pause);
    world
        .until("faulted", |slot, _| slot.health().faulted)
        .await;
    running.stop().await;
    // Written down, and the server dies before it is carried out.
    world.ordered(20, parked(2));
    let running = world.run(OnPoison::Pause);
    world
        .until("at the end", |_, tray| {
            tray.checkpoint.position == Position(6)
        })
        .await;
    running.stop().await;
    let running = world.run(OnPoison::Pause);
    append(&world.log, StreamName::of("note", 2)).await;
    world
        .until("at the end", |_, tray| {
            tray.checkpoint.position == Position(7)
        })
        .await;
    running.stop().await;
    let tray = world.eater.tray();
    assert_eq!(
        (tray.handled.as_slice(), tray.waiting.as_slice()),
        ([1, 3, 4, 6].as_slice(), [5, 7].as_slice())
    );
    assert_eq!(tray.parked.len(), 1);
    assert_eq!(tray.checkpoint.carried_out, Position(20));
}

#[tokio::test]
async fn a_long_batch_does_not_look_like_death() {
    let world = World::with(1, &[]).await;
    let gate = Arc::new(Notify::new());
    world.eater.tray().gate = Some(Arc::clone(&gate));
    let running = world.run(OnPoison::Pause);
    world.until("at work", |_, tray| tray.gate.is_none()).await;
    let begun = world.slot.health().heartbeat_at;
    world
        .until("a beat", |slot, _| slot.health().heartbeat_at > begun)
        .await;
    gate.notify_one();
    world.until("done", |_, tray| tray.handled == [1]).await;
    running.stop().await;
}
