//! Putting back what was recorded before.

use futures_util::future::join_all;
use highwater::contract::{Position, Timestamp};
use highwater::event_log::ExpectedVersion::Any;
use highwater::event_log::{AppendError, Recorded};

use crate::event_log::support::{
    Store, add, command, event, events, part, positions, request, to, whole,
};

fn at(position: u64, second: i64) -> Recorded {
    Recorded {
        first_position: Position(position),
        recorded_at: Timestamp::from_micros(second * 1_000_000),
    }
}

fn refused<T: std::fmt::Debug>(answer: Result<T, AppendError>, reason: &str) {
    match answer {
        Err(AppendError::InvalidEvent(detail)) => assert!(detail.contains(reason), "{detail}"),
        other => panic!("{other:?}"),
    }
}

pub async fn what_was_recorded_comes_back_as_it_was(store: &dyn Store) {
    let log = store.open().await;
    let mut stamped = request(vec![
        part("order-1", Any, events("Made", 2)),
        part("order-2", Any, events("Made", 1)),
    ]);
    let stamp = command("Make");
    stamped.command = Some(stamp.clone());
    let first = log.append_recorded(stamped.clone(), at(1, 10)).await;
    assert_eq!(first.unwrap().position, Position(3));
    let later = to("order-1", Any, vec![event("Moved")]);
    log.append_recorded(later, at(4, 20)).await.unwrap();

    let record = log.command(stamp.id).await.unwrap().unwrap();
    assert_eq!(record.committed_at, at(1, 10).recorded_at);
    assert_eq!(record.accepted_at, stamp.accepted_at);
    // A repetition is recognised, wherever the log has gone since.
    let again = log.append_recorded(stamped, at(1, 10)).await.unwrap();
    assert_eq!((again.duplicate, again.position), (true, Position(3)));
    // And what is new goes on from the present time.
    add(&*log, "order-1", "Moved", 1).await;
    let times: Vec<_> = whole(&*log).await.iter().map(|e| e.recorded_at).collect();
    let (early, late) = (at(1, 10).recorded_at, at(4, 20).recorded_at);
    assert_eq!(times[..4], [early, early, early, late]);
    assert!(times[4] > late);
}

pub async fn an_append_goes_only_where_it_stood(store: &dyn Store) {
    let log = store.open().await;
    let made = || to("order-1", Any, vec![event("Made")]);
    for wrong in [0, 2, 7] {
        let answer = log.append_recorded(made(), at(wrong, 10)).await;
        refused(answer, "the log goes on at #1");
    }
    log.append_recorded(made(), at(1, 10)).await.unwrap();
    refused(log.append_recorded(made(), at(1, 10)).await, "#2");
    assert_eq!(positions(&whole(&*log).await), [1]);
}

pub async fn all_behind_a_refused_one_are_refused(store: &dyn Store) {
    let log = store.open().await;
    // Asked for in order in one turn, most of them in one transaction; the third has no events.
    let answers = join_all((1..=50).map(|position| {
        let count = usize::from(position != 3);
        let append = to(&format!("order-{position}"), Any, events("Made", count));
        log.append_recorded(append, at(position, 10))
    }));
    let answers = answers.await;
    assert!(answers[..2].iter().all(Result::is_ok));
    assert!(answers[2..].iter().all(Result::is_err));
    assert_eq!(positions(&whole(&*log).await), [1, 2]);
}

pub async fn times_are_restored_in_order_or_not_at_all(store: &dyn Store) {
    let log = store.open().await;
    let made = || to("order-1", Any, vec![event("Made")]);
    log.append_recorded(made(), at(1, 10)).await.unwrap();
    refused(log.append_recorded(made(), at(2, 9)).await, "later");
    log.append_recorded(made(), at(2, 10)).await.unwrap();
    assert_eq!(positions(&whole(&*log).await), [1, 2]);
}
