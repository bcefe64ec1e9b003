//! A group whose members are connected to several servers: one of them has it, and the others pass its frames on.

use highwater::contract::{GroupFrame, MemberFrame, NackAction};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::task::block_in_place;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_util::sync::CancellationToken;

use super::{MOVED_WITHIN, Several, row_becomes};
use crate::support::{Api, Given, Member, PATIENCE};

/// What operators do is in the log too, and not meant here.
fn notes() -> Value {
    json!({ "categories": ["note"] })
}

/// Waits until every server knows a group and somebody has it. Who.
async fn ready(several: &Several, group: &str) -> usize {
    for api in &several.apis {
        row_becomes(api, group, |row| row["name"] == group).await;
    }
    several.holder(group).await
}

/// What members have handled: of each stream its last version, and how many events there were over all of them.
#[derive(Default)]
struct Handled {
    streams: Mutex<BTreeMap<String, u64>>,
    last_at: Mutex<Option<Instant>>,
}

impl Handled {
    fn take(&self, given: &Given) {
        let mut streams = self.streams.lock().expect("streams");
        let last = streams.entry(given.event.stream.to_string()).or_default();
        let version = given.event.version.0;
        // At least once: what comes again is not new, and nothing is left out.
        assert!(version <= *last + 1, "{version} after {last}");
        *last = version.max(*last);
        *self.last_at.lock().expect("a time") = Some(Instant::now());
    }

    fn events(&self) -> u64 {
        self.streams.lock().expect("streams").values().sum()
    }

    /// Waits until something was handled after a moment.
    async fn after(&self, moment: Instant) {
        while self
            .last_at
            .lock()
            .expect("a time")
            .is_none_or(|at| at <= moment)
        {
            assert!(moment.elapsed() < PATIENCE, "nothing is handled");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

/// A member that connects to whichever server takes it, again and again, and handles what it is given.
async fn work(apis: Vec<String>, name: String, handled: Arc<Handled>, stop: CancellationToken) {
    for server in name.len().. {
        let address = &apis[server % apis.len()];
        if stop.is_cancelled() {
            return;
        }
        let Ok(mut member) = Member::connect(address, "ledger", &name).await else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        if !member.try_say(&MemberFrame::Credit { n: 64 }).await {
            continue;
        }
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                given = member.event_if_any() => match given {
                    Some(given) => {
                        handled.take(&given);
                        let position = given.event.position;
                        let commit = MemberFrame::Commit { position };
                        let credit = MemberFrame::Credit { n: 1 };
                        if !member.try_say(&commit).await || !member.try_say(&credit).await {
                            break;
                        }
                    }
                    None => break,
                }
            }
        }
    }
}

/// Appends to every stream in turn, on whichever server answers, until told to stop; how many.
async fn append(apis: Vec<Api>, stop: CancellationToken) -> u64 {
    let mut appended = 0_u64;
    while !stop.is_cancelled() {
        let event = json!({ "id": uuid::Uuid::now_v7(), "type": "NoteTaken", "data": {} });
        let body = json!({ "expected": "any", "events": [event] });
        let path = format!("/streams/note-{}", appended % 20);
        for api in apis.iter().cycle().skip(appended as usize % apis.len()) {
            let request = api.post(&path).timeout(Duration::from_secs(5)).json(&body);
            if request
                .send()
                .await
                .is_ok_and(|answer| answer.status().is_success())
            {
                break;
            }
        }
        appended += 1;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    appended
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_event_is_handled_in_order_though_the_groups_server_is_killed() {
    let mut several = Several::start(3);
    let group = json!({ "mode": "log", "from": "start", "filter": notes(), "max_attempts": 1_000 });
    several.apis[0].group("ledger", group).await;
    let holder = ready(&several, "ledger").await;
    let addresses: Vec<_> = several
        .servers
        .iter()
        .map(|one| one.address.clone())
        .collect();
    let (stop, appended) = (CancellationToken::new(), CancellationToken::new());
    let handled = Arc::new(Handled::default());
    let appending = tokio::spawn(append(several.apis.clone(), appended.clone()));
    let members: Vec<_> = ["a", "bb", "ccc", "dddd"]
        .into_iter()
        .map(|name| {
            let (addresses, handled) = (addresses.clone(), handled.clone());
            tokio::spawn(work(addresses, name.to_owned(), handled, stop.clone()))
        })
        .collect();
    handled.after(Instant::now()).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    block_in_place(|| several.servers[holder].kill_9());
    let killed = Instant::now();
    // What was on its way when it was killed is not meant.
    handled.after(killed + Duration::from_millis(500)).await;
    assert!(killed.elapsed() < MOVED_WITHIN, "{:?}", killed.elapsed());
    tokio::time::sleep(Duration::from_secs(1)).await;
    appended.cancel();
    let appended = appending.await.expect("sound");
    let start = Instant::now();
    while handled.events() < appended {
        assert!(
            start.elapsed() < PATIENCE,
            "{} of {appended}",
            handled.events()
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    stop.cancel();
    for member in members {
        member.await.expect("sound");
    }
    let left = several.but(holder);
    let next = several.holder_of("ledger", &left).await;
    assert_ne!(next, holder);
    for server in left {
        row_becomes(&several.apis[server], "ledger", |row| {
            row["lag_events"] == 0
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn members_on_every_server_share_one_queue() {
    let mut several = Several::start(2);
    let group = json!({ "mode": "queue", "filter": notes() });
    several.apis[0].group("mailer", group).await;
    let holder = ready(&several, "mailer").await;
    let other = 1 - holder;
    let (here, there) = (
        &several.servers[holder].address,
        &several.servers[other].address,
    );
    let (mut ada, hello) = Member::join(here, "mailer", "ada").await;
    let (mut bob, relayed) = Member::join(there, "mailer", "bob").await;
    assert!(matches!(hello, GroupFrame::Hello { .. }));
    let GroupFrame::Hello {
        consumer, member, ..
    } = relayed
    else {
        panic!("{relayed:?}");
    };
    assert_eq!((consumer.as_str(), member.as_str()), ("mailer", "bob"));
    for api in &several.apis {
        row_becomes(api, "mailer", |row| row["owner"] == "ada, bob").await;
    }
    // Each event to one of them, on whichever server it was appended.
    ada.credit(5).await;
    bob.credit(5).await;
    several.apis[other].notes("note-1", 10).await;
    let (mut one, two) = (ada.events(5).await, bob.events(5).await);
    for given in &one {
        ada.ack(given).await;
    }
    for given in &two[..4] {
        bob.ack(given).await;
    }
    bob.nack(&two[4], NackAction::Park, "not now").await;
    let parked = two[4].position();
    one.extend(two);
    let mut positions: Vec<_> = one.iter().map(Given::position).collect();
    positions.sort_unstable();
    positions.dedup();
    assert_eq!(positions.len(), 10);
    // What was parked is seen and sent again from the server that does not have the group.
    for api in &several.apis {
        row_becomes(api, "mailer", |row| row["parked"] == 1).await;
        let (_, page) = api.read("/consumers/mailer/parked").await;
        assert_eq!(page["parked"][0]["position"], parked);
    }
    let body = json!({ "reason": "it is time" });
    let acted = several.apis[other]
        .send("/consumers/mailer/parked/retry", &body)
        .await;
    assert_eq!(
        acted,
        (200, json!({ "events": 1, "ids": [1], "dry_run": false }))
    );
    let (_, page) = several.apis[other].read("/consumers/mailer/parked").await;
    assert_eq!(page["parked"], json!([]));
    bob.credit(1).await;
    let again = bob.event().await;
    assert_eq!((again.position(), again.attempt), (parked, 1));
    bob.ack(&again).await;
    bad_frames_are_answered(&mut bob).await;

    // Of two with one name the newer stays, wherever it came in.
    let (mut newer, _) = Member::join(here, "mailer", "bob").await;
    assert_eq!(bob.close_code().await, CloseCode::Policy);
    // A server that stops says goodbye to those whose frames it passes on, and to its own.
    let (mut cat, _) = Member::join(there, "mailer", "cat").await;
    block_in_place(|| several.servers[holder].terminate());
    for member in [&mut ada, &mut newer, &mut cat] {
        assert_eq!(member.close_code().await, CloseCode::Away);
    }
    let there = &several.servers[other].address;
    let mut ada = Member::with_credit(there, "mailer", "ada", 9).await;
    several.apis[other].notes("note-1", 1).await;
    let given = ada.event().await;
    assert_eq!(given.attempt, 1);
    ada.ack(&given).await;
    row_becomes(&several.apis[other], "mailer", |row| row["lag_events"] == 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_whose_server_freezes_goes_on_elsewhere() {
    let several = Several::start(2);
    let group = json!({ "mode": "queue", "filter": notes() });
    several.apis[0].group("mailer", group).await;
    let holder = ready(&several, "mailer").await;
    let other = 1 - holder;
    let (here, there) = (
        &several.servers[holder].address,
        &several.servers[other].address,
    );
    let mut ada = Member::with_credit(here, "mailer", "ada", 9).await;
    several.apis[other].notes("note-1", 2).await;
    let given = ada.events(2).await;
    let (mut bob, _) = Member::join(there, "mailer", "bob").await;
    several.servers[holder].freeze();
    let frozen = Instant::now();
    // It takes what it is told, and does nothing with it.
    ada.ack(&given[0]).await;
    assert_eq!(bob.close_code().await, CloseCode::Restart);
    let mut bob = Member::with_credit(there, "mailer", "bob", 9).await;
    let again = bob.events(2).await;
    assert!(frozen.elapsed() < MOVED_WITHIN, "{:?}", frozen.elapsed());
    assert_eq!(again[0].position(), given[0].position());
    bob.ack(&again[0]).await;
    several.servers[holder].go_on();
    assert_eq!(ada.close_code().await, CloseCode::Restart);
    // The member comes back by the one that has the group now, and what was acknowledged stays so.
    let mut ada = Member::with_credit(here, "mailer", "ada", 9).await;
    bob.nack(&again[1], NackAction::Retry, "let ada").await;
    drop(bob);
    assert_eq!(ada.event().await.position(), again[1].position());
    row_becomes(&several.apis[holder], "mailer", |row| {
        row["owner"] == "ada" && row["lag_events"] == 1
    })
    .await;
}

async fn bad_frames_are_answered(member: &mut Member) {
    member.say_text("tea").await;
    assert_eq!(
        member.problem().await.problem_type,
        "/problems/invalid-frame"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_done_to_a_group_on_one_server_holds_on_all() {
    let several = Several::start(2);
    let group = json!({ "mode": "queue", "from": "start", "filter": notes() });
    several.apis[0].group("mailer", group).await;
    let holder = ready(&several, "mailer").await;
    let other = 1 - holder;
    let (here, there) = (&several.apis[holder], &several.apis[other]);
    // Whoever was passed on is not passed on again.
    let (status, _) = relayed(&several.servers[other].address).await;
    assert_eq!(status, 503);
    let patient = json!({ "mode": "queue", "filter": notes(), "ack_timeout_ms": 60_000 });
    assert_eq!(there.put("/consumers/mailer", &patient).await.0, 200);
    let (_, refused) = there
        .put("/consumers/mailer", &json!({ "mode": "log" }))
        .await;
    assert_eq!(refused["type"], "/problems/consumer-fixed");
    here.notes("note-1", 3).await;
    let address = &several.servers[other].address;
    let mut ada = Member::with_credit(address, "mailer", "ada", 9).await;
    let given = ada.events(3).await;
    ada.ack(&given[0]).await;
    // Paused by the one, it is paused by the other that has it; and a reset is carried out there.
    let reason = json!({ "reason": "a look" });
    there.send("/consumers/mailer/pause", &reason).await;
    row_becomes(here, "mailer", |row| row["state"] == "paused").await;
    let reset = json!({ "to": "start", "reason": "once more" });
    assert_eq!(there.send("/consumers/mailer/reset", &reset).await.0, 202);
    there.send("/consumers/mailer/resume", &reason).await;
    ada.credit(9).await;
    let again = ada.events(3).await;
    assert_eq!(again[0].position(), given[0].position());
    assert_eq!(there.delete("/consumers/mailer").await.0, 204);
    assert_eq!(ada.close_code().await, CloseCode::Normal);
    for server in &several.servers {
        let start = Instant::now();
        while server.api().read("/consumers/mailer").await.0 != 404 {
            assert!(start.elapsed() < PATIENCE);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    // Another one of that name begins anew.
    here.group(
        "mailer",
        json!({ "mode": "queue", "from": "start", "filter": notes() }),
    )
    .await;
    ready(&several, "mailer").await;
    let mut ada = Member::with_credit(address, "mailer", "ada", 9).await;
    assert_eq!(ada.events(3).await[0].attempt, 1);
}

/// A connection that another server has passed on.
async fn relayed(address: &str) -> (u16, String) {
    use tokio_tungstenite::tungstenite::client::IntoClientRequest;
    let address = address.replace("http://", "ws://");
    let url = format!("{address}/api/v1/consumers/mailer/connect?member=ada");
    let mut request = url.into_client_request().expect("a request");
    let mark = "1".parse().expect("a value");
    request.headers_mut().insert("x-highwater-relayed", mark);
    match tokio_tungstenite::connect_async(request).await {
        Err(Error::Http(response)) => {
            let body = response.body().clone().unwrap_or_default();
            (
                response.status().as_u16(),
                String::from_utf8(body).expect("text"),
            )
        }
        other => panic!("{other:?}"),
    }
}
