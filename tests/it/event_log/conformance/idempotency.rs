//! Repeating an append changes nothing and answers as the first time.

use highwater::contract::{CommandId, EventId, Metadata, Position, Timestamp, Version};
use highwater::event_log::ExpectedVersion::{Any, NoStream};
use highwater::event_log::{AppendError, AppendRequest, Appended, EventLog, NewEvent};
use uuid::Uuid;

use crate::event_log::support::{
    Store, add, command, conflict, event, events, json, part, request, stream, to, whole,
};

/// The first answer as it is given again: its time is the one that its events carry.
async fn again(log: &dyn EventLog, first: &Appended) -> Appended {
    let last = whole(log)
        .await
        .into_iter()
        .find(|event| event.position == first.position);
    Appended {
        committed_at: last.unwrap().recorded_at,
        duplicate: true,
        ..first.clone()
    }
}

async fn refusal(log: &dyn EventLog, request: AppendRequest) -> (EventId, String) {
    let head = log.head();
    let error = log.append(request).await.unwrap_err();
    assert_eq!(log.head(), head);
    match error {
        AppendError::EventIdReused { id, detail } => (id, detail),
        other => panic!("refused as {other:?}"),
    }
}

pub async fn a_repeated_append_answers_as_the_first(store: &dyn Store) {
    let log = store.open().await;
    add(&*log, "order-0", "Made", 2).await;
    let made = to("order-1", Any, events("Made", 3));
    let first = log.append(made.clone()).await.unwrap();
    assert!(!first.duplicate);
    add(&*log, "order-1", "Moved", 2).await;
    let head = log.head();
    let second = log.append(made).await.unwrap();
    assert_eq!(second, again(&*log, &first).await);
    assert_eq!(second.streams[0].first_version, Version(1));
    assert_eq!(second.streams[0].last_version, Version(3));
    assert_eq!(log.head(), head);
}

pub async fn a_repetition_wins_over_a_conflict(store: &dyn Store) {
    let log = store.open().await;
    let made = to("order-1", NoStream, vec![event("Made")]);
    log.append(made.clone()).await.unwrap();
    assert!(log.append(made).await.unwrap().duplicate);
}

pub async fn the_same_id_in_another_stream_is_refused(store: &dyn Store) {
    let log = store.open().await;
    let made = event("Made");
    log.append(to("order-1", Any, vec![made.clone()]))
        .await
        .unwrap();
    let (id, detail) = refusal(&*log, to("order-2", Any, vec![made.clone()])).await;
    assert_eq!(id, made.id);
    assert!(detail.contains("`order-1`"), "{detail}");
}

pub async fn the_same_id_with_other_content_is_refused(store: &dyn Store) {
    let log = store.open().await;
    let made = event("Made");
    log.append(to("order-1", Any, vec![made.clone()]))
        .await
        .unwrap();
    let changes: [fn(&mut NewEvent); 6] = [
        |event| event.event_type = "Other".to_owned(),
        |event| event.schema_version = 2,
        |event| event.data = json(r#"{"n":2}"#),
        |event| event.metadata.correlation_id = Some(Uuid::now_v7()),
        |event| event.metadata.causation_id = Some(Uuid::now_v7()),
        |event| {
            event.metadata.extra.insert("by".to_owned(), "me".into());
        },
    ];
    for change in changes {
        let mut changed = made.clone();
        change(&mut changed);
        let (id, detail) = refusal(&*log, to("order-1", Any, vec![changed])).await;
        assert_eq!(id, made.id);
        assert!(detail.contains("other content"), "{detail}");
    }
}

pub async fn some_of_the_ids_are_refused(store: &dyn Store) {
    let log = store.open().await;
    let made = event("Made");
    log.append(to("order-1", Any, vec![made.clone()]))
        .await
        .unwrap();
    let (id, detail) = refusal(&*log, to("order-1", Any, vec![event("New"), made.clone()])).await;
    assert_eq!(id, made.id);
    assert!(detail.contains("1 of the 2 ids"), "{detail}");
}

pub async fn ids_from_two_appends_are_refused(store: &dyn Store) {
    let log = store.open().await;
    let (a, b) = (event("Made"), event("Moved"));
    log.append(to("order-1", Any, vec![a.clone()]))
        .await
        .unwrap();
    add(&*log, "order-2", "Between", 1).await;
    log.append(to("order-1", Any, vec![b.clone()]))
        .await
        .unwrap();
    let (id, detail) = refusal(&*log, to("order-1", Any, vec![a.clone(), b.clone()])).await;
    assert_eq!(id, b.id);
    assert!(detail.contains("together"), "{detail}");
    let both = events("Pair", 2);
    log.append(to("order-1", Any, both.clone())).await.unwrap();
    let turned = both.iter().rev().cloned().collect();
    let (id, _) = refusal(&*log, to("order-1", Any, turned)).await;
    assert_eq!(id, both[0].id);
}

pub async fn a_part_of_an_append_is_told_where_it_is(store: &dyn Store) {
    let log = store.open().await;
    let made = events("Made", 3);
    log.append(to("order-1", Any, made.clone())).await.unwrap();
    let part = log.append(to("order-1", NoStream, made[1..].to_vec()));
    let part = part.await.unwrap();
    assert!(part.duplicate);
    let versions = (part.streams[0].first_version, part.streams[0].last_version);
    assert_eq!(versions, (Version(2), Version(3)));
    assert_eq!(part.first_position, Position(2));
    assert_eq!(part.position, Position(3));
    assert_eq!(log.head().position, Position(3));
}

pub async fn a_repeated_command_answers_as_the_first(store: &dyn Store) {
    let log = store.open().await;
    let place = command("PlaceOrder");
    let decided = |first: &str| AppendRequest {
        command: Some(place.clone()),
        ..request(vec![
            part("order-1", NoStream, events(first, 2)),
            part("stock-1", Any, events("Reserved", 1)),
        ])
    };
    let first = log.append(decided("OrderPlaced")).await.unwrap();
    add(&*log, "order-1", "Moved", 1).await;
    // Decided anew, with new ids and other events: the command counts.
    let second = log.append(decided("OrderRefused")).await.unwrap();
    assert_eq!(second, again(&*log, &first).await);
    assert_eq!(whole(&*log).await.len(), 4);
}

pub async fn a_command_is_found_by_its_id(store: &dyn Store) {
    let log = store.open().await;
    add(&*log, "order-0", "Made", 5).await;
    let mut place = command("PlaceOrder");
    place.causation_id = Some(Uuid::now_v7());
    let appended = log
        .append(AppendRequest {
            command: Some(place.clone()),
            ..request(vec![
                part("order-1", Any, events("OrderPlaced", 2)),
                part("stock-1", Any, events("Reserved", 1)),
            ])
        })
        .await
        .unwrap();
    let found = log.command(place.id).await.unwrap().unwrap();
    assert_eq!(found.id, place.id);
    assert_eq!(found.name, "PlaceOrder");
    assert_eq!(found.accepted_at, place.accepted_at);
    assert_eq!(found.correlation_id, place.correlation_id);
    assert_eq!(found.causation_id, place.causation_id);
    assert_eq!(found.stream, stream("order-1"));
    assert_eq!(found.version, Version(2));
    assert_eq!(
        (found.first_position, found.position),
        (Position(6), Position(8))
    );
    assert!(found.committed_at <= appended.committed_at);
    assert!(found.committed_at > Timestamp::default());
    assert_eq!(log.command(CommandId::generate()).await, Ok(None));
}

pub async fn a_refused_append_leaves_its_command_unknown(store: &dyn Store) {
    let log = store.open().await;
    let place = command("PlaceOrder");
    let stamped = |expected| AppendRequest {
        command: Some(place.clone()),
        ..to("order-1", expected, vec![event("OrderPlaced")])
    };
    add(&*log, "order-1", "Made", 1).await;
    let refused = log.append(stamped(NoStream)).await;
    assert_eq!(refused, Err(conflict("order-1", NoStream, 1)));
    assert_eq!(log.command(place.id).await, Ok(None));
    assert!(!log.append(stamped(Any)).await.unwrap().duplicate);
}

pub async fn random_ids_are_idempotent_too(store: &dyn Store) {
    let log = store.open().await;
    // Ids in no order, with the largest and the smallest there can be among them.
    let ids = [7, u128::MAX, 0, 1 << 100, 3, 1 << 127, 5].map(|n| EventId(Uuid::from_u128(n)));
    let made = |id| NewEvent {
        id,
        metadata: Metadata::default(),
        ..event("Made")
    };
    for id in ids {
        let appended = log
            .append(to("order-1", Any, vec![made(id)]))
            .await
            .unwrap();
        assert!(!appended.duplicate);
    }
    for (index, id) in ids.into_iter().enumerate() {
        let appended = log
            .append(to("order-1", Any, vec![made(id)]))
            .await
            .unwrap();
        assert!(appended.duplicate);
        assert_eq!(appended.position, Position(index as u64 + 1));
    }
    assert_eq!(whole(&*log).await.len(), ids.len());
}
