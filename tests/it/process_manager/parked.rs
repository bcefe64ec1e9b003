//! One order that cannot be carried on is set aside, and the others go on: under the real runner, on both databases.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use highwater::contract::{
    OnPoison, OrderId, ParkedAct, ParkedRow, Position, Principal, RecordedEvent, StreamName,
};
use highwater::convergence::Convergence;
use highwater::event_log::{AppendError, AppendRequest, LogQuery, SharedLog};
use highwater::subscription::group::{GroupParts, Groups, SqliteGroups};
use highwater::subscription::parking::{Choice, Lots, ParkedHand, Parking};
use highwater::subscription::{Audit, Board, Control, Monitor, Runner, RunnerSettings, Slot};
use serde_json::json;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::place::{Place, on_each_database};
use super::worker::Worker;
use crate::support::{WatchedLog, Watcher};
use crate::write_side::{GOOD_CARD, WriteSide, order_stream};

on_each_database! {
    an_order_whose_event_cannot_be_read_waits_and_the_others_go_on,
    an_order_whose_command_cannot_be_sent_waits_and_is_carried_on_late,
    what_is_given_up_lets_go_what_waits_and_that_is_parked_in_turn,
    an_order_that_is_parked_is_carried_on_late_in_its_order,
    by_default_the_process_stops_and_an_operator_parks,
    a_reset_forgets_what_is_parked,
}

/// Takes no event into some streams.
#[derive(Default)]
struct Bouncer(Mutex<BTreeSet<StreamName>>);

impl Watcher for Bouncer {
    fn before_append(&self, request: &AppendRequest) -> Result<(), AppendError> {
        let refused = self.0.lock().unwrap();
        match request
            .appends
            .iter()
            .any(|one| refused.contains(&one.stream))
        {
            true => Err(AppendError::InvalidEvent("the stream is sealed".to_owned())),
            false => Ok(()),
        }
    }
}

/// A shop whose process is run as a server runs it.
struct Shop {
    side: WriteSide,
    bouncer: Arc<Bouncer>,
    place: Place,
    folder: TempDir,
}

impl Shop {
    async fn with(place: Place) -> Shop {
        let folder = tempfile::tempdir().unwrap();
        let side = WriteSide::open(folder.path()).await;
        let bouncer = Arc::new(Bouncer::default());
        let log: SharedLog = Arc::new(WatchedLog::new(side.log.clone(), Arc::clone(&bouncer)));
        let side = WriteSide::over(log);
        side.stock("cup", 100).await;
        Shop {
            side,
            bouncer,
            place,
            folder,
        }
    }

    async fn order(&self) -> OrderId {
        self.side.place(GOOD_CARD, &[("cup", 1)]).await
    }

    /// What a program of the future says of an order.
    async fn of_the_future(&self, order: OrderId, event_type: &str) {
        let data = json!({ "order_id": order });
        self.side
            .append_version(&order_stream(order), event_type, 2, data)
            .await;
    }

    fn seal(&self, order: OrderId) {
        self.bouncer.0.lock().unwrap().insert(order_stream(order));
    }

    fn unseal(&self) {
        self.bouncer.0.lock().unwrap().clear();
    }

    /// A process as after a start.
    async fn worker(&mut self) -> Worker {
        let bus = WriteSide::another_bus(&self.side.log);
        self.place.open(&self.side.log, bus).await
    }

    async fn run(&mut self, on_poison: OnPoison) -> Running {
        let worker = self.worker().await;
        let log = &self.side.log;
        let (board, convergence) = (Board::default(), Arc::new(Convergence::new(Vec::new())));
        let process = worker.process;
        let slot = board.add(process.name(), process.kind(), process.wanted());
        let audit = Audit::new(log.clone(), board.clone());
        audit.reach(log.head().position).await.unwrap();
        let monitor = Monitor::new(board.clone(), log.clone(), Arc::clone(&convergence), "here");
        let lots = Lots::new(vec![worker.parked]);
        let control = Control::new(board.clone(), log.clone(), audit.clone(), monitor, lots);
        let groups = Groups::open(GroupParts {
            log: log.clone(),
            store: Arc::new(SqliteGroups::open(self.folder.path()).await.unwrap()),
            board,
            audit,
            leases: None,
        });
        let settings = RunnerSettings {
            backoff: Duration::from_millis(1),
            attempts: 3,
            on_poison,
            ..RunnerSettings::default()
        };
        let runner = Runner::new(
            process,
            Arc::clone(&slot),
            log.clone(),
            convergence,
            settings,
        );
        let stop = CancellationToken::new();
        Running {
            hand: ParkedHand::new(control.clone(), groups.await),
            control,
            slot,
            log: log.clone(),
            task: tokio::spawn(runner.run(stop.clone())),
            stop,
        }
    }

    async fn history(&self, order: OrderId) -> Vec<String> {
        self.side.types(&order_stream(order)).await
    }
}

struct Running {
    control: Control,
    hand: ParkedHand,
    slot: Arc<Slot>,
    log: SharedLog,
    task: JoinHandle<()>,
    stop: CancellationToken,
}

impl Running {
    /// Waits until the process has nothing more to do and stays so.
    async fn settled(&self, parked: u64) {
        let mut quiet = 0;
        for _ in 0..3_000 {
            let health = self.slot.health();
            let there = self.slot.position() >= self.log.head().position;
            quiet = match there && health.parked == parked && health.failing.is_none() {
                true => quiet + 1,
                false => 0,
            };
            if quiet > 10 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("at {}: {:?}", self.slot.position(), self.slot.health());
    }

    async fn until_faulted(&self) {
        for _ in 0..3_000 {
            if self.slot.health().faulted {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("{:?}", self.slot.health());
    }

    async fn parked(&self) -> Vec<ParkedRow> {
        self.hand.list("fulfilment", 0, 10).await.unwrap()
    }

    async fn act(&self, act: ParkedAct, choice: Choice) -> u64 {
        let ada = Principal::local_admin();
        let acted = self
            .hand
            .act(&ada, "fulfilment", act, choice, "mended", false);
        acted.await.unwrap().events
    }

    async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }
}

const CONFIRMED: [&str; 4] = [
    "OrderPlaced",
    "OrderReserved",
    "OrderPaid",
    "OrderConfirmed",
];

async fn an_order_whose_event_cannot_be_read_waits_and_the_others_go_on(place: Place) {
    let mut shop = Shop::with(place).await;
    let unlucky = shop.order().await;
    shop.of_the_future(unlucky, "OrderReserved").await;
    let lucky = shop.order().await;
    let running = shop.run(OnPoison::Park).await;
    running.settled(1).await;
    assert_eq!(shop.history(lucky).await, CONFIRMED);
    assert_eq!(
        shop.history(unlucky).await,
        ["OrderPlaced", "OrderReserved"]
    );
    let parked = running.parked().await;
    assert_eq!(parked.len(), 1);
    assert_eq!(
        (parked[0].key.clone(), parked[0].attempts),
        (unlucky.to_string(), 3)
    );
    assert!(
        parked[0].error.contains("version 2 is not known"),
        "{parked:?}"
    );
    // The stock that was reserved for it is of another stream, and of the same order.
    assert_eq!(parked[0].waiting_behind, 1);
    running.stop().await;
    // A new one finds it so; and it is tried again, and fails again.
    let running = shop.run(OnPoison::Pause).await;
    running.settled(1).await;
    assert_eq!(running.act(ParkedAct::Retry, Choice::default()).await, 1);
    let again = running.tried(4).await;
    assert_eq!((again.id, again.waiting_behind), (parked[0].id, 1));
    let later = shop.order().await;
    running.settled(1).await;
    assert_eq!(shop.history(later).await, CONFIRMED);
    running.stop().await;
}

async fn an_order_whose_command_cannot_be_sent_waits_and_is_carried_on_late(place: Place) {
    let mut shop = Shop::with(place).await;
    let unlucky = shop.order().await;
    shop.seal(unlucky);
    let lucky = shop.order().await;
    let running = shop.run(OnPoison::Park).await;
    running.settled(1).await;
    assert_eq!(shop.history(lucky).await, CONFIRMED);
    assert_eq!(shop.history(unlucky).await, ["OrderPlaced"]);
    let parked = running.parked().await;
    assert!(
        parked[0]
            .error
            .contains("MarkOrderReserved could not be sent"),
        "{parked:?}"
    );
    assert_eq!(parked[0].key, unlucky.to_string());
    // The payment was authorised meanwhile.
    assert_eq!(parked[0].waiting_behind, 1);
    running.stop().await;

    // Its commands wait with it: a new one sends the others and is not held up.
    let running = shop.run(OnPoison::Pause).await;
    let later = shop.order().await;
    running.settled(1).await;
    assert_eq!(shop.history(later).await, CONFIRMED);
    assert_eq!(running.act(ParkedAct::Retry, Choice::default()).await, 1);
    running.tried(4).await;
    assert_eq!(shop.history(unlucky).await, ["OrderPlaced"]);
    shop.unseal();
    assert_eq!(running.act(ParkedAct::Retry, Choice::default()).await, 1);
    running.settled(0).await;
    assert_eq!(shop.history(unlucky).await, CONFIRMED);
    assert_eq!(running.parked().await, []);
    running.stop().await;
}

async fn what_is_given_up_lets_go_what_waits_and_that_is_parked_in_turn(place: Place) {
    let mut shop = Shop::with(place).await;
    let order = shop.order().await;
    shop.of_the_future(order, "OrderReserved").await;
    shop.of_the_future(order, "OrderPaid").await;
    let running = shop.run(OnPoison::Park).await;
    running.settled(1).await;
    let first = running.parked().await.remove(0);
    assert_eq!(first.waiting_behind, 2);
    assert_eq!(running.act(ParkedAct::Discard, Choice::default()).await, 1);
    let second = running.tried(1).await;
    assert_eq!(
        (second.position, second.waiting_behind),
        (first.position.next(), 1)
    );
    assert!(second.id > first.id);
    // Later arrivals are not meant by an act on the one before.
    let gone = Choice {
        ids: Some(vec![first.id]),
        up_to: None,
    };
    assert_eq!(running.act(ParkedAct::Discard, gone).await, 0);
    assert_eq!(running.act(ParkedAct::Discard, Choice::default()).await, 1);
    // The stock was reserved: that was what waited, and what follows of it is decided. The order's own stream cannot be read
    // by anybody, so that it ends there.
    let third = running.tried(3).await;
    assert!(
        third.error.contains("MarkOrderReserved could not be sent"),
        "{third:?}"
    );
    running.stop().await;
}

async fn an_order_that_is_parked_is_carried_on_late_in_its_order(place: Place) {
    let mut shop = Shop::with(place).await;
    let order = shop.order().await;
    // As if an older program had parked what this one can take in.
    let mut worker = shop.worker().await;
    worker.process.checkpoint().await.unwrap();
    let event = placed(&shop.side.log, order).await;
    let parking = Parking {
        event: Arc::clone(&event),
        attempts: 8,
        error: "the old one could not".to_owned(),
        act: None,
    };
    let stands = worker.process.park(&parking).await.unwrap();
    assert_eq!(stands.parked, 1);
    drop(worker);
    shop.side
        .send(
            "CancelOrder",
            json!({ "order_id": order, "reason": "changed my mind" }),
        )
        .await
        .unwrap();
    let running = shop.run(OnPoison::Pause).await;
    running.settled(1).await;
    let parked = running.parked().await.remove(0);
    assert_eq!(
        (parked.position, parked.waiting_behind),
        (event.position, 1)
    );
    assert_eq!(running.act(ParkedAct::Retry, Choice::default()).await, 1);
    running.settled(0).await;
    // It was reserved first and given back then, as if nothing had waited.
    let cups = shop.side.types(&StreamName::of("product", "cup")).await;
    assert_eq!(cups[2..], ["StockReserved", "StockReleased"]);
    running.stop().await;
}

async fn by_default_the_process_stops_and_an_operator_parks(place: Place) {
    let mut shop = Shop::with(place).await;
    let unlucky = shop.order().await;
    shop.seal(unlucky);
    let lucky = shop.order().await;
    let running = shop.run(OnPoison::Pause).await;
    running.until_faulted().await;
    let ada = Principal::local_admin();
    let plan = running.control.plan_park("fulfilment").await.unwrap();
    assert_eq!(
        (plan.key.as_str(), plan.attempts),
        (unlucky.to_string().as_str(), 3)
    );
    assert_eq!(plan.event_type, "StockReserved");
    assert!(
        running.slot.position() >= plan.position,
        "the event is taken in"
    );
    running
        .control
        .park(
            &ada,
            "fulfilment",
            Some(plan.position),
            "the others must go on",
        )
        .await
        .unwrap();
    running.settled(1).await;
    assert_eq!(shop.history(lucky).await, CONFIRMED);
    shop.unseal();
    running.act(ParkedAct::Discard, Choice::default()).await;
    running.settled(0).await;
    // The command was given up: nobody says that the order is reserved.
    assert_eq!(shop.history(unlucky).await, ["OrderPlaced"]);
    running.stop().await;
}

async fn a_reset_forgets_what_is_parked(place: Place) {
    let mut shop = Shop::with(place).await;
    let unlucky = shop.order().await;
    shop.of_the_future(unlucky, "OrderReserved").await;
    let running = shop.run(OnPoison::Park).await;
    running.settled(1).await;
    let first = running.parked().await.remove(0);
    let ada = Principal::local_admin();
    let to = highwater::contract::ResetTo::Start;
    running
        .control
        .reset(&ada, "fulfilment", to, "anew")
        .await
        .unwrap();
    for _ in 0..3_000 {
        if running
            .parked()
            .await
            .first()
            .is_some_and(|row| row.id > first.id)
        {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    running.settled(1).await;
    let again = running.parked().await.remove(0);
    assert!(again.id > first.id, "{again:?}");
    assert_eq!(again.position, first.position);
    running.stop().await;
}

impl Running {
    /// Waits until the one event that is parked was tried so often.
    async fn tried(&self, attempts: u32) -> ParkedRow {
        for _ in 0..3_000 {
            let mut rows = self.parked().await;
            if rows.len() == 1 && rows[0].attempts == attempts {
                return rows.remove(0);
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("{:?}", self.parked().await);
    }
}

async fn placed(log: &SharedLog, order: OrderId) -> Arc<RecordedEvent> {
    let events = log
        .read(LogQuery::after(Position::START, 100))
        .await
        .unwrap();
    let of_order = |event: &&Arc<RecordedEvent>| event.stream == order_stream(order);
    events.iter().find(of_order).cloned().unwrap()
}
