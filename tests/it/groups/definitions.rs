//! Groups are made, changed and removed.

use serde_json::json;

use super::A_WHILE;
use crate::support::{Member, Server};

#[tokio::test]
async fn a_group_is_made_once_and_then_changed() {
    let server = Server::start();
    let api = server.api();
    api.notes("note-1", 3).await;
    let body = json!({ "mode": "queue", "from": "start", "max_in_flight": 2 });
    let (status, group) = api.put("/consumers/mailer", &body).await;
    assert_eq!(status, 201, "{group}");
    let wanted = json!({
        "name": "mailer",
        "mode": "queue",
        "from": 0,
        "filter": {},
        "ack_timeout_ms": 30_000,
        "max_in_flight": 2,
        "max_attempts": 5,
    });
    assert_eq!(group, wanted);
    let body = json!({ "mode": "queue", "from": "end", "ack_timeout_ms": 500 });
    let (status, group) = api.put("/consumers/mailer", &body).await;
    assert_eq!(status, 200, "{group}");
    assert_eq!(group["ack_timeout_ms"], 500);
    assert_eq!(group["from"], 0, "it stays where it is");
    let mut member = Member::with_credit(&server.address, "mailer", "ada", 9).await;
    assert_eq!(member.events(3).await[0].position(), 1);

    let (_, audit) = api.read("/streams/audit-mailer").await;
    assert_eq!(audit["events"][1]["type"], "GroupDefined");
    assert_eq!(audit["events"][1]["data"]["by"], "local admin");
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_and_changes_nothing() {
    let server = Server::start();
    let api = server.api();
    for (name, body, status, named) in [
        ("mailer", json!({}), 400, "mode"),
        ("mailer", json!({ "mode": "stack" }), 400, "stack"),
        (
            "mailer",
            json!({ "mode": "queue", "from": "middle" }),
            400,
            "middle",
        ),
        ("mailer", json!({ "mode": "queue", "from": 1 }), 400, "from"),
        (
            "mailer",
            json!({ "mode": "queue", "from": -1 }),
            400,
            "from",
        ),
        (
            "mailer",
            json!({ "mode": "queue", "max_attempts": 0 }),
            400,
            "max_attempts",
        ),
        (
            "mailer",
            json!({ "mode": "queue", "ack_timeout_ms": 1 }),
            400,
            "ack_timeout_ms",
        ),
        (
            "mailer",
            json!({ "mode": "queue", "max_in_flight": 0 }),
            400,
            "max_in_flight",
        ),
        (
            "mailer",
            json!({ "mode": "queue", "colour": "red" }),
            400,
            "colour",
        ),
        (
            "mailer",
            json!({ "mode": "queue", "filter": { "kinds": [] } }),
            400,
            "kinds",
        ),
        (
            "mailer",
            json!({ "mode": "queue", "filter": { "types": [""] } }),
            400,
            "types",
        ),
        ("a%20b", json!({ "mode": "queue" }), 400, "a b"),
        ("orders", json!({ "mode": "queue" }), 409, "orders"),
    ] {
        let (answered, problem) = api.put(&format!("/consumers/{name}"), &body).await;
        assert_eq!(answered, status, "{body}: {problem}");
        let detail = problem["detail"].as_str().expect("a detail");
        assert!(detail.contains(named), "{body}: {detail}");
    }
    for (name, status) in [("orders", 409), ("nobody", 404)] {
        let (answered, problem) = api.delete(&format!("/consumers/{name}")).await;
        assert_eq!(answered, status, "{problem}");
    }
    let (_, head) = api.read("/head").await;
    assert_eq!(head["position"], 0, "nothing was written");
}

#[tokio::test]
async fn a_mode_is_for_ever() {
    let server = Server::start();
    let api = server.api();
    api.group("mailer", json!({ "mode": "queue" })).await;
    let (status, problem) = api
        .put("/consumers/mailer", &json!({ "mode": "log" }))
        .await;
    assert_eq!(status, 409, "{problem}");
    assert_eq!(problem["type"], "/problems/consumer-fixed");
}

#[tokio::test]
async fn a_group_that_is_removed_tells_its_members_and_begins_anew_under_its_name() {
    let server = Server::start();
    let api = server.api();
    api.notes("note-1", 2).await;
    api.group("mailer", json!({ "mode": "queue", "from": "start" }))
        .await;
    let mut member = Member::with_credit(&server.address, "mailer", "ada", 9).await;
    for given in member.events(2).await {
        member.ack(&given).await;
    }
    let (status, _) = api.delete("/consumers/mailer").await;
    assert_eq!(status, 204);
    assert_eq!(member.problem().await.problem_type, "/problems/not-found");
    let gone = Member::connect(&server.address, "mailer", "ada").await;
    assert!(gone.is_err());

    api.group("mailer", json!({ "mode": "log", "from": 1 }))
        .await;
    let mut member = Member::with_credit(&server.address, "mailer", "ada", 1).await;
    assert_eq!(member.event().await.position(), 2);
}

#[tokio::test]
async fn only_what_is_wanted_comes() {
    let server = Server::start();
    let api = server.api();
    let filter = json!({ "types": ["StockReceived", "NoteTaken"], "categories": ["product"] });
    api.group("keeper", json!({ "mode": "queue", "filter": filter }))
        .await;
    let mut member = Member::with_credit(&server.address, "keeper", "ada", 9).await;
    api.stocked("kettle", 3).await;
    api.notes("note-1", 1).await;
    let given = member.event().await;
    assert_eq!(given.event.event_type, "StockReceived");
    assert!(member.event_within(A_WHILE).await.is_none());
}
