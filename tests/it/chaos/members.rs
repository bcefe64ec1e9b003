//! Members of consumer groups that do everything that members do: they handle, fail, fall asleep, forget to answer, and die.

use highwater::contract::{
    GroupFrame, MemberFrame, NackAction, RecordedEvent, StreamName, Version,
};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_util::sync::CancellationToken;

use crate::support::{Api, Member, Patience};

/// The groups, each named after its mode.
pub const GROUPS: [&str; 2] = ["log", "queue"];
/// What they want: streams whole, so that no version may be missing between two.
pub const CATEGORIES: [&str; 2] = ["order", "payment"];
/// Members of each group.
const MEMBERS: usize = 3;
/// Events that a member asks for.
const CREDIT: u32 = 50;
/// Within so long everything is handled that was left.
const CALM_WITHIN: Duration = Duration::from_secs(300);

/// All members of all groups, and what they have handled.
pub struct Members {
    api: Api,
    groups: Vec<Arc<Group>>,
    tasks: Vec<JoinHandle<()>>,
    stop: CancellationToken,
    /// Told when chance is over: from then on every event is handled.
    calm: CancellationToken,
}

struct Group {
    name: &'static str,
    handled: Mutex<Handled>,
}

#[derive(Default)]
struct Handled {
    positions: BTreeSet<u64>,
    /// The highest version of each stream.
    versions: BTreeMap<StreamName, Version>,
}

impl Members {
    /// Makes the groups and connects their members.
    pub async fn gather(api: Api, address: &str) -> Members {
        let (stop, calm) = (CancellationToken::new(), CancellationToken::new());
        let (mut groups, mut tasks) = (Vec::new(), Vec::new());
        for name in GROUPS {
            let definition = json!({
                "mode": name,
                "from": "start",
                "filter": { "categories": CATEGORIES },
                "ack_timeout_ms": 1_000,
                "max_attempts": 1_000,
            });
            api.group(name, definition).await;
            let group = Arc::new(Group {
                name,
                handled: Mutex::default(),
            });
            for number in 0..MEMBERS {
                let one = One {
                    group: Arc::clone(&group),
                    address: address.to_owned(),
                    name: format!("m{number}"),
                    calm: calm.clone(),
                };
                let stop = stop.clone();
                tasks.push(tokio::spawn(async move {
                    tokio::select! {
                        () = stop.cancelled() => {}
                        () = one.live() => {}
                    }
                }));
            }
            groups.push(group);
        }
        Members {
            api,
            groups,
            tasks,
            stop,
            calm,
        }
    }

    /// Lets everything be handled that was parked or is left, and looks whether every event was.
    pub async fn have_handled_everything(self) {
        self.calm.cancel();
        let (mut patience, calm_at) = (Patience::default(), Instant::now());
        while !self.are_done().await {
            // After a long run a process that was set back may have much to do, of which members hear too.
            let (_, now) = self.api.read("/consumers").await;
            patience.see(now["consumers"].as_array().expect("consumers"));
            // What is sent again is audited, so that consumers move whatever becomes of it.
            assert!(calm_at.elapsed() < CALM_WITHIN, "never done: {now}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        // The process may have led orders on meanwhile; members still handle what comes of that.
        self.api.settled().await;
        let wanted = self.wanted().await;
        for group in &self.groups {
            let handled = group.handled();
            let missing: Vec<_> = wanted.difference(&handled.positions).take(10).collect();
            assert!(
                missing.is_empty(),
                "{} never handled {missing:?}",
                group.name
            );
        }
        self.stop.cancel();
        for task in self.tasks {
            task.await.expect("no member failed");
        }
    }

    async fn are_done(&self) -> bool {
        let mut done = true;
        for group in GROUPS {
            let body = json!({ "reason": "the end" });
            let (status, said) = self
                .api
                .send(&format!("/consumers/{group}/parked/retry"), &body)
                .await;
            assert_eq!(status, 200, "{said}");
            let (_, row) = self.api.read(&format!("/consumers/{group}")).await;
            done &= row["lag_events"] == 0 && row["parked"] == 0 && said["events"] == 0;
        }
        done
    }

    /// The positions of all events that the groups want.
    async fn wanted(&self) -> BTreeSet<u64> {
        let (mut wanted, mut after) = (BTreeSet::new(), 0);
        loop {
            let path = format!("/events?after={after}&limit=1000");
            let (_, page) = self.api.read(&path).await;
            let events = page["events"].as_array().expect("events");
            let Some(last) = events.last() else {
                return wanted;
            };
            after = last["position"].as_u64().expect("a position");
            for event in events {
                let stream = event["stream"].as_str().expect("a stream");
                if is_wanted(stream) {
                    wanted.insert(event["position"].as_u64().expect("a position"));
                }
            }
        }
    }
}

/// Whether the groups want the events of a stream.
pub fn is_wanted(stream: &str) -> bool {
    let category = stream.split('-').next().unwrap_or(stream);
    CATEGORIES.contains(&category)
}

impl Group {
    /// Notes an event as handled. Where a stream is given in order, none before it may be missing.
    fn handle(&self, event: &RecordedEvent) {
        let mut handled = self.handled();
        handled.positions.insert(event.position.0);
        let highest = handled.versions.entry(event.stream.clone()).or_default();
        let in_order = event.version.0 <= highest.0 + 1;
        assert!(
            in_order || self.name != "log",
            "{} has version {} after {highest}",
            event.stream,
            event.version
        );
        *highest = event.version.max(*highest);
    }

    fn handled(&self) -> MutexGuard<'_, Handled> {
        self.handled.lock().expect("no member failed")
    }
}

/// One member, over all its lives.
struct One {
    group: Arc<Group>,
    address: String,
    name: String,
    calm: CancellationToken,
}

/// What a member does about an event.
enum Deed {
    Handle,
    Refuse(NackAction),
    /// It never answers.
    Forget,
    /// It goes without a word.
    Die,
}

impl One {
    async fn live(&self) {
        loop {
            if let Ok(mut member) =
                Member::connect(&self.address, self.group.name, &self.name).await
            {
                self.work(&mut member).await;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Works until the connection is gone, or until the member dies.
    async fn work(&self, member: &mut Member) {
        // Streams of which an event was not handled: what follows it is not to be handled before it.
        let mut held: BTreeMap<StreamName, Version> = BTreeMap::new();
        let mut credit = 0;
        loop {
            if credit < CREDIT {
                let more = MemberFrame::Credit { n: CREDIT };
                if !member.try_say(&more).await {
                    return;
                }
                credit += CREDIT;
            }
            let Some(message) = member.message_if_any().await else {
                return;
            };
            let Message::Text(text) = message else {
                continue;
            };
            let frame = serde_json::from_str(&text).expect("a frame");
            let GroupFrame::Event {
                delivery, event, ..
            } = frame
            else {
                continue;
            };
            credit -= 1;
            if held
                .get(&event.stream)
                .is_some_and(|first| event.version > *first)
            {
                continue;
            }
            held.remove(&event.stream);
            let answer = match self.choose().await {
                Deed::Handle => {
                    self.group.handle(&event);
                    MemberFrame::Ack { delivery }
                }
                Deed::Refuse(action) => {
                    held.insert(event.stream.clone(), event.version);
                    MemberFrame::Nack {
                        delivery,
                        action,
                        reason: Some("chance".to_owned()),
                    }
                }
                Deed::Forget => {
                    held.insert(event.stream.clone(), event.version);
                    continue;
                }
                Deed::Die => return,
            };
            if !member.try_say(&answer).await {
                return;
            }
        }
    }

    async fn choose(&self) -> Deed {
        if self.calm.is_cancelled() {
            return Deed::Handle;
        }
        let (chance, nap) = (rand::random_range(0..400), rand::random_range(1..100));
        match chance {
            0..10 => {
                tokio::time::sleep(Duration::from_millis(nap)).await;
                Deed::Handle
            }
            10..20 => Deed::Refuse(NackAction::Retry),
            20..24 => Deed::Refuse(NackAction::Park),
            24..28 => Deed::Forget,
            28..32 => Deed::Die,
            _ => Deed::Handle,
        }
    }
}
