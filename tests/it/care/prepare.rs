//! `highwater prepare`: what a server of a new version would have to fold first is there before it starts.

use rusqlite::Connection;
use std::fs;
use std::path::Path;
use uuid::Uuid;

use super::{Ran, database, highwater};
use crate::support::{Server, place_order};

const GOOD_CARD: &str = "4242424242424242";

#[tokio::test]
async fn what_is_not_there_is_built_beside_a_server_that_runs() {
    let mut server = Server::start();
    let api = server.api();
    api.stocked("kettle", 50).await;
    for _ in 0..5 {
        api.order("kettle", 1, GOOD_CARD).await;
    }
    api.settled().await;
    let views = server.data().join("views");
    // As if the running server had another version of it, in a file of another name.
    let stopped = server.terminate();
    assert!(stopped.success());
    let orders = only(&views, "orders_v");
    fs::rename(&orders, views.join("orders_before.db")).expect("renamed");
    let said = prepare(&server.data()).done();
    assert_eq!(said.matches("there already").count(), 3, "{said}");
    assert_eq!(said.matches("built up to #").count(), 1, "{said}");
    assert_eq!(rows(&orders), rows(&views.join("orders_before.db")));
    let said = prepare(&server.data()).done();
    assert_eq!(said.matches("there already").count(), 4, "{said}");
    server.restart();
    let id = Uuid::now_v7();
    api.command("PlaceOrder", place_order(id, "kettle", 1, GOOD_CARD))
        .await;
    api.order_becomes(id, "confirmed").await;
    server.terminate();
    let (sound, said) = server.verify();
    assert!(sound, "{said}");
}

#[tokio::test]
async fn what_was_left_half_done_is_gone_on_with() {
    let mut server = Server::start();
    let api = server.api();
    api.stocked("kettle", 50).await;
    for _ in 0..5 {
        api.order("kettle", 1, GOOD_CARD).await;
    }
    api.settled().await;
    server.terminate();
    let views = server.data().join("views");
    let orders = only(&views, "orders_v");
    // An unfinished one that is further than it could be from the beginning: its rows are kept.
    let unfinished = orders.with_extension("unfinished.db");
    fs::rename(&orders, &unfinished).expect("renamed");
    let before = rows(&unfinished);
    prepare(&server.data()).done();
    assert!(!unfinished.exists());
    assert_eq!(rows(&orders), before);
}

#[test]
fn without_a_log_there_is_nothing_to_prepare() {
    let folder = tempfile::tempdir().expect("a folder");
    let said = prepare(folder.path()).refused();
    assert!(said.contains("there is no log in"), "{said}");
    assert!(!folder.path().join("views").exists());
}

fn prepare(data: &Path) -> Ran {
    highwater(&["prepare", "--database", &database(data)], "")
}

/// The one database file whose name begins so.
fn only(views: &Path, name: &str) -> std::path::PathBuf {
    let files = fs::read_dir(views).expect("a folder");
    let mut files = files.filter_map(|file| {
        let path = file.ok()?.path();
        let fits = path.file_name()?.to_str()?.starts_with(name) && path.extension()? == "db";
        fits.then_some(path)
    });
    let file = files.next().expect("a file");
    assert!(files.next().is_none());
    file
}

/// The history entries, which are as many as events that name an order.
fn rows(file: &Path) -> i64 {
    let database = Connection::open(file).expect("a database");
    let count = database.query_row("SELECT count(*) FROM order_history", [], |row| row.get(0));
    count.expect("a count")
}
