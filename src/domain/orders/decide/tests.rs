use crate::contract::{Currency, InvalidName, Money, OrderId, OrderLine, Sku};
use crate::domain::orders::{
    CancelOrder, ConfirmOrder, ListedProduct, MAX_LINES, MarkOrderPaid, MarkOrderReserved, Order,
    OrderCancelled, OrderCommand, OrderConfirmed, OrderEvent, OrderPaid, OrderPlaced, OrderRefusal,
    OrderReserved, OrderShipped, PlaceOrder, PriceList, RequestedLine, ShipOrder,
};
use crate::domain::testing::{self, Given};
use crate::domain::{CardText, InvalidCard, InvalidQuantity};

const ORDER: OrderId = OrderId(uuid::Uuid::from_u128(7));

fn sku(name: &str) -> Sku {
    Sku::try_new(name).expect("a sku")
}

fn line(name: &str, quantity: u32) -> RequestedLine {
    RequestedLine {
        sku: sku(name),
        quantity,
    }
}

fn prices() -> PriceList {
    let dollar = Currency::parse("USD").expect("a currency");
    let listed = |name: &str, unit_price| {
        (
            sku(name),
            ListedProduct {
                name: name.to_uppercase(),
                unit_price,
            },
        )
    };
    [
        listed("kettle", Money::eur(2_500)),
        listed("cup", Money::eur(400)),
        listed("palace", Money::eur(1_000_000_000_000)),
        listed(
            "import",
            Money {
                amount: 100,
                currency: dollar,
            },
        ),
    ]
    .into_iter()
    .collect()
}

fn order(lines: Vec<RequestedLine>) -> PlaceOrder {
    PlaceOrder {
        order_id: ORDER,
        customer: " Ada ".to_owned(),
        lines,
        card: CardText::new("4242 4242 4242 4242"),
    }
}

fn place(command: PlaceOrder) -> OrderCommand {
    OrderCommand::Place(command, prices())
}

fn given(events: impl IntoIterator<Item = OrderEvent>) -> Given<Order> {
    testing::given(events)
}

fn nothing() -> Given<Order> {
    given([])
}

fn total() -> Money {
    Money::eur(3_700)
}

fn placed() -> OrderEvent {
    let line = |name: &str, quantity, cents| OrderLine {
        sku: sku(name),
        name: name.to_uppercase(),
        quantity,
        unit_price: Money::eur(cents),
    };
    OrderEvent::Placed(OrderPlaced {
        order_id: ORDER,
        customer: "Ada".to_owned(),
        lines: vec![line("kettle", 1, 2_500), line("cup", 3, 400)],
        total: total(),
        card: CardText::new("4242424242424242").masked().expect("a card"),
    })
}

fn reserved() -> OrderEvent {
    OrderEvent::Reserved(OrderReserved { order_id: ORDER })
}

fn paid() -> OrderEvent {
    OrderEvent::Paid(OrderPaid {
        order_id: ORDER,
        amount: total(),
    })
}

fn confirmed() -> OrderEvent {
    OrderEvent::Confirmed(OrderConfirmed { order_id: ORDER })
}

fn shipped() -> OrderEvent {
    OrderEvent::Shipped(OrderShipped { order_id: ORDER })
}

fn cancelled() -> OrderEvent {
    OrderEvent::Cancelled(OrderCancelled {
        order_id: ORDER,
        reason: "changed my mind".to_owned(),
    })
}

fn cancel(reason: &str) -> CancelOrder {
    CancelOrder {
        order_id: ORDER,
        reason: reason.to_owned(),
    }
}

const SHIP: ShipOrder = ShipOrder { order_id: ORDER };
const MARK_RESERVED: MarkOrderReserved = MarkOrderReserved { order_id: ORDER };
const MARK_PAID: MarkOrderPaid = MarkOrderPaid { order_id: ORDER };
const CONFIRM: ConfirmOrder = ConfirmOrder { order_id: ORDER };

fn placing(command: PlaceOrder, reason: OrderRefusal, word: &str) {
    nothing().when(place(command)).then_refused(reason, word);
}

#[test]
fn an_order_is_placed_at_the_listed_prices() {
    let command = order(vec![line("kettle", 1), line("cup", 3)]);
    nothing().when(place(command)).then([placed()]);
}

#[test]
fn an_order_is_placed_once() {
    given([placed()])
        .when(place(order(vec![line("cup", 1)])))
        .then_refused(OrderRefusal::AlreadyPlaced(ORDER), "already_placed");
}

#[test]
fn a_customer_has_a_name() {
    let blank = PlaceOrder {
        customer: "  ".to_owned(),
        ..order(vec![line("cup", 1)])
    };
    let reason = OrderRefusal::InvalidCustomer(InvalidName::Empty);
    assert_eq!(reason.to_string(), "customer is empty.");
    placing(blank, reason, "invalid_customer");

    let long = PlaceOrder {
        customer: "x".repeat(121),
        ..order(vec![line("cup", 1)])
    };
    let reason = OrderRefusal::InvalidCustomer(InvalidName::TooLong(120));
    placing(long, reason, "invalid_customer");
}

#[test]
fn an_order_has_lines() {
    placing(order(vec![]), OrderRefusal::EmptyOrder, "empty_order");
}

#[test]
fn an_order_has_at_most_fifty_lines() {
    let lines = (0..=MAX_LINES)
        .map(|n| line(&format!("sku{n}"), 1))
        .collect();
    placing(
        order(lines),
        OrderRefusal::TooManyLines(51),
        "too_many_lines",
    );
}

#[test]
fn a_product_stands_on_one_line() {
    let command = order(vec![line("cup", 1), line("kettle", 1), line("cup", 2)]);
    placing(
        command,
        OrderRefusal::DuplicateSku(sku("cup")),
        "duplicate_sku",
    );
}

#[test]
fn a_line_has_a_sensible_quantity() {
    let reason = |problem| OrderRefusal::Quantity {
        sku: sku("cup"),
        problem,
    };
    placing(
        order(vec![line("cup", 0)]),
        reason(InvalidQuantity::Zero),
        "quantity_zero",
    );
    placing(
        order(vec![line("cup", 1_000_001)]),
        reason(InvalidQuantity::TooLarge),
        "quantity_too_large",
    );
}

#[test]
fn a_card_has_a_number() {
    let command = PlaceOrder {
        card: CardText::new("my card"),
        ..order(vec![line("cup", 1)])
    };
    placing(
        command,
        OrderRefusal::InvalidCard(InvalidCard),
        "invalid_card",
    );
}

#[test]
fn what_is_not_listed_cannot_be_ordered() {
    let command = order(vec![line("cup", 1), line("unicorn", 1)]);
    placing(
        command,
        OrderRefusal::UnknownProduct(sku("unicorn")),
        "unknown_product",
    );
}

#[test]
fn an_order_has_one_currency() {
    let dollar = Currency::parse("USD").expect("a currency");
    placing(
        order(vec![line("cup", 1), line("import", 1)]),
        OrderRefusal::MixedCurrencies(Currency::EUR, dollar),
        "mixed_currencies",
    );
}

#[test]
fn a_total_has_a_limit() {
    let command = order(vec![line("palace", 1), line("cup", 1)]);
    placing(command, OrderRefusal::TotalTooLarge, "total_too_large");
    let beyond_an_i64 = order(vec![line("palace", 1_000_000), line("cup", 1)]);
    placing(
        beyond_an_i64,
        OrderRefusal::TotalTooLarge,
        "total_too_large",
    );
}

#[test]
fn an_order_can_be_cancelled_until_it_is_shipped() {
    let life = [placed(), reserved(), paid(), confirmed()];
    for stage in 1..=life.len() {
        given(life.iter().take(stage).cloned())
            .when(cancel("changed my mind"))
            .then([cancelled()]);
    }
    given([placed(), reserved(), paid(), confirmed(), shipped()])
        .when(cancel("too late"))
        .then_refused(OrderRefusal::AlreadyShipped, "already_shipped");
}

#[test]
fn a_cancellation_has_a_reason() {
    given([placed()]).when(cancel("")).then_refused(
        OrderRefusal::InvalidReason(InvalidName::Empty),
        "invalid_reason",
    );
    given([placed()])
        .when(cancel(&"x".repeat(201)))
        .then_refused(
            OrderRefusal::InvalidReason(InvalidName::TooLong(200)),
            "invalid_reason",
        );
}

#[test]
fn an_order_goes_its_way() {
    given([placed()]).when(MARK_RESERVED).then([reserved()]);
    given([placed(), reserved()]).when(MARK_PAID).then([paid()]);
    given([placed(), reserved(), paid()])
        .when(CONFIRM)
        .then([confirmed()]);
    given([placed(), reserved(), paid(), confirmed()])
        .when(SHIP)
        .then([shipped()]);
}

#[test]
fn no_stage_can_be_left_out() {
    given([placed()])
        .when(MARK_PAID)
        .then_refused(OrderRefusal::NotReserved, "not_reserved");
    given([placed()])
        .when(CONFIRM)
        .then_refused(OrderRefusal::NotPaid, "not_paid");
    given([placed(), reserved()])
        .when(CONFIRM)
        .then_refused(OrderRefusal::NotPaid, "not_paid");
    for past in [
        vec![placed()],
        vec![placed(), reserved()],
        vec![placed(), reserved(), paid()],
    ] {
        given(past)
            .when(SHIP)
            .then_refused(OrderRefusal::NotConfirmed, "not_confirmed");
    }
}

#[test]
fn no_stage_comes_twice() {
    for past in [
        vec![placed(), reserved()],
        vec![placed(), reserved(), paid()],
    ] {
        given(past)
            .when(MARK_RESERVED)
            .then_refused(OrderRefusal::AlreadyReserved, "already_reserved");
    }
    given([placed(), reserved(), paid()])
        .when(MARK_PAID)
        .then_refused(OrderRefusal::AlreadyPaid, "already_paid");
    given([placed(), reserved(), paid(), confirmed()])
        .when(CONFIRM)
        .then_refused(OrderRefusal::AlreadyConfirmed, "already_confirmed");
}

fn everything_but_placing() -> [OrderCommand; 5] {
    [
        cancel("why not").into(),
        SHIP.into(),
        MARK_RESERVED.into(),
        MARK_PAID.into(),
        CONFIRM.into(),
    ]
}

#[test]
fn an_unknown_order_refuses_everything() {
    for command in everything_but_placing() {
        nothing()
            .when(command)
            .then_refused(OrderRefusal::UnknownOrder(ORDER), "unknown_order");
    }
}

#[test]
fn a_cancelled_order_refuses_everything() {
    for command in everything_but_placing() {
        given([placed(), reserved(), cancelled()])
            .when(command)
            .then_refused(OrderRefusal::AlreadyCancelled, "already_cancelled");
    }
}

#[test]
fn a_shipped_order_refuses_everything() {
    for command in everything_but_placing() {
        given([placed(), reserved(), paid(), confirmed(), shipped()])
            .when(command)
            .then_refused(OrderRefusal::AlreadyShipped, "already_shipped");
    }
}

#[test]
fn a_second_placing_in_a_stream_changes_nothing() {
    given([placed(), reserved(), placed()])
        .when(MARK_PAID)
        .then([paid()]);
}
