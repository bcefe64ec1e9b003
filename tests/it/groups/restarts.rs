//! A server that is killed or stopped loses no event of a group.

use highwater::contract::NackAction;
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::A_WHILE;
use crate::support::{Given, Member, Server};

#[tokio::test]
async fn a_server_that_is_killed_again_and_again_loses_no_event() {
    for mode in ["queue", "log"] {
        let mut server = Server::start();
        let api = server.api();
        api.group("mailer", json!({ "mode": mode, "max_attempts": 1_000 }))
            .await;
        for stream in 0..20 {
            api.notes(&format!("note-{stream}"), 100).await;
        }
        let mut handled = BTreeSet::new();
        for round in 0..4 {
            let mut ada = Member::with_credit(&server.address, "mailer", "ada", 1_000_000).await;
            for _ in 0..300 {
                let given = ada.event().await;
                handled.insert(given.position());
                ada.ack(&given).await;
            }
            assert!(handled.len() >= 300, "{mode} {round}");
            server.kill_9();
            server.restart();
        }
        let mut ada = Member::with_credit(&server.address, "mailer", "ada", 1_000_000).await;
        while let Some(given) = ada.event_within(Duration::from_secs(1)).await {
            handled.insert(given.position());
            ada.ack(&given).await;
        }
        assert_eq!(handled, (2..=2_001).collect(), "{mode}");
    }
}

#[tokio::test]
async fn a_server_that_stops_says_goodbye_and_remembers_what_was_acknowledged() {
    let mut server = Server::start();
    let api = server.api();
    api.group("mailer", json!({ "mode": "queue" })).await;
    let mut ada = Member::with_credit(&server.address, "mailer", "ada", 99).await;
    api.notes("note-1", 9).await;
    let given = ada.events(9).await;
    for one in [0, 1, 2, 5] {
        ada.ack(&given[one]).await;
    }
    ada.nack(&given[3], NackAction::Park, "not now").await;
    // The answers are in before the goodbye, which comes over the same connection.
    ada.say_text("nonsense").await;
    ada.problem().await;
    let stopping = tokio::task::spawn_blocking(move || {
        assert!(server.terminate().success());
        server
    });
    assert_eq!(ada.close_code().await, CloseCode::Away);
    let mut server = stopping.await.expect("stopped");
    server.restart();
    let mut ada = Member::with_credit(&server.address, "mailer", "ada", 99).await;
    let again = ada.events(4).await;
    let positions: Vec<u64> = again.iter().map(Given::position).collect();
    assert_eq!(positions, [6, 8, 9, 10]);
    assert!(again.iter().all(|one| one.attempt == 2));
    assert!(ada.event_within(A_WHILE).await.is_none());
    let (_, page) = server.api().read("/consumers/mailer/parked").await;
    assert_eq!(page["parked"][0]["position"], 5);
}
