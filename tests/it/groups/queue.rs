//! Groups in `queue` mode.

use highwater::contract::NackAction;
use serde_json::json;
use std::collections::BTreeSet;
use std::time::Duration;

use super::A_WHILE;
use crate::support::{Member, Server};

#[tokio::test]
async fn each_event_goes_to_one_member_and_nothing_without_credit() {
    let server = Server::start();
    let api = server.api();
    api.group("mailer", json!({ "mode": "queue" })).await;
    let (mut ada, hello) = Member::join(&server.address, "mailer", "ada").await;
    let hello = serde_json::to_value(hello).expect("json");
    let wanted = json!({ "type": "hello", "consumer": "mailer", "member": "ada", "mode": "queue", "position": 1 });
    assert_eq!(hello, wanted);
    let mut bob = Member::with_credit(&server.address, "mailer", "bob", 2).await;
    api.notes("note-1", 5).await;
    let of_bob = bob.events(2).await;
    assert!(bob.event_within(A_WHILE).await.is_none());
    ada.credit(9).await;
    let of_ada = ada.events(3).await;
    let all = of_ada.iter().chain(&of_bob);
    let positions: BTreeSet<u64> = all.map(|given| given.position()).collect();
    assert_eq!(positions, (2..=6).collect());
}

#[tokio::test]
async fn what_is_not_acknowledged_in_time_comes_again() {
    let server = Server::start();
    let api = server.api();
    let definition = json!({ "mode": "queue", "ack_timeout_ms": 400 });
    api.group("mailer", definition).await;
    let mut ada = Member::with_credit(&server.address, "mailer", "ada", 1).await;
    api.notes("note-1", 1).await;
    let first = ada.event().await;
    assert_eq!(first.attempt, 1);
    let mut bob = Member::with_credit(&server.address, "mailer", "bob", 1).await;
    let again = bob.event().await;
    assert_eq!((again.position(), again.attempt), (first.position(), 2));
    ada.ack(&first).await;
    let problem = ada.problem().await;
    assert_eq!(problem.problem_type, "/problems/unknown-delivery");
    bob.ack(&again).await;
    bob.credit(1).await;
    assert!(bob.event_within(Duration::from_millis(900)).await.is_none());
}

#[tokio::test]
async fn what_a_member_that_dies_had_goes_to_the_others() {
    let server = Server::start();
    let api = server.api();
    api.group("mailer", json!({ "mode": "queue" })).await;
    let mut ada = Member::with_credit(&server.address, "mailer", "ada", 9).await;
    api.notes("note-1", 3).await;
    let given = ada.events(3).await;
    ada.ack(&given[1]).await;
    let mut bob = Member::with_credit(&server.address, "mailer", "bob", 9).await;
    drop(ada);
    let taken_over = bob.events(2).await;
    let taken_over: Vec<_> = taken_over
        .iter()
        .map(|given| (given.position(), given.attempt))
        .collect();
    assert_eq!(taken_over, [(2, 2), (4, 2)]);
    assert!(bob.event_within(A_WHILE).await.is_none());
}

#[tokio::test]
async fn a_slow_member_slows_nobody() {
    let server = Server::start();
    let api = server.api();
    let definition = json!({ "mode": "queue", "from": "start", "max_in_flight": 100 });
    api.group("mailer", definition).await;
    // It takes as many as it can get, and answers none.
    let mut slow = Member::with_credit(&server.address, "mailer", "slow", 1_000_000).await;
    let mut quick = Member::with_credit(&server.address, "mailer", "quick", 1_000_000).await;
    for _ in 0..3 {
        api.notes("note-1", 1_000).await;
    }
    slow.event().await;
    for _ in 0..2_950 {
        let given = quick.event().await;
        quick.ack(&given).await;
    }
}

#[tokio::test]
async fn in_flight_is_bounded() {
    let server = Server::start();
    let api = server.api();
    api.group("mailer", json!({ "mode": "queue", "max_in_flight": 3 }))
        .await;
    let mut ada = Member::with_credit(&server.address, "mailer", "ada", 99).await;
    api.notes("note-1", 5).await;
    let given = ada.events(3).await;
    assert!(ada.event_within(A_WHILE).await.is_none());
    ada.nack(&given[0], NackAction::Skip, "of no use").await;
    assert_eq!(ada.event().await.position(), 5);
}

#[tokio::test]
async fn of_two_members_with_one_name_the_newer_stays() {
    let server = Server::start();
    let api = server.api();
    api.group("mailer", json!({ "mode": "queue" })).await;
    let mut older = Member::with_credit(&server.address, "mailer", "ada", 1).await;
    api.notes("note-1", 1).await;
    older.event().await;
    let mut newer = Member::with_credit(&server.address, "mailer", "ada", 1).await;
    let problem = older.problem().await;
    assert_eq!(problem.problem_type, "/problems/member-replaced");
    older.close_code().await;
    assert_eq!(newer.event().await.attempt, 2);
}
