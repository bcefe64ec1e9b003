//! Commands that a process has decided to send, and sending them.

use futures_util::StreamExt;
use futures_util::stream;
use uuid::Uuid;

use crate::command::{Command, CommandBus, CommandEnvelope, CommandError};
use crate::contract::{CommandId, EventId, RecordedEvent, Timestamp};

use super::identity::command_id;

/// Commands under way at once. The log commits them together.
const UNDER_WAY: usize = 64;

/// A command to send, and what caused it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Outgoing {
    pub id: CommandId,
    pub command: Command,
    pub correlation_id: Option<Uuid>,
    pub causation_id: Uuid,
}

impl Outgoing {
    /// A command that an event causes. `key` tells it from others of the same name with the same cause.
    pub fn caused_by(cause: &RecordedEvent, command: Command, key: &str) -> Outgoing {
        Outgoing {
            id: command_id(cause, command.name(), key),
            // An event that another program appended without a conversation starts one.
            correlation_id: cause.metadata.correlation_id.or(Some(cause.id.0)),
            causation_id: cause.id.0,
            command,
        }
    }
}

/// What came of sending commands.
#[derive(Debug, Default)]
pub(super) struct Sent {
    /// Those that were answered; a refusal is an answer too.
    pub answered: Vec<CommandId>,
    /// Why the others could not be sent.
    pub failures: Vec<Failure>,
}

/// Why a command could not be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    pub message: String,
    /// The event to blame, which has caused the command; `None` where the surroundings are.
    pub cause: Option<EventId>,
}

/// Sends commands, many at once, in no order: those of one batch do not depend on each other, since each waits for the
/// events of the ones before it.
pub(super) async fn send_all(
    bus: &CommandBus,
    process: &'static str,
    commands: Vec<Outgoing>,
) -> Sent {
    let sending = commands
        .into_iter()
        .map(|outgoing| send(bus, process, outgoing));
    let answers: Vec<_> = stream::iter(sending)
        .buffer_unordered(UNDER_WAY)
        .collect()
        .await;
    let mut sent = Sent::default();
    for (id, answer) in answers {
        match answer {
            Ok(()) => sent.answered.push(id),
            Err(failure) => sent.failures.push(failure),
        }
    }
    sent
}

async fn send(
    bus: &CommandBus,
    process: &'static str,
    outgoing: Outgoing,
) -> (CommandId, Result<(), Failure>) {
    let (id, name, cause) = (outgoing.id, outgoing.command.name(), outgoing.causation_id);
    let envelope = CommandEnvelope {
        id,
        command: outgoing.command,
        correlation_id: outgoing.correlation_id,
        causation_id: Some(cause),
        accepted_at: Timestamp::now(),
        sent_at: None,
    };
    let answered = bus.execute(envelope).await;
    metrics::counter!("highwater_process_commands_total", "process" => process).increment(1);
    let answer = match answered {
        Ok(_) => Ok(()),
        Err(CommandError::Refused(refusal)) => {
            // Someone else was faster: a customer who cancelled, for one. The events of that lead the process on.
            metrics::counter!("highwater_process_refusals_total", "process" => process, "refusal" => refusal.word())
                .increment(1);
            tracing::info!(
                process.name = process,
                command.name = name,
                command.refusal = refusal.word(),
                "a process's command was refused"
            );
            Ok(())
        }
        Err(error) => Err(Failure {
            message: format!("{name} could not be sent: {error}"),
            cause: error.is_of_one_stream().then_some(EventId(cause)),
        }),
    };
    (id, answer)
}
