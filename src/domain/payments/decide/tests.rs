use crate::contract::{Money, OrderId};
use crate::domain::CardText;
use crate::domain::payments::{
    AuthorisePayment, Payment, PaymentAttemptFailed, PaymentAuthorised, PaymentDeclined,
    PaymentEvent, PaymentRefusal, PaymentVoided, VoidPayment,
};
use crate::domain::testing::{self, Given};

const ORDER: OrderId = OrderId(uuid::Uuid::from_u128(7));
const GOOD: &str = "4242 4242 4242 4242";
const BAD: &str = "4000 0000 0000 0002";
const FLAKY: &str = "4000 0000 0000 0119";
const VOID: VoidPayment = VoidPayment { order_id: ORDER };

fn given(events: impl IntoIterator<Item = PaymentEvent>) -> Given<Payment> {
    testing::given(events)
}

fn nothing() -> Given<Payment> {
    given([])
}

fn authorise(card: &str, cents: i64) -> AuthorisePayment {
    AuthorisePayment {
        order_id: ORDER,
        amount: Money::eur(cents),
        card: CardText::new(card).masked().expect("a card"),
    }
}

fn authorised(attempt: u32) -> PaymentEvent {
    PaymentEvent::Authorised(PaymentAuthorised {
        order_id: ORDER,
        amount: Money::eur(100),
        attempt,
    })
}

fn failed(attempt: u32) -> PaymentEvent {
    PaymentEvent::AttemptFailed(PaymentAttemptFailed {
        order_id: ORDER,
        attempt,
        reason: "card_processor_unavailable".to_owned(),
    })
}

fn declined(reason: &str) -> PaymentEvent {
    PaymentEvent::Declined(PaymentDeclined {
        order_id: ORDER,
        reason: reason.to_owned(),
    })
}

fn voided() -> PaymentEvent {
    PaymentEvent::Voided(PaymentVoided {
        order_id: ORDER,
        amount: Money::eur(100),
    })
}

#[test]
fn a_good_card_is_approved() {
    nothing().when(authorise(GOOD, 100)).then([authorised(1)]);
}

#[test]
fn a_bad_card_is_declined() {
    nothing()
        .when(authorise(BAD, 100))
        .then([declined("card_declined")]);
}

#[test]
fn a_flaky_card_fails_twice_and_is_approved() {
    nothing().when(authorise(FLAKY, 100)).then([failed(1)]);
    given([failed(1)])
        .when(authorise(FLAKY, 100))
        .then([failed(2)]);
    given([failed(1), failed(2)])
        .when(authorise(FLAKY, 100))
        .then([authorised(3)]);
}

#[test]
fn any_other_card_is_declined_as_unknown() {
    for card in ["5555 5555 5555 4444", "4000 0000 0000 0003", "4000"] {
        nothing()
            .when(authorise(card, 100))
            .then([declined("unknown_test_card")]);
    }
}

#[test]
fn an_authorised_payment_can_be_voided() {
    given([authorised(1)]).when(VOID).then([voided()]);
}

#[test]
fn amounts_are_checked() {
    for cents in [-1, i64::MAX] {
        nothing()
            .when(authorise(GOOD, cents))
            .then_refused(PaymentRefusal::InvalidAmount, "invalid_amount");
    }
}

#[test]
fn a_payment_is_settled_once() {
    given([authorised(1)])
        .when(authorise(GOOD, 100))
        .then_refused(PaymentRefusal::AlreadyAuthorised, "already_authorised");
    given([declined("card_declined")])
        .when(authorise(GOOD, 100))
        .then_refused(PaymentRefusal::AlreadyDeclined, "already_declined");
    given([authorised(1), voided()])
        .when(authorise(GOOD, 100))
        .then_refused(PaymentRefusal::AlreadyVoided, "already_voided");
}

#[test]
fn only_what_is_held_can_be_voided() {
    for past in [vec![], vec![failed(1)], vec![declined("card_declined")]] {
        given(past)
            .when(VOID)
            .then_refused(PaymentRefusal::NotAuthorised, "not_authorised");
    }
    given([authorised(1), voided()])
        .when(VOID)
        .then_refused(PaymentRefusal::AlreadyVoided, "already_voided");
}
