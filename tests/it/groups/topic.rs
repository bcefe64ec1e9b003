//! Groups in `topic` mode.

use serde_json::json;

use super::A_WHILE;
use crate::support::{Given, Member, Server};

#[tokio::test]
async fn every_member_gets_every_event_from_when_it_came() {
    let server = Server::start();
    let api = server.api();
    api.group("news", json!({ "mode": "topic", "from": "start" }))
        .await;
    api.notes("note-1", 2).await;
    let mut ada = Member::with_credit(&server.address, "news", "ada", 99).await;
    api.notes("note-1", 2).await;
    let mut bob = Member::with_credit(&server.address, "news", "bob", 99).await;
    api.notes("note-1", 1).await;
    let of_ada: Vec<u64> = ada.events(3).await.iter().map(Given::position).collect();
    assert_eq!(of_ada, [4, 5, 6]);
    assert_eq!(bob.event().await.position(), 6);
    drop(ada);
    let mut ada = Member::with_credit(&server.address, "news", "ada", 99).await;
    assert!(
        ada.event_within(A_WHILE).await.is_none(),
        "nothing is stored"
    );
    let answered = bob.event_within(A_WHILE).await;
    assert!(answered.is_none());
}

#[tokio::test]
async fn a_slow_member_gets_everything_later_and_slows_nobody() {
    let server = Server::start();
    let api = server.api();
    api.group("news", json!({ "mode": "topic" })).await;
    let (mut slow, _) = Member::join(&server.address, "news", "slow").await;
    let mut quick = Member::with_credit(&server.address, "news", "quick", 1_000_000).await;
    // More than is kept in memory for all.
    for _ in 0..10 {
        api.notes("note-1", 1_000).await;
    }
    let of_quick: Vec<u64> = quick
        .events(10_000)
        .await
        .iter()
        .map(Given::position)
        .collect();
    assert_eq!(of_quick, (2..=10_001).collect::<Vec<_>>());
    for n in 0..100 {
        slow.credit(100).await;
        let given = slow.events(100).await;
        let positions: Vec<u64> = given.iter().map(Given::position).collect();
        assert_eq!(positions, (n * 100 + 2..=n * 100 + 101).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn more_members_than_are_woken_together_get_everything() {
    let server = Server::start();
    let api = server.api();
    api.group("news", json!({ "mode": "topic" })).await;
    let mut members = Vec::new();
    for number in 0..150 {
        let name = format!("member-{number}");
        members.push(Member::with_credit(&server.address, "news", &name, 1_000).await);
    }
    // Some go while the others are woken.
    for round in 0..10 {
        api.notes("note-1", 3).await;
        drop(members.remove(round * 7));
    }
    for member in &mut members {
        let given = member.events(30).await;
        let positions: Vec<u64> = given.iter().map(Given::position).collect();
        assert_eq!(positions, (2..=31).collect::<Vec<_>>());
    }
}
