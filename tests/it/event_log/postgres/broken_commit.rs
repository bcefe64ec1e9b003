//! The connection breaks in the commit, before or after the database has heard of it: the answer is true either way.

use highwater::event_log::ExpectedVersion::Any;
use highwater::event_log::postgres::PostgresLog;
use highwater::event_log::{AppendError, EventLog, Options, StorageCause};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::PostgresStore;
use crate::event_log::support::{add, event, to, whole};
use crate::support::Postgres;

const PASS: usize = 0;
const BREAK_BEFORE: usize = 1;
const BREAK_AFTER: usize = 2;

/// Stands between us and the database, and breaks the next connection that commits, as it was told.
struct Between {
    port: u16,
    next_commit: Arc<AtomicUsize>,
}

impl Between {
    async fn start() -> Between {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let next_commit = Arc::new(AtomicUsize::new(PASS));
        let told = Arc::clone(&next_commit);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let database = Postgres::shared().port();
                let server = TcpStream::connect(("127.0.0.1", database)).await.unwrap();
                tokio::spawn(pass(client, server, Arc::clone(&told)));
            }
        });
        Between { port, next_commit }
    }
}

async fn pass(mut client: TcpStream, mut server: TcpStream, next_commit: Arc<AtomicUsize>) {
    let (mut sent, mut answered) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
    loop {
        tokio::select! {
            read = client.read(&mut sent) => {
                let Ok(count @ 1..) = read else { return };
                let commits = sent[..count].windows(7).any(|bytes| bytes == b"COMMIT\0");
                let told = if commits { next_commit.swap(PASS, Ordering::SeqCst) } else { PASS };
                if told != BREAK_BEFORE && server.write_all(&sent[..count]).await.is_err() {
                    return;
                }
                if told != PASS {
                    return;
                }
            }
            read = server.read(&mut answered) => {
                let Ok(count @ 1..) = read else { return };
                if client.write_all(&answered[..count]).await.is_err() {
                    return;
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_is_not_answered_is_looked_up() {
    let store = PostgresStore::new();
    let between = Between::start().await;
    let url = store.database.url();
    let port = Postgres::shared().port();
    let url = url.replace(&format!(":{port}/"), &format!(":{}/", between.port));
    let log = PostgresLog::open(&url.parse().unwrap(), Options::default())
        .await
        .unwrap();
    add(&log, "order-1", "Made", 1).await;

    between.next_commit.store(BREAK_AFTER, Ordering::SeqCst);
    let made = to("order-1", Any, vec![event("Moved"), event("Moved")]);
    let appended = log.append(made.clone()).await.unwrap();
    assert_eq!((appended.first_position.0, appended.position.0), (2, 3));
    assert!(!appended.duplicate);

    between.next_commit.store(BREAK_BEFORE, Ordering::SeqCst);
    let lost = to("order-1", Any, vec![event("Ended")]);
    let error = log.append(lost.clone()).await.unwrap_err();
    let AppendError::Storage(failure) = &error else {
        panic!("answered with {error:?}");
    };
    assert_eq!(failure.cause, StorageCause::Unreachable, "{error}");
    assert_eq!(whole(&log).await.len(), 3);

    // Both are repeated with the same ids: one is a repetition, the other is appended now.
    assert!(log.append(made).await.unwrap().duplicate);
    let appended = log.append(lost).await.unwrap();
    assert_eq!((appended.duplicate, appended.position.0), (false, 4));
}
