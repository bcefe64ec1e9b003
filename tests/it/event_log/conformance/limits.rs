//! What may not be appended is refused with a text that names the rule, and the largest that may is taken.

use highwater::contract::Version;
use highwater::event_log::ExpectedVersion::Any;
use highwater::event_log::{AppendError, AppendRequest, EventLog, NewEvent, StreamQuery};

use crate::event_log::support::{
    Store, command, event, events, json, part, request, stream, to, whole,
};

async fn assert_refused(log: &dyn EventLog, request: AppendRequest, rule: &str) {
    match log.append(request).await {
        Err(AppendError::InvalidEvent(detail)) => assert!(detail.contains(rule), "{detail}"),
        other => panic!("answered {other:?} and not: {rule}"),
    }
    assert!(whole(log).await.is_empty());
}

fn one(event: NewEvent) -> AppendRequest {
    to("order-1", Any, vec![event])
}

/// A JSON string of so many bytes.
fn json_of(bytes: usize) -> String {
    format!("\"{}\"", "x".repeat(bytes - 2))
}

pub async fn empty_requests_are_refused(store: &dyn Store) {
    let log = store.open().await;
    assert_refused(&*log, request(vec![]), "names no stream").await;
    assert_refused(&*log, to("order-1", Any, vec![]), "no events").await;
    let half_empty = request(vec![
        part("order-1", Any, events("Made", 1)),
        part("order-2", Any, vec![]),
    ]);
    assert_refused(&*log, half_empty, "`order-2`").await;
}

pub async fn bad_names_are_refused(store: &dyn Store) {
    let log = store.open().await;
    assert_refused(&*log, one(event("")), "type is empty").await;
    assert_refused(&*log, one(event("  ")), "type is empty").await;
    assert_refused(&*log, one(event("Ma\nde")), "'\\n'").await;
    assert_refused(&*log, one(event(&"x".repeat(201))), "200 characters").await;
    let nameless = AppendRequest {
        command: Some(command("")),
        ..one(event("Made"))
    };
    assert_refused(&*log, nameless, "command's name is empty").await;
    let no_schema = NewEvent {
        schema_version: 0,
        ..event("Made")
    };
    assert_refused(&*log, one(no_schema), "schema versions").await;
}

pub async fn too_much_is_refused(store: &dyn Store) {
    let log = store.open().await;
    assert_refused(
        &*log,
        to("order-1", Any, events("Made", 1_001)),
        "1001 events",
    )
    .await;
    let spread = request(vec![
        part("order-1", Any, events("Made", 600)),
        part("order-2", Any, events("Made", 600)),
    ]);
    assert_refused(&*log, spread, "1200 events").await;
    let mut large = event("Made");
    large.data = json(&json_of(256 * 1024 + 1));
    assert_refused(&*log, one(large), "262145 bytes").await;
    let mut talkative = event("Made");
    let note = "x".repeat(64 * 1024);
    talkative
        .metadata
        .extra
        .insert("note".to_owned(), note.into());
    assert_refused(&*log, one(talkative), "the metadata has").await;
    let mut many = events("Made", 65);
    for event in &mut many {
        event.data = json(&json_of(256 * 1024));
    }
    assert_refused(&*log, to("order-1", Any, many), "the append has").await;
}

pub async fn the_largest_event_is_taken(store: &dyn Store) {
    let log = store.open().await;
    let mut largest = event(&"é".repeat(200));
    largest.data = json(&json_of(256 * 1024));
    log.append(one(largest.clone())).await.unwrap();
    let query = StreamQuery::from(stream("order-1"), Version(1), 1);
    let slice = log.read_stream(query).await.unwrap();
    assert_eq!(slice.events[0].data.get(), largest.data.get());
    assert_eq!(slice.events[0].event_type, largest.event_type);
}

pub async fn the_largest_append_is_taken(store: &dyn Store) {
    let log = store.open().await;
    let appended = log
        .append(to("order-1", Any, events("Made", 1_000)))
        .await
        .unwrap();
    assert_eq!(appended.streams[0].last_version, Version(1_000));
    assert_eq!(whole(&*log).await.len(), 1_000);
}

pub async fn what_stands_twice_in_a_request_is_refused(store: &dyn Store) {
    let log = store.open().await;
    let made = event("Made");
    let same_id = request(vec![
        part("order-1", Any, vec![made.clone()]),
        part("order-2", Any, vec![event("Made"), made.clone()]),
    ]);
    assert_refused(&*log, same_id, &made.id.to_string()).await;
    let same_stream = request(vec![
        part("order-1", Any, events("Made", 1)),
        part("order-1", Any, events("Made", 1)),
    ]);
    assert_refused(&*log, same_stream, "named twice").await;
    let mut shadowed = event("Made");
    let extra = &mut shadowed.metadata.extra;
    extra.insert("causation_id".to_owned(), "x".into());
    assert_refused(&*log, one(shadowed), "`causation_id` twice").await;
}
