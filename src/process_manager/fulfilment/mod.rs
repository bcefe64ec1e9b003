//! Fulfilment: reserve the stock, authorise the payment, confirm the order; and give everything back where that fails.

mod late;
mod react;
mod state;
mod store;
mod taken;

use async_trait::async_trait;
use sqlx::PgPool;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::ProcessError;
use super::outgoing::{Failure, send_all};
use crate::command::CommandBus;
use crate::contract::{CommandId, ConsumerKind, EventId, Position, RecordedEvent, Selection};
use crate::subscription::parking::{Found, ParkedEvents, Parking, WhichParked};
use crate::subscription::{Checkpoint, Consumer, ConsumerError, Lease, Recall, ResetAct};
use store::{Beginning, Changes, ParkedChange, PostgresStore, SqliteStore, Store};
use taken::{Taken, key_of, meaning, order_of};

/// The consumer's name.
pub const NAME: &str = "fulfilment";
/// The version of its place.
const VERSION: u32 = 2;

/// The event types that concern it.
pub const WANTS: &[&str] = &[
    "OrderPlaced",
    "OrderReserved",
    "OrderPaid",
    "OrderCancelled",
    "OrderShipped",
    "StockReserved",
    "StockReservationRejected",
    "PaymentAuthorised",
    "PaymentAttemptFailed",
    "PaymentDeclined",
];

/// The process, opened.
pub struct Opened {
    /// What works.
    pub consumer: Box<dyn Consumer>,
    /// What reads the events that it has set aside.
    pub parked: Box<dyn ParkedEvents>,
}

/// Opens the process's place in a folder.
///
/// # Errors
/// When the place cannot be made or opened.
pub async fn open(folder: &Path, bus: CommandBus) -> Result<Opened, ProcessError> {
    let store = SqliteStore::open(&file_in(folder)).await?;
    Ok(FulfilmentProcess::over(Arc::new(store), bus))
}

/// Opens the process's place in the log's database, which belongs to whoever has the lease. Where it is made, it begins silent up
/// to where a process of this server's own had come, whose file in the folder is read for that.
///
/// # Errors
/// When the place cannot be made or opened, or the file cannot be read.
pub async fn open_shared(
    pool: PgPool,
    lease: Lease,
    folder: &Path,
    bus: CommandBus,
) -> Result<Opened, ProcessError> {
    let beginning = left_in(&file_in(folder)).await?;
    let store = PostgresStore::open(pool, lease, &beginning).await?;
    Ok(FulfilmentProcess::over(Arc::new(store), bus))
}

fn file_in(folder: &Path) -> PathBuf {
    folder.join(format!("{NAME}_v{VERSION}.db"))
}

/// What a process of this server's own has done; nothing where there was none.
async fn left_in(file: &Path) -> Result<Beginning, ProcessError> {
    if !file.exists() {
        return Ok(Beginning::default());
    }
    let store = SqliteStore::open(file).await?;
    let stands = store.stands_at().await?;
    let outgoing = store.unanswered().await?;
    store.close().await;
    Ok(Beginning {
        carried_out: stands.checkpoint.carried_out,
        silent_to: stands.checkpoint.position.max(stands.silent_to),
        outgoing,
    })
}

/// The process over all orders.
struct FulfilmentProcess {
    store: Arc<dyn Store>,
    bus: CommandBus,
    /// Commands that were answered since the last transaction, which notes them.
    answered: Vec<CommandId>,
    /// Whether commands may be left that were not answered.
    is_unsettled: bool,
    /// Whether parked events may be left that are to be tried again.
    may_be_due: bool,
}

/// Reads what the process has set aside.
struct ParkedOrders(Arc<dyn Store>);

impl FulfilmentProcess {
    fn over(store: Arc<dyn Store>, bus: CommandBus) -> Opened {
        Opened {
            parked: Box::new(ParkedOrders(Arc::clone(&store))),
            consumer: Box::new(FulfilmentProcess {
                store,
                bus,
                answered: Vec::new(),
                is_unsettled: true,
                may_be_due: true,
            }),
        }
    }

    /// Takes an event in by itself.
    async fn take_in(
        &self,
        recorded: &RecordedEvent,
        silent_to: Position,
        taken: &mut Taken,
    ) -> Result<(), ConsumerError> {
        let event = meaning(recorded)?;
        if let Some(order) = order_of(&event)
            && !taken.states.contains_key(&order)
        {
            taken.states.extend(self.store.load(&[order]).await?);
        }
        taken.take_in(recorded, &event, silent_to);
        Ok(())
    }

    /// Sends the commands that a failure or a crash has left; whether there were any.
    async fn settle(&mut self, recall: &Recall) -> Result<bool, ConsumerError> {
        let left = self.store.unanswered().await?;
        if left.is_empty() {
            self.is_unsettled = false;
            return Ok(false);
        }
        let sent = send_all(&self.bus, NAME, left).await;
        self.store.forget(&sent.answered).await?;
        let mut places = BTreeMap::new();
        for cause in sent.failures.iter().filter_map(|failure| failure.cause) {
            places.insert(cause, recall.place_of(cause).await?);
        }
        blame(sent.failures, &places)?;
        self.is_unsettled = false;
        Ok(true)
    }
}

/// Of what went wrong what is told: the surroundings first, which another try may outlast, then the earliest event.
fn blame(
    failures: Vec<Failure>,
    places: &BTreeMap<EventId, Position>,
) -> Result<(), ConsumerError> {
    let place = |failure: &Failure| failure.cause.and_then(|cause| places.get(&cause)).copied();
    match failures.into_iter().min_by_key(|failure| place(failure)) {
        None => Ok(()),
        Some(failure) => Err(match place(&failure) {
            None => ConsumerError::surroundings(failure.message),
            Some(position) => ConsumerError::poison(position, failure.message),
        }),
    }
}

#[async_trait]
impl Consumer for FulfilmentProcess {
    fn name(&self) -> &'static str {
        NAME
    }

    fn kind(&self) -> ConsumerKind {
        ConsumerKind::Process
    }

    fn wanted(&self) -> Selection {
        Selection::of_types(WANTS)
    }

    async fn checkpoint(&mut self) -> Result<Checkpoint, ConsumerError> {
        self.store.claim().await?;
        self.answered.clear();
        (self.is_unsettled, self.may_be_due) = (true, true);
        self.stands_at().await
    }

    async fn stands_at(&mut self) -> Result<Checkpoint, ConsumerError> {
        Ok(self.store.stands_at().await?.checkpoint)
    }

    /// A batch is finished when its commands are answered: what a crash or a failure left is sent first, except the commands
    /// of parked events.
    async fn attend(&mut self, recall: &Recall) -> Result<Option<Checkpoint>, ConsumerError> {
        if self.is_unsettled && self.settle(recall).await? {
            return Ok(Some(self.stands_at().await?));
        }
        match self.may_be_due {
            true => self.try_late(recall).await,
            false => Ok(None),
        }
    }

    async fn handle(
        &mut self,
        events: &[Arc<RecordedEvent>],
        upto: Position,
    ) -> Result<(), ConsumerError> {
        let stands = self.store.stands_at().await?;
        let (events, waiting) = stands.held.part(events.to_vec(), key_of);
        let meanings = events.iter().map(|event| meaning(event));
        let meanings = meanings.collect::<Result<Vec<_>, _>>()?;
        let orders: Vec<_> = meanings.iter().filter_map(order_of).collect();
        let mut taken = Taken {
            states: self.store.load(&orders).await?,
            ..Taken::default()
        };
        for (recorded, event) in events.iter().zip(&meanings) {
            taken.take_in(recorded, event, stands.silent_to);
        }
        let answered = std::mem::take(&mut self.answered);
        self.store
            .save(&Changes {
                before: stands.checkpoint.position,
                upto,
                states: &taken.states,
                outgoing: &taken.outgoing,
                answered: &answered,
                waiting: &waiting,
            })
            .await?;
        let sent = send_all(&self.bus, NAME, taken.outgoing).await;
        self.answered = sent.answered;
        let places = events.iter().map(|event| (event.id, event.position));
        blame(sent.failures, &places.collect())
    }

    async fn park(&mut self, parking: &Parking) -> Result<Checkpoint, ConsumerError> {
        self.set_aside(parking).await
    }

    async fn retry(
        &mut self,
        act: Position,
        which: &WhichParked,
    ) -> Result<Checkpoint, ConsumerError> {
        self.change_parked(&ParkedChange::Retry { act, which })
            .await
    }

    async fn discard(
        &mut self,
        act: Position,
        which: &WhichParked,
    ) -> Result<Checkpoint, ConsumerError> {
        self.change_parked(&ParkedChange::Discard { act, which })
            .await
    }

    /// Going back, its state is made anew from the first event, and no command is sent before it is where it was to go. Going
    /// on, it takes in what lies between without a command. Commands keep their ids: what was sent before is answered as it
    /// was then.
    async fn reset(&mut self, reset: ResetAct) -> Result<Checkpoint, ConsumerError> {
        self.answered.clear();
        Ok(self.store.reset(reset).await?.checkpoint)
    }
}

#[async_trait]
impl ParkedEvents for ParkedOrders {
    fn name(&self) -> &'static str {
        NAME
    }

    fn key_of(&self, event: &RecordedEvent) -> String {
        key_of(event)
    }

    async fn find(&self, which: &WhichParked, limit: u32) -> Result<Found, ConsumerError> {
        Ok(self.0.find(which, limit).await?)
    }
}
