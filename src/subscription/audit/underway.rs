//! An operation, as far as the audit stream tells of it.

use crate::contract::{
    Compared, EventId, OperationId, OperationKind, OperationState, Position, RecordedEvent,
    Timestamp,
};

/// An operation as the audit stream tells it; how far it has come is for whoever runs the consumer to say.
#[derive(Clone, Debug, PartialEq)]
pub struct Underway {
    /// Its id.
    pub id: OperationId,
    /// What it does.
    pub kind: OperationKind,
    /// How far it has come.
    pub state: OperationState,
    /// The place in the log of the act that started it.
    pub at: Position,
    /// The consumer's checkpoint when it was planned.
    pub from: Position,
    /// Where it sets the consumer.
    pub to: Position,
    /// Of a rebuild: the position of the stored copy that it begins at; without it, it begins at the log's start.
    pub copy: Option<Position>,
    /// Events that it takes.
    pub events: u64,
    /// When it was started.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Who started it.
    pub by: String,
    /// Their reason.
    pub reason: String,
    /// What the comparison of a rebuild found.
    pub compared: Option<Compared>,
    /// Why it ended, where it was broken off or could not be done.
    pub end_reason: Option<String>,
}

impl Underway {
    /// Where the consumer is when the operation is done: back where it was, or at the place it was sent on to.
    #[must_use]
    pub fn until(&self) -> Position {
        self.from.max(self.to)
    }

    /// What an act has begun, from where and to where left out.
    pub(super) fn begun(
        kind: OperationKind,
        act: &RecordedEvent,
        by: String,
        reason: String,
    ) -> Underway {
        let EventId(id) = act.id;
        Underway {
            id: OperationId(id),
            kind,
            state: OperationState::Running,
            at: act.position,
            from: Position::START,
            to: Position::START,
            copy: None,
            events: 0,
            started_at: act.recorded_at,
            ended_at: None,
            by,
            reason,
            compared: None,
            end_reason: None,
        }
    }

    pub(super) fn is_running_reset(&self) -> bool {
        self.kind == OperationKind::Reset && self.state == OperationState::Running
    }

    /// The first end counts: several servers may find the same operation done.
    pub(super) fn end(&mut self, state: OperationState, at: Timestamp, reason: Option<String>) {
        if self.state == OperationState::Running {
            self.state = state;
            self.ended_at = Some(at);
            self.end_reason = reason;
        }
    }
}
