//! What follows from a command to a payment.

use super::command::{AuthorisePayment, PaymentCommand, VoidPayment};
use super::event::{
    PaymentAttemptFailed, PaymentAuthorised, PaymentDeclined, PaymentEvent, PaymentVoided,
};
use super::gateway::{self, Answer};
use super::{Payment, PaymentRefusal};
use crate::domain::limits::is_amount;

/// The events that follow from a command.
pub(super) fn decide(
    payment: &Payment,
    command: &PaymentCommand,
) -> Result<Vec<PaymentEvent>, PaymentRefusal> {
    let event = match command {
        PaymentCommand::Authorise(command) => authorise(payment, command)?,
        PaymentCommand::Void(command) => void(payment, command)?,
    };
    Ok(vec![event])
}

fn authorise(
    payment: &Payment,
    command: &AuthorisePayment,
) -> Result<PaymentEvent, PaymentRefusal> {
    let failed = match payment {
        Payment::Open { failed } => *failed,
        Payment::Authorised { .. } => return Err(PaymentRefusal::AlreadyAuthorised),
        Payment::Declined => return Err(PaymentRefusal::AlreadyDeclined),
        Payment::Voided => return Err(PaymentRefusal::AlreadyVoided),
    };
    if !is_amount(command.amount) {
        return Err(PaymentRefusal::InvalidAmount);
    }
    let attempt = failed.saturating_add(1);
    Ok(answered(command, attempt))
}

fn answered(command: &AuthorisePayment, attempt: u32) -> PaymentEvent {
    let order_id = command.order_id;
    match gateway::answer(&command.card, attempt) {
        Answer::Approved => PaymentEvent::Authorised(PaymentAuthorised {
            order_id,
            amount: command.amount,
            attempt,
        }),
        Answer::Unavailable => PaymentEvent::AttemptFailed(PaymentAttemptFailed {
            order_id,
            attempt,
            reason: "card_processor_unavailable".to_owned(),
        }),
        Answer::Declined(reason) => PaymentEvent::Declined(PaymentDeclined {
            order_id,
            reason: reason.to_owned(),
        }),
    }
}

fn void(payment: &Payment, command: &VoidPayment) -> Result<PaymentEvent, PaymentRefusal> {
    match payment {
        Payment::Authorised { amount } => Ok(PaymentEvent::Voided(PaymentVoided {
            order_id: command.order_id,
            amount: *amount,
        })),
        Payment::Voided => Err(PaymentRefusal::AlreadyVoided),
        Payment::Open { .. } | Payment::Declined => Err(PaymentRefusal::NotAuthorised),
    }
}

#[cfg(test)]
mod tests;
