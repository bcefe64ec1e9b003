//! PostgreSQL is gone for ten seconds under load.

use highwater::contract::EventId;
use highwater::event_log::ExpectedVersion::Any;
use highwater::event_log::postgres::PostgresLog;
use highwater::event_log::{AppendError, Appended, EventLog, Options, StorageCause};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::task::block_in_place;
use tokio_util::sync::CancellationToken;

use crate::event_log::support::{events, part, request, whole};
use crate::support::Postgres;

const WRITERS: usize = 16;
const GONE: Duration = Duration::from_secs(10);

/// An append, and what its writer was told.
type Told = (Vec<EventId>, Result<Appended, AppendError>);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_and_nothing_else_is_half_there() {
    let cluster = Postgres::of_its_own();
    let address = cluster.url("postgres").parse().unwrap();
    let log = Arc::new(
        PostgresLog::open(&address, Options::default())
            .await
            .unwrap(),
    );
    let (stop, committed) = (CancellationToken::new(), Arc::new(AtomicUsize::new(0)));
    let writers: Vec<_> = (0..WRITERS)
        .map(|n| tokio::spawn(write(n, log.clone(), committed.clone(), stop.clone())))
        .collect();
    until(&committed, 200).await;
    block_in_place(|| cluster.crash());
    tokio::time::sleep(GONE).await;
    block_in_place(|| cluster.go());
    let before = committed.load(Ordering::SeqCst);
    until(&committed, before + 200).await;
    stop.cancel();
    let mut told: Vec<Told> = Vec::new();
    for writer in writers {
        told.extend(writer.await.unwrap());
    }

    let all = whole(&*log).await;
    let there: HashMap<EventId, u64> = all.iter().map(|e| (e.id, e.position.0)).collect();
    assert_eq!(there.len(), all.len(), "no event twice");
    let mut refused = 0;
    for (ids, answer) in told {
        let found: Vec<_> = ids.iter().filter_map(|id| there.get(id).copied()).collect();
        match answer {
            Ok(appended) => {
                let expected = appended.first_position.0..=appended.position.0;
                assert_eq!(found, expected.collect::<Vec<_>>());
            }
            Err(AppendError::Storage(failure)) => {
                assert_eq!(failure.cause, StorageCause::Unreachable, "{failure}");
                assert!(
                    failure.to_string().contains("cannot be reached"),
                    "{failure}"
                );
                assert!(found.is_empty(), "{failure}");
                refused += 1;
            }
            Err(AppendError::OutcomeUnknown(_)) => assert!(found.is_empty() || found.len() == 3),
            Err(other) => panic!("{other}"),
        }
    }
    assert!(refused > 0, "the outage was not noticed");
    assert!(log.check().await.unwrap().problems.is_empty());
}

/// Appends three events to two streams, again and again, with new ids each time.
async fn write(
    n: usize,
    log: Arc<PostgresLog>,
    committed: Arc<AtomicUsize>,
    stop: CancellationToken,
) -> Vec<Told> {
    let mut told = Vec::new();
    while !stop.is_cancelled() {
        let (first, second) = (events("Made", 2), events("Noted", 1));
        let ids = first.iter().chain(&second).map(|event| event.id).collect();
        let parts = vec![
            part(&format!("order-{n}"), Any, first),
            part(&format!("audit-{}", n % 3), Any, second),
        ];
        let answer = log.append(request(parts)).await;
        match &answer {
            Ok(_) => drop(committed.fetch_add(1, Ordering::SeqCst)),
            // As a client would wait before it tries again.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
        told.push((ids, answer));
    }
    told
}

async fn until(committed: &AtomicUsize, count: usize) {
    let reached = async {
        while committed.load(Ordering::SeqCst) < count {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(120), reached)
        .await
        .expect("the log does not come back");
}
