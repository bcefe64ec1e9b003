use super::*;
use crate::contract::{Money, OrderId, OrderLine};
use crate::domain::CardText;
use crate::domain::inventory::{StockReservationRejected, StockReserved};
use crate::domain::orders::{OrderCancelled, OrderPaid, OrderReserved, OrderShipped};
use crate::domain::payments::{PaymentAttemptFailed, PaymentAuthorised, PaymentDeclined};

fn id() -> OrderId {
    OrderId(uuid::Uuid::from_u128(7))
}

fn sku(name: &str) -> Sku {
    Sku::try_new(name).expect("a sku")
}

fn placed() -> DomainEvent {
    let line = |name: &str, quantity| OrderLine {
        sku: sku(name),
        name: name.to_owned(),
        quantity,
        unit_price: Money::eur(100),
    };
    OrderEvent::Placed(OrderPlaced {
        order_id: id(),
        customer: "Ada".to_owned(),
        lines: vec![line("kettle", 1), line("mug", 2)],
        total: Money::eur(300),
        card: CardText::new("4242424242424242").masked().expect("a card"),
    })
    .into()
}

fn reserved(name: &str, quantity: u32) -> DomainEvent {
    ProductEvent::Reserved(StockReserved {
        sku: sku(name),
        order_id: id(),
        quantity,
    })
    .into()
}

fn rejected(name: &str) -> DomainEvent {
    let available = 0;
    let event = StockReservationRejected {
        sku: sku(name),
        order_id: id(),
        quantity: 2,
        available,
    };
    ProductEvent::ReservationRejected(event).into()
}

fn order_reserved() -> DomainEvent {
    OrderEvent::Reserved(OrderReserved { order_id: id() }).into()
}

fn paid() -> DomainEvent {
    OrderEvent::Paid(OrderPaid {
        order_id: id(),
        amount: Money::eur(300),
    })
    .into()
}

fn shipped() -> DomainEvent {
    OrderEvent::Shipped(OrderShipped { order_id: id() }).into()
}

fn cancelled() -> DomainEvent {
    OrderEvent::Cancelled(OrderCancelled {
        order_id: id(),
        reason: "x".to_owned(),
    })
    .into()
}

fn authorised() -> DomainEvent {
    PaymentEvent::Authorised(PaymentAuthorised {
        order_id: id(),
        amount: Money::eur(300),
        attempt: 1,
    })
    .into()
}

fn failed(attempt: u32) -> DomainEvent {
    PaymentEvent::AttemptFailed(PaymentAttemptFailed {
        order_id: id(),
        attempt,
        reason: "x".to_owned(),
    })
    .into()
}

fn declined() -> DomainEvent {
    PaymentEvent::Declined(PaymentDeclined {
        order_id: id(),
        reason: "card_declined".to_owned(),
    })
    .into()
}

/// The state after some events, and the names of what the last of them made the process do.
fn after(events: &[DomainEvent]) -> (Fulfilment, Vec<String>) {
    let (mut state, mut last) = (None, Vec::new());
    for event in events {
        last = react(&mut state, event);
    }
    let words = |(command, key): &Reaction| match key.as_str() {
        "" => command.name().to_owned(),
        key => format!("{} {key}", command.name()),
    };
    (
        state.expect("an order was placed"),
        last.iter().map(words).collect(),
    )
}

fn then(events: &[DomainEvent], commands: &[&str]) {
    assert_eq!(after(events).1, commands);
}

#[test]
fn the_good_way() {
    let mut events = vec![placed()];
    then(&events, &["ReserveStock kettle", "ReserveStock mug"]);
    events.push(reserved("mug", 2));
    then(&events, &[]);
    events.push(reserved("kettle", 1));
    then(&events, &["MarkOrderReserved", "AuthorisePayment"]);
    events.push(order_reserved());
    then(&events, &[]);
    events.push(authorised());
    then(&events, &["MarkOrderPaid"]);
    events.push(paid());
    then(&events, &["ConfirmOrder"]);
    events.push(shipped());
    then(&events, &["DispatchStock kettle", "DispatchStock mug"]);
    assert!(after(&events).0.is_done());
}

#[test]
fn the_payment_may_be_faster_than_the_order() {
    let mut events = vec![
        placed(),
        reserved("kettle", 1),
        reserved("mug", 2),
        authorised(),
    ];
    then(&events, &[]);
    events.push(order_reserved());
    then(&events, &["MarkOrderPaid"]);
}

#[test]
fn a_payment_that_was_authorised_by_hand_is_not_asked_for_again() {
    let mut events = vec![
        placed(),
        authorised(),
        reserved("kettle", 1),
        reserved("mug", 2),
    ];
    then(&events, &["MarkOrderReserved"]);
    events.push(order_reserved());
    then(&events, &["MarkOrderPaid"]);
}

#[test]
fn out_of_stock_cancels_once_and_gives_back_what_was_there() {
    let mut events = vec![placed(), reserved("kettle", 1), rejected("mug")];
    let (_, commands) = after(&events);
    assert_eq!(commands, ["CancelOrder"]);
    events.push(cancelled());
    then(&events, &["ReleaseStock kettle"]);
    assert!(after(&events).0.is_done());
    then(&[placed(), rejected("kettle"), rejected("mug")], &[]);
}

#[test]
fn a_reservation_that_comes_after_the_cancellation_is_given_back() {
    let mut events = vec![placed(), rejected("mug"), cancelled()];
    assert!(
        !after(&events).0.is_done(),
        "the kettle's answer is still to come"
    );
    events.push(reserved("kettle", 1));
    then(&events, &["ReleaseStock kettle"]);
    assert!(after(&events).0.is_done());
}

#[test]
fn a_declined_card_cancels() {
    let mut events = vec![
        placed(),
        reserved("kettle", 1),
        reserved("mug", 2),
        order_reserved(),
        declined(),
    ];
    then(&events, &["CancelOrder"]);
    events.push(cancelled());
    then(&events, &["ReleaseStock kettle", "ReleaseStock mug"]);
    assert!(after(&events).0.is_done());
}

#[test]
fn a_processor_without_an_answer_is_asked_again_but_not_for_ever() {
    let mut events = vec![
        placed(),
        reserved("kettle", 1),
        reserved("mug", 2),
        order_reserved(),
    ];
    for attempt in 1..PAYMENT_ATTEMPTS {
        events.push(failed(attempt));
        then(&events, &["AuthorisePayment"]);
    }
    events.push(failed(PAYMENT_ATTEMPTS));
    then(&events, &["CancelOrder"]);
}

#[test]
fn a_customer_may_cancel_at_any_time() {
    then(&[placed(), cancelled()], &[]);
    let before_payment = [
        placed(),
        reserved("kettle", 1),
        reserved("mug", 2),
        cancelled(),
    ];
    then(
        &before_payment,
        &["ReleaseStock kettle", "ReleaseStock mug"],
    );
    assert!(
        !after(&before_payment).0.is_done(),
        "the payment's answer is still to come"
    );
    let mut late = before_payment.to_vec();
    late.push(authorised());
    then(&late, &["VoidPayment"]);
    assert!(after(&late).0.is_done());
    let paid_for = [
        placed(),
        reserved("kettle", 1),
        reserved("mug", 2),
        order_reserved(),
        authorised(),
        paid(),
        cancelled(),
    ];
    then(
        &paid_for,
        &["ReleaseStock kettle", "ReleaseStock mug", "VoidPayment"],
    );
}

#[test]
fn a_cancelled_order_is_not_paid_by_a_late_attempt() {
    let cancelled = [
        placed(),
        reserved("kettle", 1),
        reserved("mug", 2),
        cancelled(),
        failed(1),
    ];
    then(&cancelled, &[]);
    assert!(after(&cancelled).0.is_done());
}

#[test]
fn the_same_event_twice_does_nothing_the_second_time() {
    then(&[placed(), placed()], &[]);
    let twice = [
        placed(),
        reserved("kettle", 1),
        reserved("mug", 2),
        reserved("mug", 2),
    ];
    then(&twice, &[]);
}

#[test]
fn events_of_orders_that_nobody_placed_are_passed_over() {
    let mut state = None;
    assert_eq!(react(&mut state, &reserved("kettle", 1)), Vec::new());
    assert_eq!(state, None);
}
