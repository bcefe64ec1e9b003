//! `highwater tidy`: what no server of this version would use is listed, and deleted when that is wanted.

use std::fs;
use std::path::Path;

use super::{Ran, database, filled, highwater, names};
use crate::support::Server;

fn tidy(data: &Path, more: &[&str]) -> Ran {
    let database = database(data);
    highwater(&[&["tidy", "--database", &database], more].concat(), "")
}

/// Files that nobody needs.
const LEFT: [&str; 8] = [
    "customers_v1.db",
    "orders_v1.b7.db",
    "orders_v1.c40.db",
    "orders_v1.db",
    "orders_v1.db-wal",
    "orders_v1.json",
    "orders_v2.copying.db",
    "orders_v2.unfinished.db",
];

/// Files that are needed, or nobody's here.
const KEPT: [&str; 6] = [
    "notes.txt",
    "orders_before.db",
    // A rebuild may be under way in it.
    "orders_v2.b900.db",
    "orders_v2.c9.db",
    "stock_v2.c12.db",
    "stock_v2.db-shm",
];

#[tokio::test]
async fn what_is_left_over_is_listed_and_deleted_when_that_is_wanted() {
    let mut server = Server::start();
    let api = server.api();
    api.stocked("kettle", 10).await;
    api.settled().await;
    let data = server.data();
    let views = data.join("views");
    let refused = tidy(&data, &["--delete"]).refused();
    assert!(refused.contains("highwater serve on"), "{refused}");
    assert!(server.terminate().success());
    let used = names(&views);
    for name in LEFT.iter().chain(&KEPT) {
        fs::write(views.join(name), [0; 3_000]).expect("written");
    }
    fs::write(views.join("stock_v2.c11.db"), "older").expect("written");
    let said = tidy(&data, &[]).done();
    for name in LEFT {
        assert!(
            said.contains(&format!("views/{name}: 2.9 KiB, ")),
            "{name}: {said}"
        );
    }
    assert!(
        said.contains("version 1 of orders; this program has version 2"),
        "{said}"
    );
    assert!(said.contains("no read model customers"), "{said}");
    assert!(
        said.contains("9 files, 23.4 KiB; `--delete` deletes them."),
        "{said}"
    );
    assert_eq!(
        names(&views).len(),
        used.len() + LEFT.len() + KEPT.len() + 1
    );

    let said = tidy(&data, &["--delete"]).done();
    assert!(said.contains("Deleted 9 files, 23.4 KiB."), "{said}");
    let mut left: Vec<String> = used.into_iter().chain(KEPT.map(str::to_owned)).collect();
    left.sort();
    left.dedup();
    assert_eq!(names(&views), left);
    let said = tidy(&data, &[]).done();
    assert!(said.contains("There is nothing to tidy."), "{said}");
}

#[test]
fn without_a_log_or_read_models_there_is_nothing_to_tidy() {
    let folder = tempfile::tempdir().expect("a folder");
    let said = tidy(folder.path(), &[]).refused();
    assert!(said.contains("there is no log in"), "{said}");
    let data = folder.path().join("data");
    filled(&data, 3);
    let said = tidy(&data, &["--delete"]).done();
    assert_eq!(said, "There is nothing to tidy.\n");
}
