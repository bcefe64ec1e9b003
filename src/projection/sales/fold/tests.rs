use super::*;
use crate::projection::testing::{cancelled, order, placed, recorded};

/// The hour of all events here.
const HOUR: HourKey = (Timestamp::from_micros(0), Currency::EUR);

fn fold(batch: &mut Batch, events: &[OrderEvent]) {
    for (position, event) in (1..).zip(events) {
        batch.apply(&recorded(position, &event.clone().into()), event);
    }
}

fn only_hour(batch: &Batch) -> Hour {
    let hours: Vec<_> = batch.hours().collect();
    assert_eq!(hours.len(), 1);
    assert_eq!(*hours[0].0, HOUR);
    *hours[0].1
}

#[test]
fn an_order_placed_and_cancelled_in_one_batch_leaves_only_its_count() {
    let mut batch = Batch::new(BTreeMap::new(), []);
    fold(&mut batch, &[placed(1, 4), placed(2, 1), cancelled(1)]);
    let expected = Hour {
        orders: 2,
        units: 1,
        revenue: 100,
        cancelled: 1,
        position: Position(3),
    };
    assert_eq!(only_hour(&batch), expected);
    let versions: Vec<_> = batch.versions().map(|(_, hour)| hour.units).collect();
    assert_eq!(versions, [4, 5, 1]);
    let opened: Vec<_> = batch.opened().map(|(id, _)| *id).collect();
    assert_eq!(opened, [order(2)]);
    assert_eq!(batch.closed().count(), 0);
}

#[test]
fn a_stored_order_is_taken_back_from_its_hour_and_closed() {
    let stored = OpenOrder {
        hour: HOUR,
        units: 4,
        revenue: 400,
    };
    let hour = Hour {
        orders: 3,
        units: 9,
        revenue: 900,
        ..Hour::default()
    };
    let mut batch = Batch::new(BTreeMap::from([(order(1), stored)]), [(HOUR, hour)]);
    fold(&mut batch, &[cancelled(1), cancelled(1)]);
    let after = only_hour(&batch);
    assert_eq!((after.orders, after.cancelled), (3, 1));
    assert_eq!((after.units, after.revenue), (5, 500));
    assert_eq!(after.position, Position(1));
    let closed: Vec<_> = batch.closed().collect();
    assert_eq!(closed, [&order(1)]);
}

#[test]
fn sums_stay_within_their_columns() {
    let hour = Hour {
        revenue: LARGEST,
        ..Hour::default()
    };
    let mut batch = Batch::new(BTreeMap::new(), [(HOUR, hour)]);
    fold(&mut batch, &[placed(1, 4)]);
    assert_eq!(only_hour(&batch).revenue, LARGEST);
}
