//! Fulfilment: reserve the stock, authorise the payment, confirm the order; and give everything back where that fails.

mod react;
mod state;
mod store;

use async_trait::async_trait;
use sqlx::PgPool;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::ProcessError;
use super::outgoing::{Outgoing, send_all};
use crate::command::CommandBus;
use crate::contract::{CommandId, ConsumerKind, OrderId, Position, RecordedEvent, Selection};
use crate::schema::{DomainEvent, decode};
use crate::subscription::{Checkpoint, Consumer, ConsumerError, Lease, ResetAct};
use react::react;
use store::{Beginning, Changes, PostgresStore, SqliteStore, Store};

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

/// Opens the process's place in a folder.
///
/// # Errors
/// When the place cannot be made or opened.
pub async fn open(folder: &Path, bus: CommandBus) -> Result<Box<dyn Consumer>, ProcessError> {
    let store = SqliteStore::open(&file_in(folder)).await?;
    Ok(FulfilmentProcess::over(Box::new(store), bus))
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
) -> Result<Box<dyn Consumer>, ProcessError> {
    let beginning = left_in(&file_in(folder)).await?;
    let store = PostgresStore::open(pool, lease, &beginning).await?;
    Ok(FulfilmentProcess::over(Box::new(store), bus))
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
    store: Box<dyn Store>,
    bus: CommandBus,
    /// Commands that were answered since the last transaction, which notes them.
    answered: Vec<CommandId>,
}

impl FulfilmentProcess {
    fn over(store: Box<dyn Store>, bus: CommandBus) -> Box<dyn Consumer> {
        Box::new(FulfilmentProcess {
            store,
            bus,
            answered: Vec::new(),
        })
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

    /// A batch is finished when its commands are answered: what a crash or a failure left is sent first.
    async fn checkpoint(&mut self) -> Result<Checkpoint, ConsumerError> {
        self.store
            .claim()
            .await
            .map_err(ConsumerError::surroundings)?;
        let left = self
            .store
            .unanswered()
            .await
            .map_err(ConsumerError::surroundings)?;
        if !left.is_empty() {
            let (answered, outcome) = send_all(&self.bus, NAME, left).await;
            self.store
                .forget(&answered)
                .await
                .map_err(ConsumerError::surroundings)?;
            outcome?;
        }
        self.answered.clear();
        self.stands_at().await
    }

    async fn stands_at(&mut self) -> Result<Checkpoint, ConsumerError> {
        let stands = self
            .store
            .stands_at()
            .await
            .map_err(ConsumerError::surroundings)?;
        Ok(stands.checkpoint)
    }

    async fn handle(
        &mut self,
        events: &[Arc<RecordedEvent>],
        upto: Position,
    ) -> Result<(), ConsumerError> {
        let stands = self
            .store
            .stands_at()
            .await
            .map_err(ConsumerError::surroundings)?;
        let events = events
            .iter()
            .map(|event| facts(event))
            .collect::<Result<Vec<_>, _>>()?;
        let concerned = events.iter().filter_map(|(_, event)| order_of(event));
        let concerned: Vec<_> = concerned.collect();
        let mut states = self
            .store
            .load(&concerned)
            .await
            .map_err(ConsumerError::surroundings)?;
        let mut outgoing = Vec::new();
        for (recorded, event) in &events {
            let Some(state) = order_of(event).and_then(|id| states.get_mut(&id)) else {
                continue;
            };
            let reactions = react(state, event);
            if recorded.position <= stands.silent_to {
                continue;
            }
            outgoing.extend(
                reactions
                    .into_iter()
                    .map(|(command, key)| Outgoing::caused_by(recorded, command, &key)),
            );
        }
        let answered = std::mem::take(&mut self.answered);
        let changes = Changes {
            before: stands.checkpoint.position,
            upto,
            states: &states,
            outgoing: &outgoing,
            answered: &answered,
        };
        self.store
            .save(&changes)
            .await
            .map_err(ConsumerError::surroundings)?;
        let (answered, outcome) = send_all(&self.bus, NAME, outgoing).await;
        self.answered = answered;
        outcome
    }

    /// Going back, its state is made anew from the first event, and no command is sent before it is where it was to go. Going
    /// on, it takes in what lies between without a command. Commands keep their ids: what was sent before is answered as it
    /// was then.
    async fn reset(&mut self, reset: ResetAct) -> Result<Checkpoint, ConsumerError> {
        self.answered.clear();
        let stands = self
            .store
            .reset(reset)
            .await
            .map_err(ConsumerError::surroundings)?;
        Ok(stands.checkpoint)
    }
}

fn facts(recorded: &RecordedEvent) -> Result<(&RecordedEvent, DomainEvent), ConsumerError> {
    match decode(recorded) {
        Ok(Some(event)) => Ok((recorded, event)),
        Ok(None) => Err(ConsumerError::poison(
            recorded.position,
            "the catalogue does not know its type",
        )),
        Err(error) => Err(ConsumerError::poison(recorded.position, error)),
    }
}

fn order_of(event: &DomainEvent) -> Option<OrderId> {
    match event {
        DomainEvent::Order(event) => Some(event.order_id()),
        DomainEvent::Payment(event) => Some(event.order_id()),
        DomainEvent::Product(event) => event.order_id(),
    }
}
