//! Events that the server's own consumers cannot handle: stopped at, set aside by hand and by policy, tried again.

use serde_json::{Value, json};
use std::time::{Duration, Instant};
use uuid::Uuid;

use crate::support::{Api, PATIENCE, Server, append_of_the_future, append_past_checks};

const CARD: &str = "4242424242424242";

async fn row(api: &Api, name: &str) -> Value {
    let (status, row) = api.read(&format!("/consumers/{name}")).await;
    assert_eq!(status, 200, "{row}");
    row
}

/// Waits until something holds of a consumer's row.
async fn becomes(api: &Api, name: &str, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
    let start = Instant::now();
    loop {
        let row = row(api, name).await;
        if holds(&row) {
            return row;
        }
        assert!(start.elapsed() < PATIENCE, "{name} is not {what}: {row}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn parked(api: &Api, name: &str) -> Vec<Value> {
    let (status, page) = api.read(&format!("/consumers/{name}/parked")).await;
    assert_eq!(status, 200, "{page}");
    page["parked"].as_array().expect("rows").clone()
}

async fn status_of(api: &Api, order: Uuid) -> Value {
    api.read(&format!("/orders/{order}")).await.1["status"].clone()
}

async fn ended(api: &Api, operation: &Value) -> Value {
    let id = operation["id"].as_str().expect("an id");
    let start = Instant::now();
    loop {
        let (_, operation) = api.read(&format!("/operations/{id}")).await;
        if operation["state"] != "running" {
            return operation;
        }
        assert!(start.elapsed() < PATIENCE, "{operation}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn problem(answer: &(u16, Value)) -> (u16, &str) {
    (answer.0, answer.1["type"].as_str().unwrap_or_default())
}

/// An order that is confirmed, an event of it that only a later program knows, and one after that.
async fn poisoned(server: &mut Server) -> (Uuid, u64) {
    let api = server.api();
    api.stocked("kettle", 100).await;
    let (order, _) = api.order("kettle", 1, CARD).await;
    api.order_becomes(order, "confirmed").await;
    api.settled().await;
    server.terminate();
    let stream = format!("order-{order}");
    let of = json!({ "order_id": order });
    let poison = append_of_the_future(&server.data(), &stream, "OrderConfirmed", of.clone()).await;
    append_past_checks(&server.data(), &stream, "OrderShipped", 1, of).await;
    (order, poison)
}

#[tokio::test]
async fn an_event_is_parked_by_hand_and_the_consumer_goes_on() {
    let mut server = Server::start();
    let (order, poison) = poisoned(&mut server).await;
    server.restart();
    let api = server.api();
    let faulted = becomes(&api, "orders", "faulted", |row| row["state"] == "faulted").await;
    assert_eq!(faulted["failing_at"], poison);
    assert_eq!(
        faulted["position"],
        poison - 1,
        "what lies before is handled"
    );
    assert_eq!(
        (&faulted["attempt"], &faulted["on_poison"]),
        (&json!(8), &json!("pause"))
    );
    assert_eq!(faulted["other_types"], "passed_over");

    let reason = "the other orders must go on";
    let look = json!({ "reason": reason, "dry_run": true });
    let (status, plan) = api.send("/consumers/orders/park", &look).await;
    assert_eq!(status, 200, "{plan}");
    assert_eq!(plan["position"], poison);
    assert_eq!(plan["key"], format!("order-{order}"));
    assert_eq!(plan["event_type"], "OrderConfirmed");
    assert_eq!(
        (&plan["attempts"], &plan["waiting_behind"]),
        (&json!(8), &json!(1))
    );
    assert!(
        plan["error"]
            .as_str()
            .is_some_and(|said| said.contains("version 2")),
        "{plan}"
    );
    for (consumer, body, expected) in [
        (
            "orders",
            json!({ "reason": reason, "position": poison + 1 }),
            (409, "/problems/not-faulted"),
        ),
        (
            "orders",
            json!({ "reason": " " }),
            (400, "/problems/bad-request"),
        ),
        (
            "orders",
            json!({ "reason": reason, "key": "x" }),
            (400, "/problems/bad-request"),
        ),
        (
            "stock",
            json!({ "reason": reason }),
            (409, "/problems/not-faulted"),
        ),
        (
            "nobody",
            json!({ "reason": reason }),
            (404, "/problems/not-found"),
        ),
    ] {
        let answer = api
            .send(&format!("/consumers/{consumer}/park"), &body)
            .await;
        assert_eq!(problem(&answer), expected, "{answer:?}");
    }
    assert_eq!(
        parked(&api, "orders").await.len(),
        0,
        "a dry run does nothing"
    );

    let act = json!({ "reason": reason, "position": poison });
    let (status, done) = api.send("/consumers/orders/park", &act).await;
    assert_eq!((status, &done["dry_run"]), (200, &json!(false)), "{done}");
    // Killed at whatever moment: the act is in the log, and is carried out once.
    server.kill_9();
    server.restart();
    let api = server.api();
    let went_on = |row: &Value| row["parked"] == 1 && row["lag_events"] == 0;
    let going = becomes(&api, "orders", "going on", went_on).await;
    assert!(going["failing_at"].is_null(), "{going}");
    assert_eq!(
        status_of(&api, order).await,
        "confirmed",
        "as it was before the event"
    );
    let (other, _) = api.order("kettle", 1, CARD).await;
    api.order_becomes(other, "confirmed").await;

    let rows = parked(&api, "orders").await;
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (&rows[0]["position"], &rows[0]["waiting_behind"]),
        (&json!(poison), &json!(1))
    );
    let (_, audit) = api.read("/streams/audit-orders").await;
    let written = &audit["events"][0];
    assert_eq!(
        (&written["type"], &written["data"]["reason"]),
        (&json!("ConsumerEventParked"), &json!(reason))
    );
    assert_eq!(audit["events"].as_array().map(Vec::len), Some(1), "{audit}");

    server.kill_9();
    server.restart();
    let api = server.api();
    becomes(&api, "orders", "as before", went_on).await;
    assert_eq!(parked(&api, "orders").await, rows);
    server.terminate();
    let (sound, said) = server.verify();
    assert!(!sound, "{said}");
    assert!(
        said.contains(&format!("PARKED: event #{poison} of order-{order}")),
        "{said}"
    );
    assert!(said.contains("equal in all that is not parked"), "{said}");
}

#[tokio::test]
async fn by_policy_it_is_parked_and_a_read_model_tries_it_again_only_in_a_rebuild() {
    let mut server = Server::start();
    let (order, poison) = poisoned(&mut server).await;
    server.restart_with(&["--park", "orders,search"]);
    let api = server.api();
    for name in ["orders", "search"] {
        let row = becomes(&api, name, "parked", |row| {
            row["parked"] == 1 && row["lag_events"] == 0
        })
        .await;
        assert_eq!(row["on_poison"], "park");
    }
    assert_eq!(row(&api, "sales").await["on_poison"], "pause");
    // It is told without looking.
    let start = Instant::now();
    loop {
        let ready = api
            .raw(reqwest::Method::GET, "/readyz")
            .send()
            .await
            .expect("an answer");
        let (_, ready) = crate::support::answer(ready).await;
        let alerts = ready["alerts"].as_array().expect("alerts");
        if alerts
            .iter()
            .any(|alert| alert["rule"] == "parked" && alert["consumer"] == "orders")
        {
            break;
        }
        assert!(start.elapsed() < PATIENCE, "{ready}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }

    let refused = (409, "/problems/parked-refused");
    for (path, body) in [
        ("discard", json!({ "reason": "x" })),
        ("discard", json!({ "reason": "x", "dry_run": true })),
        ("retry", json!({ "reason": "x", "ids": [1] })),
        ("retry", json!({ "reason": "x", "up_to": poison })),
    ] {
        let answer = api
            .send(&format!("/consumers/orders/parked/{path}"), &body)
            .await;
        assert_eq!(problem(&answer), refused, "{answer:?}");
    }
    let retry = "/consumers/orders/parked/retry";
    let (_, plan) = api
        .send(retry, &json!({ "reason": "x", "dry_run": true }))
        .await;
    assert_eq!(plan, json!({ "events": 1, "ids": [1], "dry_run": true }));
    let (status, done) = api.send(retry, &json!({ "reason": "a try" })).await;
    assert_eq!(status, 200, "{done}");
    let operation = ended(&api, &done["operation"]).await;
    assert_eq!(
        (&operation["kind"], &operation["state"]),
        (&json!("rebuild"), &json!("done")),
        "{operation}"
    );
    assert_eq!(
        operation["compared"]["differences"],
        json!([]),
        "{operation}"
    );
    // This program still cannot read it.
    becomes(&api, "orders", "rebuilt", |row| {
        row["previous_kept"] == true && row["parked"] == 1
    })
    .await;
    assert_eq!(status_of(&api, order).await, "confirmed");
    let (_, nothing) = api
        .send("/consumers/stock/parked/retry", &json!({ "reason": "x" }))
        .await;
    assert_eq!(nothing, json!({ "events": 0, "ids": [], "dry_run": false }));

    // A reset forgets it and meets it again.
    let (status, reset) = api
        .send(
            "/consumers/orders/reset",
            &json!({ "to": "start", "reason": "anew" }),
        )
        .await;
    assert_eq!(status, 202, "{reset}");
    assert_eq!(ended(&api, &reset).await["state"], "done");
    becomes(&api, "orders", "parked again", |row| {
        row["parked"] == 1 && row["lag_events"] == 0
    })
    .await;
}

#[test]
fn a_consumer_that_is_not_there_cannot_be_told_to_park() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = format!("sqlite:{}", folder.path().display());
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_highwater"))
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--database",
            &database,
            "--park",
            "orders,oders",
        ])
        .output()
        .expect("it ran");
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("--park oders") && said.contains("fulfilment"),
        "{said}"
    );
}

/// One order that the process cannot carry on does not hold up the others, also over the server's death.
#[tokio::test]
async fn the_process_sets_one_order_aside_and_carries_on_the_others() {
    let mut server = Server::start();
    let api = server.api();
    api.stocked("kettle", 100).await;
    let held = json!({ "reason": "to see" });
    api.send("/consumers/fulfilment/pause", &held).await;
    let (unlucky, _) = api.order("kettle", 1, CARD).await;
    server.terminate();
    // The order's own stream cannot be read any more, so that no command on it can be carried out.
    let of = json!({ "order_id": unlucky });
    let stream = format!("order-{unlucky}");
    append_of_the_future(&server.data(), &stream, "OrderConfirmed", of).await;
    server.restart_with(&["--park", "fulfilment,orders,search"]);
    let api = server.api();
    api.send("/consumers/fulfilment/resume", &held).await;
    let parked_one = |row: &Value| row["parked"] == 1 && row["lag_events"] == 0;
    becomes(&api, "fulfilment", "going on", parked_one).await;
    let (lucky, _) = api.order("kettle", 1, CARD).await;
    becomes(&api, "orders", "going on", parked_one).await;
    api.order_becomes(lucky, "confirmed").await;
    let rows = parked(&api, "fulfilment").await;
    assert_eq!(rows[0]["key"], unlucky.to_string());
    let said = rows[0]["error"].as_str().expect("an error");
    assert!(
        said.contains("MarkOrderReserved could not be sent"),
        "{said}"
    );

    server.kill_9();
    server.restart();
    let api = server.api();
    becomes(&api, "fulfilment", "as before", parked_one).await;
    assert_eq!(parked(&api, "fulfilment").await, rows);
    let id = rows[0]["id"].as_u64().expect("an id");
    let retry = json!({ "reason": "a try", "ids": [id] });
    let (status, outcome) = api.send("/consumers/fulfilment/parked/retry", &retry).await;
    assert_eq!((status, &outcome["ids"]), (200, &json!([id])), "{outcome}");
    let start = Instant::now();
    while parked(&api, "fulfilment").await[0]["attempts"] != 9 {
        assert!(start.elapsed() < PATIENCE);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // Killed between the act and what it does: it is done once.
    let discard = json!({ "reason": "the order is refunded by hand" });
    let (status, _) = api
        .send("/consumers/fulfilment/parked/discard", &discard)
        .await;
    assert_eq!(status, 200);
    server.kill_9();
    server.restart();
    let api = server.api();
    becomes(&api, "fulfilment", "done with it", |row| row["parked"] == 0).await;
    let (_, audit) = api.read("/streams/audit-fulfilment").await;
    let acts = audit["events"].as_array().expect("acts");
    let types: Vec<&str> = acts.iter().filter_map(|act| act["type"].as_str()).collect();
    assert_eq!(types[2..], ["ParkedRetried", "ParkedDiscarded"]);
    let (later, _) = api.order("kettle", 1, CARD).await;
    api.order_becomes(later, "confirmed").await;
}
