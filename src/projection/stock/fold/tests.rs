use super::*;
use crate::domain::inventory::{ProductRegistered, StockReceived, StockReservationRejected};
use crate::projection::testing::{order, sku};

#[test]
fn events_are_folded_on_top_of_the_stored_row() {
    let stored = Row {
        on_hand: 5,
        reserved: 2,
        position: Position(4),
        ..Row::default()
    };
    let mut batch = Batch::new([(sku("mug"), stored)]);
    let product = Product {
        name: "Mug".to_owned(),
        unit_price: Money::eur(100),
    };
    let registered = ProductEvent::Registered(ProductRegistered {
        sku: sku("mug"),
        name: product.name.clone(),
        unit_price: product.unit_price,
    });
    let received = ProductEvent::Received(StockReceived {
        sku: sku("mug"),
        quantity: 3,
    });
    batch.apply(Position(5), &registered);
    batch.apply(Position(6), &received);
    let rows: Vec<_> = batch.rows().collect();
    let expected = Row {
        product: Some(product),
        on_hand: 8,
        reserved: 2,
        position: Position(6),
    };
    assert_eq!(rows, [(&sku("mug"), &expected)]);
    let versions: Vec<_> = batch.versions().collect();
    assert_eq!(versions.len(), 2);
    assert_eq!(
        (versions[0].1.on_hand, versions[0].1.position),
        (5, Position(5))
    );
    assert_eq!(versions[1], (&sku("mug"), &expected));
}

#[test]
fn numbers_stay_within_their_columns() {
    let full = Row {
        on_hand: i64::MAX,
        ..Row::default()
    };
    let mut batch = Batch::new([(sku("mug"), full)]);
    let received = ProductEvent::Received(StockReceived {
        sku: sku("mug"),
        quantity: 3,
    });
    batch.apply(Position(1), &received);
    assert!(batch.rows().all(|(_, row)| row.on_hand == i64::MAX));
}

#[test]
fn a_rejected_reservation_changes_no_stock() {
    let mut batch = Batch::new([]);
    let rejected = ProductEvent::ReservationRejected(StockReservationRejected {
        sku: sku("mug"),
        order_id: order(1),
        quantity: 3,
        available: 1,
    });
    batch.apply(Position(1), &rejected);
    assert!(
        batch
            .rows()
            .all(|(_, row)| row.on_hand == 0 && row.reserved == 0)
    );
}
