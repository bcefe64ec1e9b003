//! A database that takes nobody who does not come over TLS.

use highwater::event_log::ExpectedVersion::Any;
use highwater::event_log::postgres::PostgresLog;
use highwater::event_log::{EventLog, LogError, Options};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use std::path::{Path, PathBuf};
use tokio::task::block_in_place;

use crate::event_log::support::{events, to, whole};
use crate::support::Postgres;

fn certified() -> CertifiedKey<rcgen::KeyPair> {
    generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap()
}

fn written(certificate: &str, folder: &Path, name: &str) -> PathBuf {
    let file = folder.join(name);
    std::fs::write(&file, certificate).unwrap();
    file
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_is_reached_over_tls_and_the_certificate_checked_where_that_is_wanted() {
    let cluster = Postgres::of_its_own();
    let (ours, theirs) = (certified(), certified());
    block_in_place(|| {
        cluster.take_only_tls(&ours.cert.pem(), &ours.signing_key.serialize_pem());
    });
    let folder = tempfile::tempdir().unwrap();
    let ours = written(&ours.cert.pem(), folder.path(), "ours.pem");
    let theirs = written(&theirs.cert.pem(), folder.path(), "theirs.pem");
    let open = async |how: String| {
        let address = format!("{}{how}", cluster.url("postgres"));
        PostgresLog::open(&address.parse().unwrap(), Options::default()).await
    };
    let full = |root: &Path| format!("?sslmode=verify-full&sslrootcert={}", root.display());
    let mut there = 0;
    for how in [String::new(), "?sslmode=require".to_owned(), full(&ours)] {
        let log = open(how).await.unwrap();
        log.append(to("order-1", Any, events("Made", 2)))
            .await
            .unwrap();
        there += 2;
        assert_eq!(whole(&log).await.len(), there);
        log.close().await;
    }
    let refused = async |how: String| match open(how).await {
        Err(LogError::Storage(failure)) => failure.to_string(),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it was let in"),
    };
    let plain = refused("?sslmode=disable".to_owned()).await;
    assert!(plain.contains("no encryption"), "{plain}");
    let unknown = refused(full(&theirs)).await;
    assert!(unknown.contains("certificate"), "{unknown}");
}
