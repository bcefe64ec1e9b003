//! What the process does about each event. Pure: state and event in, commands out.
//!
//! There is one path of compensation: whatever goes wrong, the order is cancelled, and `OrderCancelled` gives back what
//! was taken. What arrives after that is given back as it comes.

use crate::command::Command;
use crate::contract::Sku;
use crate::domain::inventory::{DispatchStock, ProductEvent, ReleaseStock, ReserveStock};
use crate::domain::orders::{
    CancelOrder, ConfirmOrder, MarkOrderPaid, MarkOrderReserved, OrderEvent, OrderPlaced,
};
use crate::domain::payments::{AuthorisePayment, PaymentEvent, VoidPayment};
use crate::schema::DomainEvent;

use super::state::{End, Fulfilment, Line, LineStep, PaymentStep};

/// Attempts at a payment before the order is given up.
const PAYMENT_ATTEMPTS: u32 = 5;

/// A command, and what tells it from others of the same name with the same cause.
pub(super) type Reaction = (Command, String);

/// Takes in an event and says what to do about it. `state` is `None` until the order was placed.
pub(super) fn react(state: &mut Option<Fulfilment>, event: &DomainEvent) -> Vec<Reaction> {
    if let DomainEvent::Order(OrderEvent::Placed(placed)) = event {
        return if state.is_none() {
            begin(state, placed)
        } else {
            Vec::new()
        };
    }
    let Some(fulfilment) = state else {
        return Vec::new();
    };
    match event {
        DomainEvent::Product(event) => fulfilment.on_stock(event),
        DomainEvent::Payment(event) => fulfilment.on_payment(event),
        DomainEvent::Order(event) => fulfilment.on_order(event),
    }
}

fn begin(state: &mut Option<Fulfilment>, placed: &OrderPlaced) -> Vec<Reaction> {
    let line = |line: &crate::contract::OrderLine| Line {
        sku: line.sku.clone(),
        quantity: line.quantity,
        step: LineStep::Asked,
    };
    let fulfilment = state.insert(Fulfilment {
        order_id: placed.order_id,
        total: placed.total,
        card: placed.card.clone(),
        lines: placed.lines.iter().map(line).collect(),
        payment: PaymentStep::Waiting,
        order_reserved: false,
        cancelling: false,
        end: None,
    });
    let order_id = fulfilment.order_id;
    let reserve = |line: &Line| {
        let (sku, quantity) = (line.sku.clone(), line.quantity);
        by_sku(
            ReserveStock {
                sku,
                order_id,
                quantity,
            },
            &line.sku,
        )
    };
    fulfilment.lines.iter().map(reserve).collect()
}

impl Fulfilment {
    fn on_stock(&mut self, event: &ProductEvent) -> Vec<Reaction> {
        match event {
            ProductEvent::Reserved(reserved) if self.answer(&reserved.sku, LineStep::Reserved) => {
                self.after_reservation()
            }
            ProductEvent::ReservationRejected(rejected)
                if self.answer(&rejected.sku, LineStep::Rejected) =>
            {
                self.cancel(format!("out_of_stock: {}", rejected.sku))
            }
            // Not an answer that we wait for: a person may reserve by hand.
            ProductEvent::Reserved(_) | ProductEvent::ReservationRejected(_) => Vec::new(),
            ProductEvent::Registered(_)
            | ProductEvent::Received(_)
            | ProductEvent::Released(_)
            | ProductEvent::Dispatched(_) => Vec::new(),
        }
    }

    fn on_payment(&mut self, event: &PaymentEvent) -> Vec<Reaction> {
        match event {
            PaymentEvent::Authorised(_) => {
                self.payment = PaymentStep::Authorised;
                if self.end == Some(End::Cancelled) {
                    self.give_back()
                } else {
                    self.mark_paid()
                }
            }
            PaymentEvent::AttemptFailed(failed)
                if self.end.is_none() && failed.attempt < PAYMENT_ATTEMPTS =>
            {
                vec![self.authorise()]
            }
            PaymentEvent::AttemptFailed(_) => {
                self.payment = PaymentStep::Settled;
                self.cancel("payment_failed".to_owned())
            }
            PaymentEvent::Declined(_) => {
                self.payment = PaymentStep::Settled;
                self.cancel("payment_declined".to_owned())
            }
            PaymentEvent::Voided(_) => Vec::new(),
        }
    }

    fn on_order(&mut self, event: &OrderEvent) -> Vec<Reaction> {
        let order_id = self.order_id;
        match event {
            OrderEvent::Reserved(_) => {
                self.order_reserved = true;
                self.mark_paid()
            }
            OrderEvent::Paid(_) => vec![once(ConfirmOrder { order_id })],
            OrderEvent::Cancelled(_) => {
                self.end = Some(End::Cancelled);
                self.give_back()
            }
            OrderEvent::Shipped(_) => {
                self.end = Some(End::Shipped);
                self.settle_lines(|sku, quantity| {
                    by_sku(
                        DispatchStock {
                            sku: sku.clone(),
                            order_id,
                            quantity,
                        },
                        sku,
                    )
                })
            }
            OrderEvent::Placed(_) | OrderEvent::Confirmed(_) => Vec::new(),
        }
    }

    /// Notes the answer for a line; whether one was waiting for it.
    fn answer(&mut self, sku: &Sku, step: LineStep) -> bool {
        let asked = |line: &&mut Line| line.sku == *sku && line.step == LineStep::Asked;
        match self.lines.iter_mut().find(asked) {
            Some(line) => {
                line.step = step;
                true
            }
            None => false,
        }
    }

    fn after_reservation(&mut self) -> Vec<Reaction> {
        if self.end == Some(End::Cancelled) {
            return self.give_back();
        }
        if !self.all_reserved() {
            return Vec::new();
        }
        let mut reactions = vec![once(MarkOrderReserved {
            order_id: self.order_id,
        })];
        // A person may have had the payment authorised by hand before.
        if self.payment == PaymentStep::Waiting {
            self.payment = PaymentStep::Asked;
            reactions.push(self.authorise());
        }
        reactions
    }

    fn authorise(&self) -> Reaction {
        let (order_id, amount, card) = (self.order_id, self.total, self.card.clone());
        once(AuthorisePayment {
            order_id,
            amount,
            card,
        })
    }

    /// The payment may be authorised before the order says that it is reserved; it is paid when both are true.
    fn mark_paid(&self) -> Vec<Reaction> {
        let both =
            self.order_reserved && self.payment == PaymentStep::Authorised && self.end.is_none();
        if both {
            vec![once(MarkOrderPaid {
                order_id: self.order_id,
            })]
        } else {
            Vec::new()
        }
    }

    /// Asks once for the order to be cancelled. Giving back waits for the order to say that it is.
    fn cancel(&mut self, reason: String) -> Vec<Reaction> {
        if self.cancelling || self.end.is_some() {
            return Vec::new();
        }
        self.cancelling = true;
        vec![once(CancelOrder {
            order_id: self.order_id,
            reason,
        })]
    }

    /// Gives back what the cancelled order holds now; what arrives later comes here again.
    fn give_back(&mut self) -> Vec<Reaction> {
        let order_id = self.order_id;
        let mut reactions = self.settle_lines(|sku, quantity| {
            by_sku(
                ReleaseStock {
                    sku: sku.clone(),
                    order_id,
                    quantity,
                },
                sku,
            )
        });
        if self.payment == PaymentStep::Authorised {
            self.payment = PaymentStep::Settled;
            reactions.push(once(VoidPayment { order_id }));
        }
        reactions
    }

    fn settle_lines(&mut self, command: impl Fn(&Sku, u32) -> Reaction) -> Vec<Reaction> {
        let reserved = self
            .lines
            .iter_mut()
            .filter(|line| line.step == LineStep::Reserved);
        reserved
            .map(|line| {
                line.step = LineStep::Settled;
                command(&line.sku, line.quantity)
            })
            .collect()
    }
}

fn once(command: impl Into<Command>) -> Reaction {
    (command.into(), String::new())
}

fn by_sku(command: impl Into<Command>, sku: &Sku) -> Reaction {
    (command.into(), sku.to_string())
}

#[cfg(test)]
mod interleavings;
#[cfg(test)]
mod tests;
