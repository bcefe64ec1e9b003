//! Two servers on one store: whoever took the groups up last has them.

use futures_util::FutureExt;
use highwater::contract::{GroupFrame, GroupMode, MemberFrame, Principal, Selection};
use highwater::event_log::postgres::shared_pool;
use highwater::event_log::sqlite::SqliteLog;
use highwater::event_log::{Options, SharedLog};
use highwater::subscription::group::{
    Draft, Ended, From, GroupParts, GroupStore, Groups, Membership, NoMore, PostgresGroups,
    SqliteGroups,
};
use highwater::subscription::{Audit, Board};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::support::{Database, Postgres};

/// Where the groups keep their place.
enum Place {
    Sqlite,
    Postgres(Database),
}

impl Place {
    async fn open(&self, folder: &Path) -> Arc<dyn GroupStore> {
        match self {
            Place::Sqlite => Arc::new(SqliteGroups::open(folder).await.expect("a store")),
            Place::Postgres(database) => {
                let pool = shared_pool(&database.url().parse().expect("an address"), 2);
                Arc::new(PostgresGroups::open(pool).await.expect("a store"))
            }
        }
    }
}

async fn groups(log: &SharedLog, store: Arc<dyn GroupStore>) -> Groups {
    let board = Board::default();
    let audit = Audit::new(Arc::clone(log), board.clone());
    let acts = audit.reach(log.head().position).await;
    acts.expect("the audit streams");
    Groups::open(GroupParts {
        log: Arc::clone(log),
        store,
        board,
        audit,
        leases: None,
    })
    .await
}

fn mailer() -> Draft {
    Draft {
        mode: GroupMode::Queue,
        from: Some(From::Start),
        filter: Selection::default(),
        ack_timeout_ms: None,
        max_in_flight: None,
        max_attempts: None,
        reason: None,
    }
}

async fn given(member: &Membership) -> usize {
    let next = tokio::time::timeout(Duration::from_secs(5), member.next());
    next.await.expect("in time").expect("events").len()
}

#[tokio::test]
async fn an_owner_that_was_replaced_writes_nothing_and_stops() {
    replaced(Place::Sqlite).await;
}

#[tokio::test]
async fn an_owner_that_was_replaced_writes_nothing_and_stops_on_postgres() {
    replaced(Place::Postgres(Postgres::shared().database())).await;
}

async fn replaced(place: Place) {
    let folder = tempfile::tempdir().expect("a folder");
    let log = SqliteLog::open(folder.path(), Options::default()).await;
    let log: SharedLog = Arc::new(log.expect("a log"));
    let first = groups(&log, place.open(folder.path()).await).await;
    let admin = Principal::local_admin();
    first
        .define(&admin, "mailer", mailer())
        .await
        .expect("made");
    let ada = first.connect("mailer", "ada").expect("connected");
    let problems = ada.take_in(vec![MemberFrame::Credit { n: 9 }]);
    assert_eq!(problems, []);
    // The event is the definition itself.
    assert_eq!(given(&ada).await, 1);

    let second = groups(&log, place.open(folder.path()).await).await;
    let bob = second.connect("mailer", "bob").expect("connected");
    assert_eq!(bob.take_in(vec![MemberFrame::Credit { n: 9 }]), []);
    assert_eq!(given(&bob).await, 1, "what was not acknowledged");

    // The first one's member acknowledges, and with the write its owner learns that it is one no more.
    assert_eq!(ada.take_in(vec![MemberFrame::Ack { delivery: 1 }]), []);
    let end = tokio::time::timeout(Duration::from_secs(5), ada.next());
    let end = end.await.expect("in time").expect_err("an end");
    assert!(matches!(end, NoMore::Ended(Ended::Moved)), "{end:?}");
    assert!(first.connect("mailer", "ada").is_err());

    assert_eq!(bob.take_in(vec![MemberFrame::Ack { delivery: 1 }]), []);
    assert!(bob.next().now_or_never().is_none());
    drop((ada, bob));
    first.close().await;
    second.close().await;
    let third = groups(&log, place.open(folder.path()).await).await;
    let cat = third.connect("mailer", "cat").expect("connected");
    let position = log.head().position;
    assert!(matches!(cat.hello(), GroupFrame::Hello { position: at, .. } if at == position));
    drop(cat);
    third.close().await;
}
