//! Commands that a process has decided to send, and sending them.

use futures_util::StreamExt;
use futures_util::stream;
use uuid::Uuid;

use crate::command::{Command, CommandBus, CommandEnvelope, CommandError};
use crate::contract::{CommandId, RecordedEvent, Timestamp};
use crate::subscription::ConsumerError;

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

/// Sends commands, many at once, in no order: those of one batch do not depend on each other, since each waits for the
/// events of the ones before it. Returns the ids that were answered; a refusal is an answer too.
pub(super) async fn send_all(
    bus: &CommandBus,
    process: &'static str,
    commands: Vec<Outgoing>,
) -> (Vec<CommandId>, Result<(), ConsumerError>) {
    let sent = commands
        .into_iter()
        .map(|outgoing| send(bus, process, outgoing));
    let answers: Vec<_> = stream::iter(sent)
        .buffer_unordered(UNDER_WAY)
        .collect()
        .await;
    let mut answered = Vec::with_capacity(answers.len());
    let mut failure = Ok(());
    for (id, answer) in answers {
        match answer {
            Ok(()) => answered.push(id),
            Err(error) => failure = Err(error),
        }
    }
    (answered, failure)
}

async fn send(
    bus: &CommandBus,
    process: &'static str,
    outgoing: Outgoing,
) -> (CommandId, Result<(), ConsumerError>) {
    let (id, name) = (outgoing.id, outgoing.command.name());
    let envelope = CommandEnvelope {
        id,
        command: outgoing.command,
        correlation_id: outgoing.correlation_id,
        causation_id: Some(outgoing.causation_id),
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
        Err(error) => Err(ConsumerError::surroundings(format!(
            "{name} could not be sent: {error}"
        ))),
    };
    (id, answer)
}
