//! An order that the process cannot carry on is set aside from any server, and waits wherever the process runs.

use highwater::contract::{EventId, Metadata, StreamName};
use highwater::event_log::EventLog;
use highwater::event_log::postgres::PostgresLog;
use highwater::event_log::{AppendRequest, ExpectedVersion, NewEvent, Options, StreamAppend};
use serde_json::json;
use std::time::{Duration, Instant};
use uuid::Uuid;

use super::traffic::CARD;
use super::{Several, row_becomes};
use crate::support::{Api, PATIENCE};

/// What a program of the future says of an order: no command on it can be carried out after that.
async fn confirmed_by_the_future(several: &Several, order: Uuid) {
    let address = several.database.url().parse().expect("an address");
    let log = PostgresLog::open(&address, Options::default())
        .await
        .expect("the log");
    let data = json!({ "order_id": order });
    let event = NewEvent {
        id: EventId::generate(),
        event_type: "OrderConfirmed".to_owned(),
        schema_version: 2,
        data: serde_json::value::to_raw_value(&data).expect("json"),
        metadata: Metadata::default(),
    };
    let append = StreamAppend {
        stream: StreamName::of("order", order),
        expected: ExpectedVersion::Any,
        events: vec![event],
    };
    let request = AppendRequest {
        appends: vec![append],
        command: None,
    };
    log.append(request).await.expect("appended");
    log.close().await;
}

#[tokio::test]
async fn an_order_is_parked_from_any_server_and_waits_wherever_the_process_runs() {
    let mut several = Several::start(2);
    let holder = several.holder("fulfilment").await;
    let api = several.apis[1 - holder].clone();
    api.stocked("mug", 100).await;
    let held = json!({ "reason": "to see" });
    api.send("/consumers/fulfilment/pause", &held).await;
    // Whoever runs it hears of that a moment later.
    let runs_it = &several.apis[holder];
    row_becomes(runs_it, "fulfilment", |row| row["state"] == "paused").await;
    let (unlucky, _) = api.order("mug", 1, CARD).await;
    confirmed_by_the_future(&several, unlucky).await;
    api.send("/consumers/fulfilment/resume", &held).await;
    // The server that does not run it tells at which event it has stopped, and can have that set aside.
    let faulted = row_becomes(&api, "fulfilment", |row| row["state"] == "faulted").await;
    assert!(faulted["failing_at"].is_u64(), "{faulted}");
    let act = json!({ "reason": "the others must go on" });
    let (status, parked) = api.send("/consumers/fulfilment/park", &act).await;
    assert_eq!((status, &parked["key"]), (200, &json!(unlucky)), "{parked}");
    let (lucky, _) = api.order("mug", 1, CARD).await;
    for api in &several.apis {
        row_becomes(api, "fulfilment", |row| {
            row["parked"] == 1 && row["lag_events"] == 0
        })
        .await;
    }
    is_confirmed(&api, lucky).await;
    let list = "/consumers/fulfilment/parked";
    let (_, rows) = api.read(list).await;
    assert_eq!(rows["parked"][0]["key"], json!(unlucky));
    assert_eq!(several.apis[holder].read(list).await.1, rows);

    // Elsewhere it waits too.
    several.servers[holder].kill_9();
    let (later, _) = api.order("mug", 1, CARD).await;
    row_becomes(&api, "fulfilment", |row| {
        row["parked"] == 1 && row["state"] == "ok"
    })
    .await;
    assert_eq!(api.read(list).await.1, rows);
    is_confirmed(&api, later).await;
}

/// Waits until an order is confirmed, as its stream tells: the read model of the orders has stopped at the same event.
async fn is_confirmed(api: &Api, order: Uuid) {
    let stream = format!("/streams/order-{order}?direction=backward&limit=1");
    let start = Instant::now();
    while api.read(&stream).await.1["events"][0]["type"] != "OrderConfirmed" {
        assert!(start.elapsed() < PATIENCE);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
