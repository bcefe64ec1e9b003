//! Between what the process works with and what is stored, the same for both databases: a statement takes its rows as one JSON
//! array and says of each what stands in it.

use serde_json::{Value, json};
use std::str::FromStr;

use super::{StandsAt, States};
use crate::command::Command;
use crate::contract::{CommandId, OrderId, Position};
use crate::process_manager::ProcessError;
use crate::process_manager::fulfilment::state::Fulfilment;
use crate::process_manager::outgoing::Outgoing;
use crate::subscription::Checkpoint;
use crate::subscription::parking::Held;

/// Where the process stands, as it is read.
#[derive(sqlx::FromRow)]
pub(super) struct StandsAtRow {
    position: i64,
    carried_out: i64,
    silent_to: i64,
}

/// An order's state as it is read; `state` is left out when the process is done with the order.
#[derive(sqlx::FromRow)]
pub(super) struct InstanceRow {
    order_id: String,
    state: Option<String>,
}

/// A command whose answer is not noted yet, as it is read.
#[derive(sqlx::FromRow)]
pub(super) struct OutgoingRow {
    id: String,
    name: String,
    body: String,
    correlation_id: Option<String>,
    causation_id: String,
}

/// The ids of orders or commands, to ask for them.
pub(super) fn ids<I: serde::Serialize>(ids: &[I]) -> Result<String, ProcessError> {
    Ok(serde_json::to_string(ids)?)
}

/// The states that changed with the events up to a position, to write them; `None` where there is none.
pub(super) fn instances(states: &States, upto: Position) -> Result<Option<String>, ProcessError> {
    let row = |state: &Fulfilment| -> Result<Value, ProcessError> {
        Ok(json!({
            "order_id": state.order_id,
            "state": serde_json::to_string(state)?,
            "done": u8::from(state.is_done()),
            "position": upto,
        }))
    };
    array(states.values().flatten().map(row))
}

/// Commands to send, to write them; `None` where there is none.
pub(super) fn outgoing(commands: &[Outgoing]) -> Result<Option<String>, ProcessError> {
    let row = |outgoing: &Outgoing| -> Result<Value, ProcessError> {
        Ok(json!({
            "id": outgoing.id,
            "name": outgoing.command.name(),
            "body": outgoing.command.to_json()?.to_string(),
            "correlation_id": outgoing.correlation_id,
            "causation_id": outgoing.causation_id,
        }))
    };
    array(commands.iter().map(row))
}

fn array(
    rows: impl Iterator<Item = Result<Value, ProcessError>>,
) -> Result<Option<String>, ProcessError> {
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    Ok((!rows.is_empty()).then(|| Value::Array(rows).to_string()))
}

/// The states of the orders that were asked for.
pub(super) fn states(orders: &[OrderId], rows: Vec<InstanceRow>) -> Result<States, ProcessError> {
    let mut states: States = orders.iter().map(|id| (*id, None)).collect();
    for row in rows {
        let order_id: OrderId = id(&row.order_id)?;
        match row.state {
            Some(state) => states.insert(order_id, Some(serde_json::from_str(&state)?)),
            None => states.remove(&order_id),
        };
    }
    Ok(states)
}

impl StandsAtRow {
    /// Where that is, with what is parked.
    pub fn read(self, held: Held) -> StandsAt {
        StandsAt {
            checkpoint: Checkpoint {
                position: Position::from_sql(self.position),
                carried_out: Position::from_sql(self.carried_out),
                parked: held.parked(),
                ..Checkpoint::default()
            },
            silent_to: Position::from_sql(self.silent_to),
            held,
        }
    }
}

/// The commands that were read.
pub(super) fn commands(rows: Vec<OutgoingRow>) -> Result<Vec<Outgoing>, ProcessError> {
    rows.into_iter().map(OutgoingRow::read).collect()
}

impl OutgoingRow {
    /// The command that it is.
    fn read(self) -> Result<Outgoing, ProcessError> {
        let command = Command::parse(&self.name, self.body.as_bytes())
            .map_err(|error| ProcessError::State(error.to_string()))?;
        Ok(Outgoing {
            id: CommandId(id(&self.id)?),
            command,
            correlation_id: self.correlation_id.as_deref().map(id).transpose()?,
            causation_id: id(&self.causation_id)?,
        })
    }
}

fn id<I: FromStr>(text: &str) -> Result<I, ProcessError> {
    text.parse()
        .map_err(|_| ProcessError::State(format!("`{text}` is not an id")))
}
