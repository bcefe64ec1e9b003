//! Groups in `log` mode.

use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use super::A_WHILE;
use crate::support::{Api, Given, Member, PATIENCE, Server};

async fn notes_of_streams(api: &Api, streams: u32, rounds: u32) {
    for _ in 0..rounds {
        for stream in 0..streams {
            api.notes(&format!("note-{stream}"), 1).await;
        }
    }
}

fn streams(given: &[Given]) -> BTreeSet<String> {
    given
        .iter()
        .map(|one| one.event.stream.to_string())
        .collect()
}

/// The versions of each stream, in the order in which they came.
fn versions(given: &[Given]) -> BTreeMap<String, Vec<u64>> {
    let mut versions: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for one in given {
        let stream = one.event.stream.to_string();
        versions
            .entry(stream)
            .or_default()
            .push(one.event.version.0);
    }
    versions
}

/// All that comes until nothing comes for a while.
async fn all(member: &mut Member) -> Vec<Given> {
    let mut all = Vec::new();
    while let Some(given) = member.event_within(A_WHILE).await {
        all.push(given);
    }
    all
}

#[tokio::test]
async fn each_stream_stays_with_one_member_in_order() {
    let server = Server::start();
    let api = server.api();
    api.group("ledger", json!({ "mode": "log" })).await;
    let mut ada = Member::with_credit(&server.address, "ledger", "ada", 999).await;
    let mut bob = Member::with_credit(&server.address, "ledger", "bob", 999).await;
    notes_of_streams(&api, 12, 4).await;
    let (of_ada, of_bob) = (all(&mut ada).await, all(&mut bob).await);
    assert_eq!(of_ada.len() + of_bob.len(), 48);
    assert!(streams(&of_ada).is_disjoint(&streams(&of_bob)));
    for (stream, versions) in versions(&of_ada).into_iter().chain(versions(&of_bob)) {
        assert_eq!(versions, [1, 2, 3, 4], "{stream}");
    }
}

#[tokio::test]
async fn what_was_not_committed_comes_again_to_whoever_takes_the_streams_over() {
    let server = Server::start();
    let api = server.api();
    api.group("ledger", json!({ "mode": "log" })).await;
    let mut ada = Member::with_credit(&server.address, "ledger", "ada", 999).await;
    notes_of_streams(&api, 4, 3).await;
    let given = ada.events(12).await;
    ada.commit(given[6].position()).await;
    drop(ada);
    let mut bob = Member::with_credit(&server.address, "ledger", "bob", 999).await;
    let again = bob.events(5).await;
    let positions: BTreeSet<u64> = again.iter().map(Given::position).collect();
    assert_eq!(positions, given[7..].iter().map(Given::position).collect());
    assert!(again.iter().all(|one| one.attempt == 2));
    assert!(bob.event_within(A_WHILE).await.is_none());
}

#[tokio::test]
async fn a_stream_moves_to_a_new_member_only_once_what_was_given_is_committed() {
    let server = Server::start();
    let api = server.api();
    api.group("ledger", json!({ "mode": "log" })).await;
    let mut ada = Member::with_credit(&server.address, "ledger", "ada", 999).await;
    notes_of_streams(&api, 12, 1).await;
    let given = ada.events(12).await;
    let mut bob = Member::with_credit(&server.address, "ledger", "bob", 999).await;
    notes_of_streams(&api, 12, 1).await;
    let of_ada = all(&mut ada).await;
    assert!(
        bob.event_within(A_WHILE).await.is_none(),
        "ada has them all"
    );
    ada.commit(of_ada.last().unwrap_or(&given[11]).position().max(24))
        .await;
    let of_bob = all(&mut bob).await;
    assert!(!of_bob.is_empty(), "some streams have moved");
    assert!(streams(&of_ada).is_disjoint(&streams(&of_bob)));
    assert_eq!(of_ada.len() + of_bob.len(), 12);
    for versions in versions(&of_bob).into_values() {
        assert_eq!(versions, [2]);
    }
}

#[tokio::test]
async fn order_is_kept_through_joins_and_leaves() {
    let server = Server::start();
    let api = server.api();
    // Whatever a member has not read when it goes counts as tried: nothing may be parked for that.
    let definition = json!({ "mode": "log", "ack_timeout_ms": 60_000, "max_attempts": 1_000 });
    api.group("ledger", definition).await;
    let writer = tokio::spawn({
        let api = api.clone();
        async move { notes_of_streams(&api, 8, 40).await }
    });
    // What was handled, by stream. A member handles one event after the other, and commits each.
    let mut handled: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    let mut count = 0;
    let mut turn = 0;
    let mut members: Vec<Member> = Vec::new();
    let start = Instant::now();
    while count < 320 {
        turn += 1;
        assert!(
            start.elapsed() < 6 * PATIENCE,
            "{count} of 320: {handled:?}"
        );
        if turn % 7 == 1 {
            let name = format!("m{}", turn % 5);
            members.push(Member::with_credit(&server.address, "ledger", &name, 4).await);
        }
        if members.len() > 3 {
            members.remove(0);
        }
        for member in &mut members {
            while let Some(given) = member.event_within(A_WHILE / 30).await {
                let stream = handled.entry(given.event.stream.to_string()).or_default();
                let version = given.event.version.0;
                let last = stream.last().copied().unwrap_or(0);
                assert!(version <= last + 1, "{} came before {}", version, last + 1);
                if version == last + 1 {
                    stream.push(version);
                    count += 1;
                }
                member.commit(given.position()).await;
                member.credit(1).await;
            }
        }
    }
    writer.await.expect("written");
}

#[tokio::test]
async fn a_member_that_takes_nothing_holds_up_its_own_streams_only() {
    let server = Server::start();
    let api = server.api();
    api.group("ledger", json!({ "mode": "log", "max_in_flight": 50 }))
        .await;
    let (_idle, _) = Member::join(&server.address, "ledger", "idle").await;
    let mut busy = Member::with_credit(&server.address, "ledger", "busy", 1_000_000).await;
    let mut last = 0;
    for round in 0..4 {
        for stream in 0..20 {
            last = api.notes(&format!("note-{round}-{stream}"), 100).await;
        }
    }
    // Half of all streams are its own. It gets everything of those, up to the end of the log.
    let mut handled = 0;
    let mut furthest = 0;
    while let Some(given) = busy.event_within(A_WHILE).await {
        busy.commit(given.position()).await;
        furthest = furthest.max(given.position());
        handled += 1;
    }
    assert!(handled > 2_000, "{handled}");
    assert!(furthest > last - 1_500, "{furthest} of {last}");
}
