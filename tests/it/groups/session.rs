//! The connection itself: what is refused before it, and what is refused over it.

use serde_json::json;
use tokio_tungstenite::tungstenite::Error;

use crate::support::{Member, Server};

async fn refusal(address: &str, consumer: &str, member: &str) -> u16 {
    match Member::connect(address, consumer, member).await {
        Err(Error::Http(response)) => response.status().as_u16(),
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("connected"),
    }
}

#[tokio::test]
async fn whoever_cannot_be_a_member_is_told_before_the_upgrade() {
    let server = Server::start();
    let api = server.api();
    api.group("mailer", json!({ "mode": "queue" })).await;
    assert_eq!(refusal(&server.address, "nobody", "ada").await, 404);
    assert_eq!(refusal(&server.address, "orders", "ada").await, 404);
    assert_eq!(refusal(&server.address, "mailer", "").await, 400);
    assert_eq!(refusal(&server.address, "mailer", "a%20b").await, 400);
    let (status, problem) = api.read("/consumers/mailer/connect?member=ada").await;
    assert_eq!(status, 400);
    assert_eq!(problem["type"], "/problems/bad-request");
    let (status, problem) = api.read("/consumers/mailer/connect").await;
    assert_eq!(status, 400);
    assert!(
        problem["detail"]
            .as_str()
            .expect("a detail")
            .contains("member")
    );
}

#[tokio::test]
async fn frames_that_cannot_be_taken_are_answered_and_the_connection_goes_on() {
    let server = Server::start();
    let api = server.api();
    api.group("mailer", json!({ "mode": "queue" })).await;
    let (mut ada, _) = Member::join(&server.address, "mailer", "ada").await;
    for (bad, kind) in [
        ("", "invalid-frame"),
        ("{", "invalid-frame"),
        ("[]", "invalid-frame"),
        ("7", "invalid-frame"),
        (r#"{"type":"tea"}"#, "invalid-frame"),
        (r#"{"type":"credit"}"#, "invalid-frame"),
        (r#"{"type":"credit","n":-1}"#, "invalid-frame"),
        (r#"{"type":"credit","n":1.5}"#, "invalid-frame"),
        (r#"{"type":"credit","n":1,"m":2}"#, "invalid-frame"),
        (r#"{"type":"ack","delivery":"1"}"#, "invalid-frame"),
        (
            r#"{"type":"nack","delivery":1,"action":"drop"}"#,
            "invalid-frame",
        ),
        (r#"{"type":"commit","position":1}"#, "invalid-frame"),
        (r#"{"type":"ack","delivery":77}"#, "unknown-delivery"),
        (
            r#"{"type":"nack","delivery":77,"action":"skip"}"#,
            "unknown-delivery",
        ),
    ] {
        ada.say_text(bad).await;
        let problem = ada.problem().await;
        assert_eq!(problem.problem_type, format!("/problems/{kind}"), "{bad}");
    }
    ada.credit(1).await;
    api.notes("note-1", 1).await;
    let given = ada.event().await;
    ada.ack(&given).await;
    ada.ack(&given).await;
    let problem = ada.problem().await;
    assert_eq!(problem.problem_type, "/problems/unknown-delivery");
    assert_eq!(problem.fields["delivery"], given.delivery);
}

#[tokio::test]
async fn a_member_that_hears_nothing_hears_a_heartbeat() {
    let server = Server::start();
    let api = server.api();
    api.group("mailer", json!({ "mode": "queue" })).await;
    let (mut ada, _) = Member::join(&server.address, "mailer", "ada").await;
    api.notes("note-1", 3).await;
    let frame = serde_json::to_value(ada.frame().await).expect("json");
    assert_eq!(frame, json!({ "type": "heartbeat", "head": 4 }));
    ada.ping().await;
}
