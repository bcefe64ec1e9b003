//! Read models run as a server runs them, over a real log.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use highwater::contract::{OnPoison, OperationId, OperationState, Position};
use highwater::convergence::Convergence;
use highwater::event_log::sqlite::SqliteLog;
use highwater::event_log::{Options, SharedLog};
use highwater::projection::verify::{ModelReport, compare};
use highwater::projection::{Copies, OpenedModels, Proofs, ReadModels, begin_with_copies};
use highwater::subscription::parking::Lots;
use highwater::subscription::{Audit, Board, Control, Health, Monitor, Runner, RunnerSettings};
use tempfile::TempDir;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::story::Story;
use super::verify::append;

/// Read models that are run as a server runs them.
pub struct House {
    pub board: Board,
    pub control: Control,
    pub models: ReadModels,
    copies: Copies,
    proofs: Proofs,
    log: SharedLog,
    stop: CancellationToken,
    tasks: JoinSet<()>,
}

impl House {
    /// Opens those below a folder.
    pub async fn open(data: &Path, log: &SharedLog, on_poison: OnPoison) -> House {
        begin_with_copies(data, log.head().position).await;
        let OpenedModels {
            models,
            consumers,
            rebuilds,
            proofs,
            copies,
            parked,
        } = ReadModels::open(data).await.unwrap();
        let convergence = Arc::new(Convergence::new(Vec::new()));
        let (board, stop) = (Board::default(), CancellationToken::new());
        let mut tasks = JoinSet::new();
        let settings = RunnerSettings {
            backoff: Duration::from_millis(1),
            attempts: 3,
            on_poison,
            ..RunnerSettings::default()
        };
        let mut runners = Vec::new();
        for consumer in consumers {
            let slot = board.add(consumer.name(), consumer.kind(), consumer.wanted());
            let convergence = Arc::clone(&convergence);
            runners.push(Runner::new(
                consumer,
                slot,
                Arc::clone(log),
                convergence,
                settings,
            ));
        }
        copies.show(&board);
        let audit = Audit::new(Arc::clone(log), board.clone());
        audit.reach(log.head().position).await.unwrap();
        let monitor = Monitor::new(board.clone(), Arc::clone(log), convergence, "here");
        let lots = Lots::new(parked);
        let control = Control::new(board.clone(), Arc::clone(log), audit.clone(), monitor, lots);
        for runner in runners {
            tasks.spawn(runner.run(stop.clone()));
        }
        let owner = "here".to_owned();
        tasks.spawn(rebuilds.run(Arc::clone(log), board.clone(), audit, owner, stop.clone()));
        House {
            board,
            control,
            models,
            copies,
            proofs,
            log: Arc::clone(log),
            stop,
            tasks,
        }
    }

    /// Waits until something holds of a consumer.
    pub async fn until(&self, name: &str, holds: impl Fn(Position, &Health) -> bool) {
        let slot = self.board.slot(name).unwrap();
        for _ in 0..2_000 {
            if holds(slot.position(), &slot.health()) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("{name} is at {}: {:?}", slot.position(), slot.health());
    }

    /// Takes the copies that are due where one is wanted after so many events.
    pub async fn take_copies(&mut self, every: u64) {
        self.copies.round(every, &*self.log, &self.board).await;
    }

    /// Compares all of them with the log.
    pub async fn prove(&self) {
        self.proofs.round(&*self.log, &self.board).await;
    }

    pub async fn close(mut self) {
        self.stop.cancel();
        while self.tasks.join_next().await.is_some() {}
    }
}

/// A log that a story was appended to, and the folder of its read models.
pub struct World {
    pub log: SharedLog,
    pub story: Story,
    pub folder: TempDir,
}

impl World {
    pub async fn of(story: Story) -> World {
        let folder = tempfile::tempdir().unwrap();
        let log = SqliteLog::open(folder.path(), Options::default())
            .await
            .unwrap();
        append(&log, &story, 0).await;
        World {
            log: Arc::new(log),
            story,
            folder,
        }
    }

    pub async fn open(&self, on_poison: OnPoison) -> House {
        House::open(self.folder.path(), &self.log, on_poison).await
    }

    pub async fn reports(&self) -> Vec<ModelReport> {
        compare(self.folder.path(), &*self.log).await.unwrap()
    }
}

impl House {
    pub async fn until_ended(&self, id: OperationId, state: OperationState) {
        for _ in 0..2_000 {
            let operation = self.control.operation(id).await.unwrap();
            if operation.state != OperationState::Running {
                assert_eq!(operation.state, state, "{operation:?}");
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("the operation does not end");
    }
}
