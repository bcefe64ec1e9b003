use crate::contract::{InvalidName, Money, OrderId, Sku};
use crate::domain::InvalidQuantity;
use crate::domain::inventory::{
    DispatchStock, Product, ProductCommand, ProductEvent, ProductRefusal, ProductRegistered,
    ReceiveStock, RegisterProduct, ReleaseStock, ReserveStock, StockDispatched, StockReceived,
    StockReleased, StockReservationRejected, StockReserved,
};
use crate::domain::testing::{self, Given};

const FIRST: OrderId = OrderId(uuid::Uuid::from_u128(1));
const SECOND: OrderId = OrderId(uuid::Uuid::from_u128(2));

fn sku() -> Sku {
    Sku::try_new("kettle").expect("a sku")
}

fn given(events: impl IntoIterator<Item = ProductEvent>) -> Given<Product> {
    testing::given(events)
}

fn nothing() -> Given<Product> {
    given([])
}

fn register(name: &str, cents: i64) -> RegisterProduct {
    RegisterProduct {
        sku: sku(),
        name: name.to_owned(),
        unit_price: Money::eur(cents),
    }
}

fn receive(quantity: u32) -> ReceiveStock {
    ReceiveStock {
        sku: sku(),
        quantity,
    }
}

fn reserve(order_id: OrderId, quantity: u32) -> ReserveStock {
    ReserveStock {
        sku: sku(),
        order_id,
        quantity,
    }
}

fn release(order_id: OrderId, quantity: u32) -> ReleaseStock {
    ReleaseStock {
        sku: sku(),
        order_id,
        quantity,
    }
}

fn dispatch(order_id: OrderId, quantity: u32) -> DispatchStock {
    DispatchStock {
        sku: sku(),
        order_id,
        quantity,
    }
}

fn registered() -> ProductEvent {
    ProductEvent::Registered(ProductRegistered {
        sku: sku(),
        name: "Kettle".to_owned(),
        unit_price: Money::eur(2_500),
    })
}

fn received(quantity: u32) -> ProductEvent {
    ProductEvent::Received(StockReceived {
        sku: sku(),
        quantity,
    })
}

fn reserved(order_id: OrderId, quantity: u32) -> ProductEvent {
    ProductEvent::Reserved(StockReserved {
        sku: sku(),
        order_id,
        quantity,
    })
}

fn rejected(order_id: OrderId, quantity: u32, available: u64) -> ProductEvent {
    ProductEvent::ReservationRejected(StockReservationRejected {
        sku: sku(),
        order_id,
        quantity,
        available,
    })
}

fn released(order_id: OrderId, quantity: u32) -> ProductEvent {
    ProductEvent::Released(StockReleased {
        sku: sku(),
        order_id,
        quantity,
    })
}

fn dispatched(order_id: OrderId, quantity: u32) -> ProductEvent {
    ProductEvent::Dispatched(StockDispatched {
        sku: sku(),
        order_id,
        quantity,
    })
}

#[test]
fn a_product_is_registered_once() {
    nothing()
        .when(register(" Kettle ", 2_500))
        .then([registered()]);
    given([registered()])
        .when(register("Kettle", 2_500))
        .then_refused(
            ProductRefusal::AlreadyRegistered(sku()),
            "already_registered",
        );
}

#[test]
fn a_product_has_a_name() {
    nothing().when(register("", 1)).then_refused(
        ProductRefusal::InvalidName(InvalidName::Empty),
        "invalid_name",
    );
    nothing().when(register(&"x".repeat(121), 1)).then_refused(
        ProductRefusal::InvalidName(InvalidName::TooLong(120)),
        "invalid_name",
    );
}

#[test]
fn a_price_may_be_nothing_but_not_less_and_not_absurd() {
    for cents in [-1, i64::MIN, 1_000_000_000_001, i64::MAX] {
        nothing()
            .when(register("Kettle", cents))
            .then_refused(ProductRefusal::InvalidPrice, "invalid_price");
    }
    nothing()
        .when(register("Gift", 0))
        .then([ProductEvent::Registered(ProductRegistered {
            sku: sku(),
            name: "Gift".to_owned(),
            unit_price: Money::eur(0),
        })]);
}

#[test]
fn stock_is_received() {
    given([registered()]).when(receive(5)).then([received(5)]);
}

#[test]
fn enough_stock_is_reserved() {
    given([registered(), received(5), reserved(FIRST, 2)])
        .when(reserve(SECOND, 3))
        .then([reserved(SECOND, 3)]);
}

#[test]
fn too_little_stock_is_rejected_with_what_there_was() {
    given([registered(), received(5), reserved(FIRST, 2)])
        .when(reserve(SECOND, 4))
        .then([rejected(SECOND, 4, 3)]);
}

#[test]
fn a_rejection_holds_nothing() {
    given([registered(), received(5), rejected(FIRST, 6, 5)])
        .when(reserve(SECOND, 5))
        .then([reserved(SECOND, 5)]);
}

#[test]
fn an_order_reserves_a_product_once() {
    given([registered(), received(5), reserved(FIRST, 2)])
        .when(reserve(FIRST, 2))
        .then_refused(ProductRefusal::AlreadyReserved(sku()), "already_reserved");
}

#[test]
fn released_stock_is_available_again() {
    let past = [registered(), received(5), reserved(FIRST, 5)];
    given(past.clone())
        .when(release(FIRST, 5))
        .then([released(FIRST, 5)]);
    given(past.into_iter().chain([released(FIRST, 5)]))
        .when(reserve(SECOND, 5))
        .then([reserved(SECOND, 5)]);
}

#[test]
fn dispatched_stock_is_gone() {
    let past = [registered(), received(5), reserved(FIRST, 2)];
    given(past.clone())
        .when(dispatch(FIRST, 2))
        .then([dispatched(FIRST, 2)]);
    given(past.into_iter().chain([dispatched(FIRST, 2)]))
        .when(reserve(SECOND, 4))
        .then([rejected(SECOND, 4, 3)]);
}

#[test]
fn what_is_not_reserved_can_neither_be_released_nor_dispatched() {
    let commands: [ProductCommand; 2] = [release(FIRST, 2).into(), dispatch(FIRST, 2).into()];
    for command in commands {
        for end in [released(FIRST, 2), dispatched(FIRST, 2)] {
            given([registered(), received(5), reserved(FIRST, 2), end])
                .when(command.clone())
                .then_refused(ProductRefusal::NotReserved(sku()), "not_reserved");
        }
    }
}

#[test]
fn a_reservation_is_released_and_dispatched_whole() {
    let commands: [ProductCommand; 2] = [release(FIRST, 1).into(), dispatch(FIRST, 1).into()];
    for command in commands {
        given([registered(), received(5), reserved(FIRST, 2)])
            .when(command)
            .then_refused(
                ProductRefusal::OtherQuantityReserved {
                    sku: sku(),
                    asked: 1,
                    reserved: 2,
                },
                "other_quantity_reserved",
            );
    }
}

#[test]
fn quantities_are_checked() {
    let commands: [fn(u32) -> ProductCommand; 2] = [
        |quantity| receive(quantity).into(),
        |quantity| reserve(FIRST, quantity).into(),
    ];
    for command in commands {
        given([registered()]).when(command(0)).then_refused(
            ProductRefusal::Quantity(InvalidQuantity::Zero),
            "quantity_zero",
        );
        given([registered()]).when(command(1_000_001)).then_refused(
            ProductRefusal::Quantity(InvalidQuantity::TooLarge),
            "quantity_too_large",
        );
    }
}

#[test]
fn an_unknown_product_refuses_everything_but_its_registration() {
    let commands: [ProductCommand; 4] = [
        receive(1).into(),
        reserve(FIRST, 1).into(),
        release(FIRST, 1).into(),
        dispatch(FIRST, 1).into(),
    ];
    for command in commands {
        nothing()
            .when(command)
            .then_refused(ProductRefusal::UnknownProduct(sku()), "unknown_product");
    }
}
