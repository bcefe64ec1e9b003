//! The operator's hand on consumers: every act is an event of the audit stream before it takes effect.

use super::audit::Audit;
use super::parking::Lots;
use super::rebuild::NoCopy;
use super::{Board, ConsumerError, Monitor, Slot};
use crate::contract::{ConsumerRow, OperationId, Position, Principal, Timestamp};
use crate::event_log::{AppendError, LogError, SharedLog};
use crate::schema::{AuditEvent, ConsumerPaused, ConsumerResumed, SchemaError};
use std::sync::Arc;

/// The longest reason that is taken, in characters.
const LONGEST_REASON: usize = 500;

/// Why an operation was not done.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// No consumer has that name.
    #[error("there is no consumer `{0}`")]
    UnknownConsumer(String),
    /// No operation has that id.
    #[error("there is no operation `{0}`")]
    UnknownOperation(OperationId),
    /// The reason is empty or too long.
    #[error("`reason` must have 1 to {LONGEST_REASON} characters")]
    Reason,
    /// The end of the pause lies in the past.
    #[error("`until` is not in the future")]
    UntilPast,
    /// The log does not go so far.
    #[error("`to` is #{to}, and the log ends at #{head}")]
    BeyondHead {
        /// What was asked for.
        to: Position,
        /// The last committed position.
        head: Position,
    },
    /// A read model cannot leave events out.
    #[error(
        "`{consumer}` stands at #{from} and cannot be sent on to #{to}: a read model without the events between would be \
         wrong. It catches up by itself"
    )]
    CannotPassOver {
        /// The read model.
        consumer: String,
        /// Its checkpoint.
        from: Position,
        /// What was asked for.
        to: Position,
    },
    /// Only read models can be built anew.
    #[error("`{0}` is no read model: there is nothing to build")]
    NoReadModel(String),
    /// No stored copy can be begun at.
    #[error("a rebuild of `{consumer}` cannot begin at a stored copy: {why}")]
    NoCopy {
        /// The read model.
        consumer: String,
        /// Why not.
        why: NoCopy,
    },
    /// No build before this one is kept.
    #[error("no earlier build of `{0}` is kept")]
    NoPrevious(String),
    /// The operation has come to its end.
    #[error("the operation `{0}` has ended")]
    Ended(OperationId),
    /// Half of it would be worse than all of it.
    #[error(
        "`{0}` is being folded again from the beginning and would be wrong if that was broken off; it can be paused"
    )]
    NotCancellable(String),
    /// The consumer works, or is stopped by something else.
    #[error("`{0}` has not stopped at an event that it cannot handle")]
    NotFaulted(String),
    /// The consumer has stopped at another event than the operator has seen.
    #[error("`{consumer}` has stopped at #{at}, and not at the event that was meant")]
    StoppedElsewhere {
        /// The consumer.
        consumer: String,
        /// Where it has stopped.
        at: Position,
    },
    /// A read model cannot leave an event out for good.
    #[error(
        "`{0}` is a read model: without an event it would never agree with the log, so that none can be given up. Mend what \
         folds it, or append an event that corrects it, and retry"
    )]
    CannotDiscard(String),
    /// A read model cannot fold an event late.
    #[error(
        "`{0}` is a read model: it needs its events in the order of the log, so that all that are parked are tried again \
         together, in a build beside the one that answers. Leave out `ids` and `up_to`"
    )]
    CannotChoose(String),
    /// What is parked, or the event that was to be, could not be read.
    #[error("what is parked cannot be read: {0}")]
    Parked(ConsumerError),
    /// The act could not be put into words.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// The act could not be written down.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// The log could not be read.
    #[error(transparent)]
    Read(#[from] LogError),
}

/// What operators can do with consumers. Cheap to clone.
#[derive(Clone)]
pub struct Control {
    board: Board,
    pub(super) log: SharedLog,
    pub(super) audit: Audit,
    monitor: Monitor,
    /// What the server's own consumers have set aside.
    pub(super) lots: Lots,
}

impl Control {
    /// A hand on the consumers of a board.
    #[must_use]
    pub fn new(
        board: Board,
        log: SharedLog,
        audit: Audit,
        monitor: Monitor,
        lots: Lots,
    ) -> Control {
        Control {
            board,
            log,
            audit,
            monitor,
            lots,
        }
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
        let act = AuditEvent::Paused(ConsumerPaused {
            consumer: name.to_owned(),
            by: principal.name.clone(),
            reason: checked(reason)?,
            until,
        });
        self.audit.write(name, &act).await?;
        self.row(&slot).await
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
        self.audit.write(name, &act).await?;
        self.row(&slot).await
    }

    pub(super) fn slot(&self, name: &str) -> Result<Arc<Slot>, ControlError> {
        self.board
            .slot(name)
            .ok_or_else(|| ControlError::UnknownConsumer(name.to_owned()))
    }

    pub(super) async fn row(&self, slot: &Slot) -> Result<ConsumerRow, ControlError> {
        self.monitor.refresh().await?;
        self.monitor
            .row(&slot.name)
            .ok_or_else(|| ControlError::UnknownConsumer(slot.name.to_string()))
    }
}

/// A reason as it is written down.
pub(super) fn checked(reason: &str) -> Result<String, ControlError> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        return Err(ControlError::Reason);
    }
    Ok(reason.to_owned())
}
