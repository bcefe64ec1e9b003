//! A log goes out as lines and comes back as it was.

use reqwest::Method;
use serde_json::{Value, json};
use std::path::Path;
use uuid::Uuid;

use super::{database, export, export_from, filled, highwater, import, import_into, verify};
use crate::support::{Api, Postgres, Server, answer, place_order};

async fn keyed(api: &Api, key: Uuid, order: &Value) -> Value {
    let sent = api.post("/commands/PlaceOrder");
    let sent = sent.header("idempotency-key", key.to_string()).json(order);
    let (status, receipt) = answer(sent.send().await.unwrap()).await;
    assert_eq!(status, 200, "{receipt}");
    receipt
}

/// All that a log can hold: commands, an append to several streams, payloads of several lines, metadata, audit.
async fn everything(server: &Server, key: Uuid, order: &Value) {
    let api = server.api();
    api.stocked("kettle", 100).await;
    keyed(&api, key, order).await;
    let odd = "{\"appends\":[{\"stream\":\"note-1\",\"expected\":\"any\",\"events\":[{\"type\":\"Taken\",\"data\":{\n \"text\" : \"zwei\\nZeilen, ü\"}}]},\
        {\"stream\":\"note-2\",\"expected\":\"any\",\"events\":[{\"type\":\"Taken\",\"schema_version\":3,\"data\":null,\
        \"metadata\":{\"who\":\"Ada \\\"A\\\"\",\"n\":1.50,\"deep\":{\"b\":[1],\"a\":2}}}]}]}";
    let sent = api.raw(Method::POST, "/api/v1/append");
    let sent = sent.header("content-type", "application/json").body(odd);
    assert_eq!(sent.send().await.unwrap().status(), 201);
    let (status, _) = api
        .send("/consumers/sales/pause", &json!({ "reason": "a look" }))
        .await;
    assert_eq!(status, 200);
    let (status, _) = api
        .send("/consumers/sales/resume", &json!({ "reason": "seen" }))
        .await;
    assert_eq!(status, 200);
    api.settled().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_that_is_imported_exports_the_same() {
    let server = Server::start();
    let key = Uuid::now_v7();
    let order = place_order(Uuid::now_v7(), "kettle", 1, "4242424242424242");
    everything(&server, key, &order).await;
    let first = export(&server.data());
    assert!(first.contains("\"audit-") && first.contains("data_base64"));

    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    import(&data, &first).done();
    assert_eq!(export(&data), first);
    verify(&data);
    // A command that was carried out there is not carried out again here.
    let again = Server::start_in(folder, "127.0.0.1:0", &[]);
    let receipt = keyed(&again.api(), key, &order).await;
    assert_eq!(receipt["duplicate"], true, "{receipt}");
    let (_, there) = server.api().read(&format!("/commands/{key}")).await;
    let (_, here) = again.api().read(&format!("/commands/{key}")).await;
    assert_eq!(there["accepted_at"], here["accepted_at"]);
    assert_eq!(there["position"], here["position"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_goes_on_where_it_was_interrupted() {
    let server = Server::start();
    let order = place_order(Uuid::now_v7(), "kettle", 1, "4242424242424242");
    everything(&server, Uuid::now_v7(), &order).await;
    let whole = export(&server.data());
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    for cut in [1, 3, 5] {
        // A file that ends in the middle of a line.
        let lines: Vec<_> = whole.split_inclusive('\n').collect();
        let half = lines[..cut].concat() + &lines[cut][..40];
        let complaint = import(&data, &half).refused();
        assert!(
            complaint.contains(&format!("line {}: ", cut + 1)),
            "{complaint}"
        );
        assert!(
            complaint.contains(&format!("up to {cut} are in the log")),
            "{complaint}"
        );
        assert_eq!(export(&data), lines[..cut].concat());
    }
    import(&data, &whole).done();
    import(&data, &whole).done();
    assert_eq!(export(&data), whole);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_moves_to_postgres_and_back() {
    let key = Uuid::now_v7();
    let order = place_order(Uuid::now_v7(), "kettle", 1, "4242424242424242");
    let whole = {
        let server = Server::start();
        everything(&server, key, &order).await;
        export(&server.data())
    };
    let postgres = Postgres::shared().database();
    let url = postgres.url();
    // Cut off in the middle of a line, and gone on with.
    let complaint = import_into(&url, &whole[..whole.len() / 2]).refused();
    assert!(complaint.contains("are in the log"), "{complaint}");
    import_into(&url, &whole).done();
    assert_eq!(export_from(&url), whole);
    let folder = tempfile::tempdir().unwrap();
    import(folder.path(), &export_from(&url)).done();
    assert_eq!(export(folder.path()), whole);
    // It is a log to go on with, and to export while it does.
    let server = Server::start_on(&url);
    let receipt = keyed(&server.api(), key, &order).await;
    assert_eq!(receipt["duplicate"], true, "{receipt}");
    server.api().stocked("teapot", 5).await;
    server.api().settled().await;
    let (sound, said) = server.verify();
    assert!(sound, "{said}");
    let more = export_from(&url);
    assert!(
        more.len() > whole.len() && more.starts_with(&whole),
        "{more}"
    );
}

#[test]
fn a_later_export_continues_an_earlier_one() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    filled(&at("data"), 30);
    let whole = export(&at("data"));
    let rest = |file: &Path| {
        let (database, to) = (database(&at("data")), file.display().to_string());
        let args = [
            "export",
            "--database",
            &database,
            "--after",
            "20",
            "--to",
            &to,
        ];
        highwater(&args, "").done();
        std::fs::read_to_string(file).unwrap()
    };
    let rest = rest(&at("rest.ndjson"));
    assert_eq!(rest.lines().count(), 10);
    let complaint = import(&at("copy"), &rest).refused();
    assert!(
        complaint.contains("line 1: it stood at #21") && complaint.contains("goes on at #1"),
        "{complaint}"
    );
    import(&at("copy"), &whole[..whole.len() - rest.len()]).done();
    import(&at("copy"), &rest).done();
    assert_eq!(export(&at("copy")), whole);
}

#[test]
fn another_log_is_not_mistaken_for_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    filled(&at("data"), 5);
    let before = export(&at("data"));
    let changed = before.replacen("\"n\":1", "\"n\":2", 3);
    let complaint = import(&at("data"), &changed).refused();
    assert!(
        complaint.contains("line 1: ") && complaint.contains("another payload"),
        "{complaint}"
    );
    let moved = before.replacen("\"position\":\"2\"", "\"position\":\"1\"", 1);
    let complaint = import(&at("data"), &moved).refused();
    assert!(
        complaint.contains("line 2: ") && complaint.contains("another place"),
        "{complaint}"
    );
    assert_eq!(export(&at("data")), before);
}

#[test]
fn a_filter_exports_what_it_wants() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path(), 10);
    let database = database(folder.path());
    let count = |filter: [&str; 2]| {
        let args = [&["export", "--database", &database], &filter[..]].concat();
        highwater(&args, "").done().lines().count()
    };
    assert_eq!(count(["--type", "MeterRead"]), 10);
    assert_eq!(count(["--type", "MeterBurnt"]), 0);
    assert_eq!(count(["--category", "meter"]), 10);
    assert_eq!(count(["--after", "7"]), 3);
}
