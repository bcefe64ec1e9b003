//! What was tried with an event so far.

use super::Answer;
use crate::contract::NackAction;

/// How often an event was sent, and why that did not help.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tried {
    pub attempts: u32,
    pub error: Option<String>,
}

impl Tried {
    /// As it is known after a restart: the reasons are not kept.
    pub fn times(attempts: u32) -> Tried {
        Tried {
            attempts,
            error: None,
        }
    }

    /// The last reason, for whoever looks at the parked event.
    pub fn reason(&self) -> String {
        self.error
            .clone()
            .unwrap_or_else(|| "was sent and never answered".to_owned())
    }
}

/// What becomes of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is finished: handled, or passed over on the member's word.
    Finished,
    /// It is sent again, for this reason.
    Retried(String),
    /// It is set aside, for this reason.
    Parked(String),
}

impl Fate {
    /// What a member's refusal means.
    pub fn of_nack(action: NackAction, reason: Option<String>) -> Fate {
        let reason = reason.unwrap_or_else(|| "refused by the member, without a reason".to_owned());
        match action {
            NackAction::Retry => Fate::Retried(reason),
            NackAction::Park => Fate::Parked(reason),
            NackAction::Skip => Fate::Finished,
        }
    }

    /// Of which delivery, where the answer is about one.
    pub fn of_answer(answer: Answer) -> Result<(u64, Fate), crate::contract::Position> {
        match answer {
            Answer::Ack(number) => Ok((number, Fate::Finished)),
            Answer::Nack(number, action, reason) => Ok((number, Fate::of_nack(action, reason))),
            Answer::Commit(position) => Err(position),
        }
    }
}

/// Why a delivery was taken back when its time was up.
pub(super) const TIME_UP: &str = "was not answered in time";

/// Why a delivery was taken back when its member went.
pub(super) fn member_gone(name: &str) -> String {
    format!("the member `{name}` went before it answered")
}
