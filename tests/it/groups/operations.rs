//! What operators see of groups, and do to them as to every consumer.

use highwater::contract::NackAction;
use serde_json::{Value, json};
use std::time::Duration;

use super::A_WHILE;
use crate::support::{Api, Given, Member, Postgres, Server};

async fn row(api: &Api) -> Value {
    let (status, row) = api.read("/consumers/mailer").await;
    assert_eq!(status, 200, "{row}");
    row
}

async fn row_with(api: &Api, field: &str, wanted: Value) -> Value {
    for _ in 0..500 {
        let row = row(api).await;
        if row[field] == wanted {
            return row;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{field} is not {wanted}: {}", row(api).await);
}

fn notes(mode: &str) -> Value {
    json!({ "mode": mode, "from": "start", "filter": { "categories": ["note"] } })
}

#[tokio::test]
async fn a_group_is_a_consumer_like_all_others() {
    for mode in ["queue", "log"] {
        let server = Server::start();
        let api = server.api();
        api.group("mailer", notes(mode)).await;
        api.stocked("kettle", 3).await;
        api.notes("note-1", 4).await;
        let offline = row(&api).await;
        assert_eq!(offline["kind"], "group");
        assert_eq!(offline["state"], "offline");
        assert_eq!(offline["lag_events"], 4, "only what it wants");

        let mut ada = Member::with_credit(&server.address, "mailer", "ada", 9).await;
        let given = ada.events(4).await;
        let online = row_with(&api, "owner", json!("ada")).await;
        assert_ne!(online["state"], "offline");
        assert_eq!(online["lag_events"], 4, "nothing is acknowledged");
        ada.ack(&given[0]).await;
        row_with(&api, "lag_events", json!(3)).await;
        for one in &given[1..] {
            ada.ack(one).await;
        }
        let done = row_with(&api, "lag_events", json!(0)).await;
        assert_eq!(done["state"], "ok");
        drop(ada);
        row_with(&api, "state", json!("offline")).await;
    }
}

#[tokio::test]
async fn a_paused_group_is_given_nothing_until_it_is_resumed() {
    for mode in ["queue", "log", "topic"] {
        let server = Server::start();
        let api = server.api();
        api.group("mailer", notes(mode)).await;
        let mut ada = Member::with_credit(&server.address, "mailer", "ada", 9).await;
        let reason = json!({ "reason": "the mail server moves" });
        let (status, _) = api.send("/consumers/mailer/pause", &reason).await;
        assert_eq!(status, 200);
        tokio::time::sleep(A_WHILE).await;
        api.notes("note-1", 2).await;
        assert!(ada.event_within(A_WHILE).await.is_none(), "{mode}");
        assert_eq!(row(&api).await["state"], "paused");
        api.send("/consumers/mailer/resume", &reason).await;
        assert_eq!(ada.events(2).await.len(), 2, "{mode}");
    }
}

#[tokio::test]
async fn a_group_that_is_reset_gets_the_events_again() {
    for mode in ["queue", "log"] {
        let mut server = Server::start();
        let api = server.api();
        api.group("mailer", notes(mode)).await;
        let mut ada = Member::with_credit(&server.address, "mailer", "ada", 99).await;
        api.notes("note-1", 4).await;
        for given in ada.events(4).await {
            ada.ack(&given).await;
        }
        row_with(&api, "lag_events", json!(0)).await;
        let body = json!({ "to": 3, "reason": "two mails were lost" });
        let (status, operation) = api.send("/consumers/mailer/reset", &body).await;
        assert!((200..300).contains(&status), "{operation}");
        let again = ada.events(2).await;
        let positions: Vec<u64> = again.iter().map(Given::position).collect();
        assert_eq!(positions, [4, 5], "{mode}");
        for given in &again {
            ada.ack(given).await;
        }
        row_with(&api, "lag_events", json!(0)).await;
        let path = format!("/operations/{}", operation["id"].as_str().expect("an id"));
        for _ in 0..200 {
            let (_, operation) = api.read(&path).await;
            if operation["state"] == "done" {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(api.read(&path).await.1["state"], "done");
        // It is carried out once.
        server.kill_9();
        server.restart();
        let mut ada = Member::with_credit(&server.address, "mailer", "ada", 99).await;
        assert!(ada.event_within(A_WHILE).await.is_none(), "{mode}");
    }
}

#[tokio::test]
async fn a_reset_that_is_cancelled_leaves_the_group_as_it_found_it() {
    for mode in ["queue", "log"] {
        cancelled(Server::start(), mode).await;
    }
}

#[tokio::test]
async fn a_reset_that_is_cancelled_leaves_the_group_as_it_found_it_on_postgres() {
    let database = Postgres::shared().database();
    cancelled(Server::start_on(&database.url()), "log").await;
}

async fn cancelled(mut server: Server, mode: &str) {
    let api = server.api();
    api.group("mailer", notes(mode)).await;
    let mut ada = Member::with_credit(&server.address, "mailer", "ada", 99).await;
    for stream in ["note-1", "note-2", "note-3", "note-4"] {
        api.notes(stream, 1).await;
    }
    let given = ada.events(4).await;
    ada.nack(&given[0], NackAction::Park, "no such box").await;
    for one in &given[1..] {
        ada.ack(one).await;
    }
    row_with(&api, "lag_events", json!(0)).await;
    let before = row_with(&api, "parked", json!(1)).await;

    let body = json!({ "to": "start", "reason": "mails were lost" });
    let (status, operation) = api.send("/consumers/mailer/reset", &body).await;
    assert!((200..300).contains(&status), "{operation}");
    let again = ada.events(4).await;
    assert_eq!(again[0].position(), given[0].position(), "{mode}");
    ada.ack(&again[0]).await;
    ada.nack(&again[1], NackAction::Park, "nor this one").await;
    row_with(&api, "parked", json!(1)).await;
    row_with(&api, "lag_events", json!(2)).await;

    let id = operation["id"].as_str().expect("an id");
    let body = json!({ "reason": "they were not lost" });
    let (status, operation) = api.send(&format!("/operations/{id}/cancel"), &body).await;
    assert_eq!((status, &operation["state"]), (200, &json!("cancelled")));
    assert_eq!(operation["end_reason"], "they were not lost");
    row_with(&api, "lag_events", json!(0)).await;
    let after = row_with(&api, "parked", json!(1)).await;
    assert!(after["position"].as_u64() >= before["position"].as_u64());
    still_stands(&api, &mut ada, &given[0]).await;
    let (_, audit) = api.read("/streams/audit-mailer").await;
    let last = audit["events"].as_array().and_then(|acts| acts.last());
    let last = last.expect("an act");
    assert_eq!(last["type"], "ConsumerOperationEnded");
    assert_eq!(last["data"]["by"], "local admin");

    // It is taken back once, and for good.
    server.kill_9();
    server.restart();
    let mut ada = Member::with_credit(&server.address, "mailer", "ada", 99).await;
    still_stands(&api, &mut ada, &given[0]).await;
    api.notes("note-5", 1).await;
    assert_eq!(ada.event().await.event.stream.as_str(), "note-5");
}

/// What was parked before is parked, and nothing comes that was handled.
async fn still_stands(api: &Api, ada: &mut Member, poison: &Given) {
    let (_, page) = api.read("/consumers/mailer/parked").await;
    assert_eq!(page["parked"][0]["position"], poison.position(), "{page}");
    assert_eq!(page["parked"][0]["error"], "no such box");
    assert!(ada.event_within(A_WHILE).await.is_none());
}

/// Commands that the heat map of the group has as waiting, and as finished; `None` where it has no map.
async fn heat(api: &Api) -> Option<(u64, u64)> {
    let path = "/api/fn/view/heat?name=mailer";
    let response = api.raw(reqwest::Method::GET, path).send().await;
    let map: Value = response.expect("an answer").json().await.expect("json");
    let columns = map["columns"].as_array()?;
    let waiting = columns
        .iter()
        .filter_map(|column| column["waiting"].as_u64());
    let cells = columns
        .iter()
        .filter_map(|column| column["applied"].as_array());
    let finished = cells.flatten().filter_map(|cell| cell[1].as_u64());
    Some((waiting.sum(), finished.sum()))
}

async fn heat_becomes(api: &Api, wanted: Option<(u64, u64)>) {
    for _ in 0..200 {
        if heat(api).await == wanted {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(heat(api).await, wanted);
}

#[tokio::test]
async fn a_group_that_keeps_its_place_is_in_the_heat_map() {
    for mode in ["queue", "log"] {
        let server = Server::start();
        let api = server.api();
        let products = json!({ "mode": mode, "filter": { "categories": ["product"] } });
        api.group("mailer", products).await;
        heat_becomes(&api, Some((0, 0))).await;
        // Two commands, of which each commits one event.
        api.stocked("kettle", 3).await;
        heat_becomes(&api, Some((2, 0))).await;
        let mut ada = Member::with_credit(&server.address, "mailer", "ada", 9).await;
        for given in ada.events(2).await {
            ada.ack(&given).await;
        }
        heat_becomes(&api, Some((0, 2))).await;
        api.delete("/consumers/mailer").await;
        heat_becomes(&api, None).await;
    }
}

#[tokio::test]
async fn a_topic_is_not_in_the_heat_map() {
    let server = Server::start();
    let api = server.api();
    api.group("mailer", notes("topic")).await;
    tokio::time::sleep(A_WHILE).await;
    assert_eq!(heat(&api).await, None);
}

#[tokio::test]
async fn a_changed_filter_holds_for_what_comes() {
    let server = Server::start();
    let api = server.api();
    api.group("mailer", notes("queue")).await;
    let mut ada = Member::with_credit(&server.address, "mailer", "ada", 99).await;
    api.notes("note-1", 1).await;
    let given = ada.event().await;
    let other = json!({ "mode": "queue", "filter": { "categories": ["memo"] } });
    let (status, group) = api.put("/consumers/mailer", &other).await;
    assert_eq!(status, 200, "{group}");
    api.notes("note-1", 1).await;
    api.notes("memo-1", 1).await;
    assert_eq!(ada.event().await.event.stream.as_str(), "memo-1");
    ada.ack(&given).await;
    assert!(ada.event_within(A_WHILE).await.is_none());
    // Still the same connection, and an operator's hand still reaches the group.
    let reason = json!({ "reason": "the mail server moves" });
    api.send("/consumers/mailer/pause", &reason).await;
    assert_eq!(row(&api).await["state"], "paused");
    assert_eq!(row(&api).await["owner"], "ada");
}
