//! What comes back is what was written.

use highwater::contract::{RecordedEvent, Timestamp, Version};
use highwater::event_log::ExpectedVersion::Any;
use highwater::event_log::{EventLog, NewEvent, Options, StreamQuery};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use uuid::Uuid;

use crate::event_log::support::{Store, add, event, json, stream, to, whole};

/// Writes one event and reads it from disk, after the log was opened again.
async fn round_trip(store: &dyn Store, name: &str, event: NewEvent) -> Arc<RecordedEvent> {
    let log = store.open().await;
    log.append(to(name, Any, vec![event])).await.unwrap();
    log.close().await;
    let log = store.open().await;
    let mut all = whole(&*log).await;
    let last = all.pop().unwrap();
    assert_eq!(read_from_stream(&*log, name).await, last);
    log.close().await;
    last
}

async fn read_from_stream(log: &dyn EventLog, name: &str) -> Arc<RecordedEvent> {
    let query = StreamQuery::from(stream(name), Version(1), 1);
    log.read_stream(query).await.unwrap().events[0].clone()
}

pub async fn content_comes_back_byte_for_byte(store: &dyn Store) {
    let texts = [
        r#"{ "b": 1,  "a": [1.0, 1e400, 123456789012345678901234567890] }"#,
        "null",
        r#""\u0000\ud83d\ude00""#,
        "[]",
    ];
    for (index, text) in texts.into_iter().enumerate() {
        let mut made = event("Made");
        made.schema_version = u32::MAX;
        made.data = json(text);
        let id = made.id;
        let read = round_trip(store, &format!("order-{index}"), made).await;
        assert_eq!(read.data.get(), text);
        assert_eq!(read.id, id);
        assert_eq!(read.schema_version, u32::MAX);
        assert_eq!(read.event_type, "Made");
    }
}

pub async fn unicode_survives(store: &dyn Store) {
    let name = "заказ-日本語🦀";
    let mut made = event("Größe geändert ✓");
    made.data = json(r#"{"имя":"Ünïcödé 🦀 \" \\"}"#);
    let read = round_trip(store, name, made.clone()).await;
    assert_eq!(read.stream.as_str(), name);
    assert_eq!(read.event_type, made.event_type);
    assert_eq!(read.data.get(), made.data.get());
}

pub async fn metadata_survives(store: &dyn Store) {
    let mut made = event("Made");
    made.metadata.correlation_id = Some(Uuid::now_v7());
    made.metadata.causation_id = Some(Uuid::from_u128(0));
    let extra = &mut made.metadata.extra;
    extra.insert("command".to_owned(), "PlaceOrder".into());
    extra.insert(
        "nested".to_owned(),
        serde_json::json!({"a": [1, null, "ü"]}),
    );
    let read = round_trip(store, "order-1", made.clone()).await;
    assert_eq!(read.metadata, made.metadata);
}

pub async fn times_never_decrease(store: &dyn Store) {
    let log = store.open().await;
    for n in 0..20 {
        let appended = add(&*log, &format!("order-{n}"), "Made", 2).await;
        let head = log.head();
        assert_eq!(head.position, appended.position);
        assert!(head.recorded_at.unwrap() <= appended.committed_at);
    }
    let times: Vec<_> = whole(&*log).await.iter().map(|e| e.recorded_at).collect();
    assert!(times.is_sorted());
    assert!(times[0] > Timestamp::parse("2020-01-01T00:00:00Z").unwrap());
}

pub async fn a_clock_that_goes_back_does_not_take_the_log_with_it(store: &dyn Store) {
    let time = Arc::new(AtomicI64::new(1_000));
    let options = || {
        let time = Arc::clone(&time);
        Options {
            clock: Arc::new(move || Timestamp::from_micros(time.load(Ordering::SeqCst))),
            ..Options::default()
        }
    };
    let log = store.open_as(options()).await;
    add(&*log, "order-1", "Made", 1).await;
    time.store(400, Ordering::SeqCst);
    let second = add(&*log, "order-1", "Moved", 1).await;
    assert_eq!(second.committed_at, Timestamp::from_micros(1_000));
    log.close().await;
    let log = store.open_as(options()).await;
    add(&*log, "order-1", "Moved", 1).await;
    time.store(2_000, Ordering::SeqCst);
    add(&*log, "order-1", "Moved", 1).await;
    let times: Vec<_> = whole(&*log)
        .await
        .iter()
        .map(|e| e.recorded_at.as_micros())
        .collect();
    assert_eq!(times, [1_000, 1_000, 1_000, 2_000]);
}
