//! Parked events: seen, sent again, given up.

use highwater::contract::NackAction;
use serde_json::{Value, json};
use std::time::Duration;

use super::A_WHILE;
use crate::support::{Api, Member, Postgres, Server};

/// What operators do is in the log too, and not meant here.
fn notes() -> Value {
    json!({ "categories": ["note"] })
}

async fn parked(api: &Api, name: &str) -> Vec<Value> {
    let (status, page) = api.read(&format!("/consumers/{name}/parked")).await;
    assert_eq!(status, 200, "{page}");
    page["parked"].as_array().expect("rows").clone()
}

async fn becomes_parked(api: &Api, name: &str, count: usize) -> Vec<Value> {
    for _ in 0..200 {
        let rows = parked(api, name).await;
        if rows.len() == count {
            return rows;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!(
        "{count} events were to be parked: {:?}",
        parked(api, name).await
    );
}

fn ids(rows: &[Value]) -> Vec<u64> {
    rows.iter().filter_map(|row| row["id"].as_u64()).collect()
}

#[tokio::test]
async fn what_fails_too_often_is_parked_and_can_be_sent_again() {
    let server = Server::start();
    let api = server.api();
    api.group(
        "mailer",
        json!({ "mode": "queue", "filter": notes(), "max_attempts": 2 }),
    )
    .await;
    let mut ada = Member::with_credit(&server.address, "mailer", "ada", 99).await;
    api.notes("note-1", 1).await;
    for attempt in 1..=2 {
        let given = ada.event().await;
        assert_eq!(given.attempt, attempt);
        ada.nack(&given, NackAction::Retry, "mailbox unavailable")
            .await;
    }
    let rows = becomes_parked(&api, "mailer", 1).await;
    let row = &rows[0];
    assert_eq!(row["position"], 2);
    assert_eq!(row["key"], "note-1");
    assert_eq!(row["attempts"], 2);
    assert_eq!(row["error"], "mailbox unavailable");
    assert_eq!(row["waiting_behind"], 0);
    assert!(
        row["event_id"].is_string() && row["parked_at"].is_string(),
        "{row}"
    );

    let body = json!({ "reason": "the box is there" });
    let (status, outcome) = api.send("/consumers/mailer/parked/retry", &body).await;
    assert_eq!(status, 200, "{outcome}");
    assert_eq!(
        outcome,
        json!({ "events": 1, "ids": [1], "dry_run": false })
    );
    let again = ada.event().await;
    assert_eq!((again.position(), again.attempt), (2, 1));
    ada.ack(&again).await;
    assert_eq!(parked(&api, "mailer").await.len(), 0);
    let (_, audit) = api.read("/streams/audit-mailer").await;
    assert_eq!(audit["events"][1]["type"], "ParkedRetried");
    assert_eq!(audit["events"][1]["data"]["reason"], "the box is there");
}

#[tokio::test]
async fn one_some_or_all_are_chosen_and_a_dry_run_does_nothing() {
    chosen(&Server::start()).await;
}

#[tokio::test]
async fn one_some_or_all_are_chosen_and_a_dry_run_does_nothing_on_postgres() {
    let database = Postgres::shared().database();
    chosen(&Server::start_on(&database.url())).await;
}

async fn chosen(server: &Server) {
    let api = server.api();
    api.group("mailer", json!({ "mode": "queue", "filter": notes() }))
        .await;
    let mut ada = Member::with_credit(&server.address, "mailer", "ada", 5).await;
    api.notes("note-1", 5).await;
    for given in ada.events(5).await {
        ada.nack(&given, NackAction::Park, "not now").await;
    }
    let rows = becomes_parked(&api, "mailer", 5).await;
    assert_eq!(ids(&rows), [1, 2, 3, 4, 5]);
    let discard = "/consumers/mailer/parked/discard";
    for (body, meant) in [
        (
            json!({ "reason": "x", "dry_run": true }),
            vec![1, 2, 3, 4, 5],
        ),
        (
            json!({ "reason": "x", "dry_run": true, "up_to": 4 }),
            vec![1, 2, 3],
        ),
        (
            json!({ "reason": "x", "dry_run": true, "ids": [2, 9] }),
            vec![2],
        ),
        (
            json!({ "reason": "x", "dry_run": true, "ids": [2, 5], "up_to": 5 }),
            vec![2],
        ),
    ] {
        let (_, outcome) = api.send(discard, &body).await;
        assert_eq!(outcome["ids"], json!(meant), "{body}");
        assert_eq!(outcome["events"], meant.len(), "{body}");
    }
    assert_eq!(parked(&api, "mailer").await.len(), 5);
    api.send(discard, &json!({ "reason": "x", "ids": [2, 3] }))
        .await;
    assert_eq!(ids(&parked(&api, "mailer").await), [1, 4, 5]);
    let (_, page) = api.read("/consumers/mailer/parked?limit=2").await;
    assert_eq!(page["next"], 4);
    let (_, page) = api.read("/consumers/mailer/parked?limit=2&after=4").await;
    assert_eq!(page["next"], Value::Null);

    ada.credit(9).await;
    let retry = "/consumers/mailer/parked/retry";
    api.send(retry, &json!({ "reason": "x", "up_to": 5 })).await;
    let mut again = [ada.event().await.position(), ada.event().await.position()];
    again.sort_unstable();
    assert_eq!(again, [2, 5]);
    assert!(ada.event_within(A_WHILE).await.is_none());
    for (path, body, status) in [
        (retry, json!({ "reason": " " }), 400),
        (retry, json!({}), 400),
        (
            "/consumers/nobody/parked/retry",
            json!({ "reason": "x" }),
            404,
        ),
    ] {
        assert_eq!(api.send(path, &body).await.0, status, "{body}");
    }
}

#[tokio::test]
async fn in_log_mode_later_events_of_the_stream_wait_behind_a_parked_one() {
    let server = Server::start();
    let api = server.api();
    api.group("ledger", json!({ "mode": "log", "filter": notes() }))
        .await;
    let mut ada = Member::with_credit(&server.address, "ledger", "ada", 99).await;
    api.notes("note-1", 1).await;
    let poison = ada.event().await;
    ada.nack(&poison, NackAction::Park, "no such account").await;
    becomes_parked(&api, "ledger", 1).await;
    api.notes("note-1", 3).await;
    api.notes("note-2", 1).await;
    assert_eq!(ada.event().await.event.stream.as_str(), "note-2");
    assert!(ada.event_within(A_WHILE).await.is_none());
    assert_eq!(parked(&api, "ledger").await[0]["waiting_behind"], 3);

    let body = json!({ "reason": "it was opened", "ids": [1] });
    api.send("/consumers/ledger/parked/retry", &body).await;
    let given = ada.events(4).await;
    let versions: Vec<u64> = given.iter().map(|one| one.event.version.0).collect();
    assert_eq!(versions, [1, 2, 3, 4]);
    ada.nack(&given[0], NackAction::Park, "and closed again")
        .await;
    let rows = becomes_parked(&api, "ledger", 1).await;
    assert_eq!(rows[0]["error"], "and closed again");

    let body = json!({ "reason": "never mind" });
    api.send("/consumers/ledger/parked/discard", &body).await;
    let given = ada.events(3).await;
    let versions: Vec<u64> = given.iter().map(|one| one.event.version.0).collect();
    assert_eq!(versions, [2, 3, 4]);
}
