//! Carries commands out: decides on what is known, appends with the version that was expected, tries again on conflict.

use rand::RngExt;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

use super::aggregates::{Aggregates, OfDomain, catch_up};
use super::catalogue::Catalogue;
use super::snapshots::Snapshots;
use super::{Command, CommandError};
use crate::contract::{
    CommandId, CommandReceipt, CommittedEvent, EventId, Metadata, Position, StreamName, Timestamp,
    Version,
};
use crate::convergence::{CommittedCommand, Convergence};
use crate::domain::Aggregate;
use crate::domain::inventory::{self, Product, ProductCommand};
use crate::domain::orders::{self, Order, OrderCommand};
use crate::domain::payments::{self, Payment, PaymentCommand};
use crate::event_log::{
    AppendError, AppendRequest, Appended, CommandRecord, CommandStamp, ExpectedVersion, LogQuery,
    NewEvent, SharedLog, StreamAppend,
};
use crate::schema::encode;

/// Tries before a command gives up against others who change the same stream.
const ATTEMPTS: u32 = 10;
/// Aggregates of each kind that are kept in memory.
const HOT: NonZeroUsize = NonZeroUsize::MIN.saturating_add(9_999);

/// A command on its way.
#[derive(Clone, Debug)]
pub struct CommandEnvelope {
    /// Its id: carried out once, however often it is sent.
    pub id: CommandId,
    /// What to do.
    pub command: Command,
    /// The conversation that it belongs to; its own where it starts one.
    pub correlation_id: Option<Uuid>,
    /// The event that caused it; `None` when a person or program sent it.
    pub causation_id: Option<Uuid>,
    /// When we took it.
    pub accepted_at: Timestamp,
    /// When a page sent it, mapped to our clock.
    pub sent_at: Option<Timestamp>,
}

/// Carries commands out. Cheap to clone.
#[derive(Clone)]
pub struct CommandBus {
    inner: Arc<Inner>,
}

struct Inner {
    log: SharedLog,
    snapshots: Snapshots,
    convergence: Arc<Convergence>,
    catalogue: Catalogue,
    orders: Aggregates<Order>,
    products: Aggregates<Product>,
    payments: Aggregates<Payment>,
}

/// How a command expects to find its aggregate.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    /// Most likely new: decided without looking; the log says if that was wrong.
    New,
    /// There already.
    Existing,
}

impl CommandBus {
    /// A bus over a log without snapshots. Convergence is told what was committed.
    #[must_use]
    pub fn new(log: SharedLog, convergence: Arc<Convergence>) -> CommandBus {
        CommandBus::with_snapshots(log, Snapshots::none(), convergence)
    }

    /// A bus over a log and the snapshots of its streams. Convergence is told what was committed.
    #[must_use]
    pub fn with_snapshots(
        log: SharedLog,
        snapshots: Snapshots,
        convergence: Arc<Convergence>,
    ) -> CommandBus {
        let inner = Inner {
            log,
            snapshots,
            convergence,
            catalogue: Catalogue::default(),
            orders: Aggregates::new(HOT),
            products: Aggregates::new(HOT),
            payments: Aggregates::new(HOT),
        };
        CommandBus {
            inner: Arc::new(inner),
        }
    }

    /// Reads a command that a person or program sent, and carries it out.
    ///
    /// # Errors
    /// See [`CommandError`].
    pub async fn submit(
        &self,
        name: &str,
        id: CommandId,
        sent_at: Option<Timestamp>,
        json: &[u8],
    ) -> Result<CommandReceipt, CommandError> {
        let accepted_at = Timestamp::now();
        let command = Command::parse(name, json)?;
        let (correlation_id, causation_id) = (None, None);
        self.execute(CommandEnvelope {
            id,
            command,
            correlation_id,
            causation_id,
            accepted_at,
            sent_at,
        })
        .await
    }

    /// Carries a command out.
    ///
    /// # Errors
    /// See [`CommandError`].
    pub async fn execute(&self, envelope: CommandEnvelope) -> Result<CommandReceipt, CommandError> {
        use Start::{Existing, New};
        let inner = &*self.inner;
        let way = Way {
            inner,
            envelope: &envelope,
        };
        let done = match envelope.command.clone() {
            Command::PlaceOrder(place) => {
                let prices = inner.catalogue.prices(&*inner.log, &place).await?;
                way.order(New, place.order_id, OrderCommand::Place(place, prices))
                    .await
            }
            Command::CancelOrder(cancel) => way.order(Existing, cancel.order_id, cancel).await,
            Command::ShipOrder(ship) => way.order(Existing, ship.order_id, ship).await,
            Command::MarkOrderReserved(mark) => way.order(Existing, mark.order_id, mark).await,
            Command::MarkOrderPaid(mark) => way.order(Existing, mark.order_id, mark).await,
            Command::ConfirmOrder(confirm) => way.order(Existing, confirm.order_id, confirm).await,
            Command::RegisterProduct(register) => {
                way.product(New, &register.sku.clone(), register).await
            }
            Command::ReceiveStock(receive) => {
                way.product(Existing, &receive.sku.clone(), receive).await
            }
            Command::ReserveStock(reserve) => {
                way.product(Existing, &reserve.sku.clone(), reserve).await
            }
            Command::ReleaseStock(release) => {
                way.product(Existing, &release.sku.clone(), release).await
            }
            Command::DispatchStock(dispatch) => {
                way.product(Existing, &dispatch.sku.clone(), dispatch).await
            }
            Command::AuthorisePayment(ask) => way.payment(New, ask.order_id, ask).await,
            Command::VoidPayment(void) => way.payment(Existing, void.order_id, void).await,
        };
        count(envelope.command.name(), &done);
        done
    }
}

fn count(name: &'static str, done: &Result<CommandReceipt, CommandError>) {
    let outcome = match done {
        Ok(receipt) if receipt.duplicate => "duplicate",
        Ok(_) => "done",
        Err(CommandError::Refused(_)) => "refused",
        Err(CommandError::Conflict { .. }) => "conflict",
        Err(_) => "failed",
    };
    metrics::counter!("highwater_commands_total", "command" => name, "outcome" => outcome)
        .increment(1);
}

/// A little while, by chance a different one for each of those who compete; none after the first conflict.
async fn pause(attempt: u32) {
    if attempt > 1 {
        let pause_ms = rand::rng().random_range(0..2 * u64::from(attempt));
        tokio::time::sleep(Duration::from_millis(pause_ms)).await;
    }
}

/// One command on its way through the bus.
struct Way<'a> {
    inner: &'a Inner,
    envelope: &'a CommandEnvelope,
}

impl Way<'_> {
    async fn order(
        &self,
        start: Start,
        id: crate::contract::OrderId,
        command: impl Into<OrderCommand>,
    ) -> Result<CommandReceipt, CommandError> {
        self.run(
            &self.inner.orders,
            start,
            orders::stream(id),
            command.into(),
        )
        .await
    }

    async fn product(
        &self,
        start: Start,
        sku: &crate::contract::Sku,
        command: impl Into<ProductCommand>,
    ) -> Result<CommandReceipt, CommandError> {
        self.run(
            &self.inner.products,
            start,
            inventory::stream(sku),
            command.into(),
        )
        .await
    }

    async fn payment(
        &self,
        start: Start,
        id: crate::contract::OrderId,
        command: impl Into<PaymentCommand>,
    ) -> Result<CommandReceipt, CommandError> {
        self.run(
            &self.inner.payments,
            start,
            payments::stream(id),
            command.into(),
        )
        .await
    }

    /// Load, decide, append; again on conflict.
    async fn run<A: Aggregate>(
        &self,
        aggregates: &Aggregates<A>,
        start: Start,
        stream: StreamName,
        command: A::Command,
    ) -> Result<CommandReceipt, CommandError>
    where
        A::Event: OfDomain,
    {
        let (log, snapshots) = (&*self.inner.log, &self.inner.snapshots);
        let cell = aggregates.cell(&stream);
        let mut place = cell.lock().await;
        if place.version == Version::NONE && start == Start::Existing {
            catch_up(log, snapshots, &stream, &mut place).await?;
        }
        for attempt in 1..=ATTEMPTS {
            let events = match place.state.decide(&command) {
                Ok(events) => events,
                Err(refusal) => {
                    // A no must rest on the stream as it is, not as it was remembered or guessed.
                    let seen = place.version;
                    catch_up(log, snapshots, &stream, &mut place).await?;
                    if place.version > seen {
                        continue;
                    }
                    drop(place);
                    return self.repeat_or_refuse(refusal.into()).await;
                }
            };
            let decided_at = Timestamp::now();
            match self.append(&stream, place.version, &events).await {
                Ok((appended, _)) if appended.duplicate => {
                    drop(place);
                    return self.first_answer(&appended).await;
                }
                Ok((appended, receipt)) => {
                    events.iter().for_each(|event| place.state.evolve(event));
                    let before = std::mem::replace(&mut place.version, receipt.version);
                    drop(place);
                    snapshots.grown::<A>(&stream, before, receipt.version);
                    self.tell(&appended, &receipt, decided_at);
                    return Ok(receipt);
                }
                Err(CommandError::Append(AppendError::ExpectedVersionConflict { .. })) => {
                    metrics::counter!("highwater_command_conflicts_total").increment(1);
                    pause(attempt).await;
                    catch_up(log, snapshots, &stream, &mut place).await?;
                }
                Err(error) => return Err(error),
            }
        }
        Err(CommandError::Conflict {
            stream,
            attempts: ATTEMPTS,
        })
    }

    /// A refusal may be that of a command that was carried out before: then the first answer is the answer.
    async fn repeat_or_refuse(
        &self,
        refusal: crate::domain::Refusal,
    ) -> Result<CommandReceipt, CommandError> {
        match self.inner.log.command(self.envelope.id).await? {
            Some(record) => self.receipt_of(record).await,
            None => Err(CommandError::Refused(refusal)),
        }
    }

    async fn append<E: OfDomain>(
        &self,
        stream: &StreamName,
        version: Version,
        events: &[E],
    ) -> Result<(Appended, CommandReceipt), CommandError> {
        let correlation_id = self.envelope.correlation_id.unwrap_or(self.envelope.id.0);
        let metadata = self.metadata(correlation_id);
        let new_event = |event: &E| -> Result<(NewEvent, &'static str), CommandError> {
            let (event_type, schema_version, data) = encode(&event.clone().into())?;
            let id = EventId::generate();
            let event = NewEvent {
                id,
                event_type: event_type.to_owned(),
                schema_version,
                data,
                metadata: metadata.clone(),
            };
            Ok((event, event_type))
        };
        let events = events
            .iter()
            .map(new_event)
            .collect::<Result<Vec<_>, _>>()?;
        let names: Vec<(EventId, &'static str)> = events
            .iter()
            .map(|(event, name)| (event.id, *name))
            .collect();
        let append = StreamAppend {
            stream: stream.clone(),
            expected: ExpectedVersion::Exact(version),
            events: events.into_iter().map(|(event, _)| event).collect(),
        };
        let command = Some(CommandStamp {
            id: self.envelope.id,
            name: self.envelope.command.name().to_owned(),
            accepted_at: self.envelope.accepted_at,
            correlation_id,
            causation_id: self.envelope.causation_id,
        });
        let appended = self
            .inner
            .log
            .append(AppendRequest {
                appends: vec![append],
                command,
            })
            .await?;
        let receipt = self.receipt(stream, version, &appended, &names);
        Ok((appended, receipt))
    }

    fn metadata(&self, correlation_id: Uuid) -> Metadata {
        let name = self.envelope.command.name();
        let extra = [("command".to_owned(), serde_json::Value::from(name))]
            .into_iter()
            .collect();
        Metadata {
            correlation_id: Some(correlation_id),
            causation_id: Some(self.envelope.id.0),
            extra,
        }
    }

    fn receipt(
        &self,
        stream: &StreamName,
        before: Version,
        appended: &Appended,
        names: &[(EventId, &'static str)],
    ) -> CommandReceipt {
        let committed = |(nth, (id, event_type)): (u64, &(EventId, &'static str))| CommittedEvent {
            id: *id,
            event_type: (*event_type).to_owned(),
            version: Version(before.0 + 1 + nth),
            position: Position(appended.first_position.0 + nth),
        };
        CommandReceipt {
            command_id: self.envelope.id,
            stream: stream.clone(),
            version: Version(before.0 + names.len() as u64),
            position: appended.position,
            events: (0..).zip(names).map(committed).collect(),
            duplicate: false,
        }
    }

    async fn first_answer(&self, appended: &Appended) -> Result<CommandReceipt, CommandError> {
        match self.inner.log.command(self.envelope.id).await? {
            Some(record) => self.receipt_of(record).await,
            // The log has just said that it knows the command; only a lost disk could make it forget.
            None => Err(CommandError::Conflict {
                stream: appended.streams.first().map_or_else(
                    || StreamName::of("command", self.envelope.id),
                    |s| s.stream.clone(),
                ),
                attempts: 1,
            }),
        }
    }

    /// What a command that was carried out before had been answered.
    async fn receipt_of(&self, record: CommandRecord) -> Result<CommandReceipt, CommandError> {
        let count = record.position.events_after(record.first_position) + 1;
        let after = Position(record.first_position.0.saturating_sub(1));
        let query = LogQuery::after(after, usize::try_from(count).unwrap_or(usize::MAX));
        let events = self.inner.log.read(query).await?;
        let committed = |event: &Arc<crate::contract::RecordedEvent>| CommittedEvent {
            id: event.id,
            event_type: event.event_type.clone(),
            version: event.version,
            position: event.position,
        };
        Ok(CommandReceipt {
            command_id: record.id,
            stream: record.stream,
            version: record.version,
            position: record.position,
            events: events.iter().map(committed).collect(),
            duplicate: true,
        })
    }

    fn tell(&self, appended: &Appended, receipt: &CommandReceipt, decided_at: Timestamp) {
        self.inner.convergence.committed(CommittedCommand {
            id: self.envelope.id,
            name: self.envelope.command.name().to_owned(),
            sent_at: self.envelope.sent_at,
            accepted_at: self.envelope.accepted_at,
            decided_at,
            committed_at: appended.committed_at,
            position: appended.position,
            stream: receipt.stream.clone(),
            event_types: receipt
                .events
                .iter()
                .map(|event| event.event_type.clone())
                .collect(),
        });
    }
}
