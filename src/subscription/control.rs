//! The operator's hand on consumers: every act is an event of the audit stream before it takes effect.

use std::sync::Arc;

use super::audit;
use super::{Board, Monitor, Slot};
use crate::contract::{ConsumerRow, Paused, Principal, Timestamp};
use crate::event_log::{AppendError, LogError, SharedLog};
use crate::schema::{AuditEvent, ConsumerPaused, ConsumerResumed, SchemaError};

/// The longest reason that is taken, in characters.
const LONGEST_REASON: usize = 500;

/// Why an operation was not done.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// No consumer has that name.
    #[error("there is no consumer `{0}`")]
    UnknownConsumer(String),
    /// The reason is empty or too long.
    #[error("`reason` must have 1 to {LONGEST_REASON} characters")]
    Reason,
    /// The end of the pause lies in the past.
    #[error("`until` is not in the future")]
    UntilPast,
    /// The act could not be put into words.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// The act could not be written down.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// The consumers' rows could not be read.
    #[error(transparent)]
    Read(#[from] LogError),
}

/// Pauses and resumes consumers.
#[derive(Clone)]
pub struct Control {
    board: Board,
    log: SharedLog,
    monitor: Monitor,
}

impl Control {
    /// A hand on the consumers of a board.
    #[must_use]
    pub fn new(board: Board, log: SharedLog, monitor: Monitor) -> Control {
        Control {
            board,
            log,
            monitor,
        }
    }

    /// Sets every consumer to what the audit streams say, before their runners start.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn restore(&self) -> Result<(), LogError> {
        for slot in self.board.slots() {
            slot.set_paused(audit::paused(&*self.log, slot.name).await?);
        }
        Ok(())
    }

    /// Pauses a consumer: it keeps its place and handles nothing until it is resumed, by hand or at `until`.
    ///
    /// # Errors
    /// When there is no such consumer, an argument is wrong, or the act cannot be written down.
    pub async fn pause(
        &self,
        principal: &Principal,
        name: &str,
        reason: &str,
        until: Option<Timestamp>,
    ) -> Result<ConsumerRow, ControlError> {
        let slot = self.slot(name)?;
        if until.is_some_and(|until| until <= Timestamp::now()) {
            return Err(ControlError::UntilPast);
        }
        let (by, reason) = (principal.name.clone(), checked(reason)?);
        let act = AuditEvent::Paused(ConsumerPaused {
            consumer: name.to_owned(),
            by: by.clone(),
            reason: reason.clone(),
            until,
        });
        let at = audit::append(&*self.log, name, &act).await?;
        slot.set_paused(Some(Paused {
            by,
            reason,
            at,
            until,
        }));
        self.row(slot).await
    }

    /// Lets a paused or faulted consumer go on from its place.
    ///
    /// # Errors
    /// When there is no such consumer, the reason is wrong, or the act cannot be written down.
    pub async fn resume(
        &self,
        principal: &Principal,
        name: &str,
        reason: &str,
    ) -> Result<ConsumerRow, ControlError> {
        let slot = self.slot(name)?;
        let act = AuditEvent::Resumed(ConsumerResumed {
            consumer: name.to_owned(),
            by: principal.name.clone(),
            reason: checked(reason)?,
        });
        audit::append(&*self.log, name, &act).await?;
        slot.set_paused(None);
        self.row(slot).await
    }

    fn slot(&self, name: &str) -> Result<&Arc<Slot>, ControlError> {
        self.board
            .slot(name)
            .ok_or_else(|| ControlError::UnknownConsumer(name.to_owned()))
    }

    async fn row(&self, slot: &Slot) -> Result<ConsumerRow, ControlError> {
        self.monitor.refresh().await?;
        self.monitor
            .row(slot.name)
            .ok_or_else(|| ControlError::UnknownConsumer(slot.name.to_owned()))
    }
}

fn checked(reason: &str) -> Result<String, ControlError> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        return Err(ControlError::Reason);
    }
    Ok(reason.to_owned())
}
