//! Reading the log over HTTP: pages, filters, and what is refused.

use serde_json::{Value, json};
use std::collections::HashSet;
use uuid::Uuid;

use crate::support::{Api, Server};

/// Seven notes in two streams of one category, and a task; two of the notes are one conversation.
async fn written(api: &Api) -> Uuid {
    let conversation = Uuid::now_v7();
    let talk = json!({ "correlation_id": conversation });
    let note = |metadata: &Value| json!({ "type": "NoteTaken", "data": {}, "metadata": metadata });
    let none = json!({});
    for (stream, events) in [
        ("note-1", json!([note(&talk), note(&none), note(&none)])),
        ("task-1", json!([{ "type": "TaskSet", "data": {} }])),
        (
            "note-2",
            json!([note(&none), note(&talk), note(&none), note(&none)]),
        ),
    ] {
        let body = json!({ "expected": "no_stream", "events": events });
        let (status, answer) = api.send(&format!("/streams/{stream}"), &body).await;
        assert_eq!(status, 201, "{answer}");
    }
    conversation
}

fn positions(page: &Value) -> Vec<u64> {
    let events = page["events"].as_array().expect("events");
    events
        .iter()
        .map(|event| event["position"].as_u64().expect("a position"))
        .collect()
}

/// Reads pages until there is no next one.
async fn walk(api: &Api, path: &str, cursor: &str) -> Vec<Value> {
    let mut pages = Vec::new();
    let mut next = String::new();
    loop {
        let (status, page) = api.read(&format!("{path}{next}")).await;
        assert_eq!(status, 200, "{page}");
        next = match &page["next"] {
            Value::Null => String::new(),
            Value::String(name) => format!("&{cursor}={name}"),
            other => format!("&{cursor}={other}"),
        };
        pages.push(page);
        assert!(pages.len() < 20, "it never ends");
        if next.is_empty() {
            return pages;
        }
    }
}

#[tokio::test]
async fn pages_go_through_the_log_in_both_directions_and_end() {
    let server = Server::start();
    let api = server.api();
    written(&api).await;
    // Eight events: the last page of four is full, and still the last.
    for (limit, sizes) in [(3, vec![3, 3, 2]), (4, vec![4, 4]), (8, vec![8])] {
        for direction in ["forward", "backward"] {
            let path = format!("/events?limit={limit}&direction={direction}");
            let pages = walk(&api, &path, "after").await;
            let found: Vec<_> = pages.iter().map(|page| positions(page).len()).collect();
            assert_eq!(found, sizes, "{path}");
            let mut all: Vec<_> = pages.iter().flat_map(positions).collect();
            if direction == "backward" {
                all.reverse();
            }
            assert_eq!(all, (1..=8).collect::<Vec<_>>(), "{path}");
        }
    }
    let pages = walk(&api, "/streams/note-2?limit=2&direction=backward", "from").await;
    let all: Vec<_> = pages.iter().flat_map(positions).collect();
    assert_eq!((pages.len(), all), (2, vec![8, 7, 6, 5]));
    let pages = walk(&api, "/streams?limit=1&prefix=note-", "after").await;
    let names: Vec<_> = pages
        .iter()
        .map(|page| page["streams"][0]["stream"].clone())
        .collect();
    assert_eq!(names, ["note-1", "note-2"]);
}

#[tokio::test]
async fn filters_find_what_they_say_alone_and_together() {
    let server = Server::start();
    let api = server.api();
    let conversation = written(&api).await;
    let (_, task) = api.read("/events?type=TaskSet").await;
    let from = task["events"][0]["recorded_at"].as_str().expect("a time");
    for (query, wanted) in [
        ("type=TaskSet".to_owned(), vec![4]),
        ("category=note".to_owned(), vec![1, 2, 3, 5, 6, 7, 8]),
        (format!("correlation_id={conversation}"), vec![1, 6]),
        (format!("from_time={from}"), vec![4, 5, 6, 7, 8]),
        (
            format!("from_time={from}&correlation_id={conversation}&type=NoteTaken&category=note"),
            vec![6],
        ),
        ("type=NoSuchThing".to_owned(), vec![]),
        (
            "category=note&after=5&direction=backward".to_owned(),
            vec![3, 2, 1],
        ),
    ] {
        let (status, page) = api.read(&format!("/events?{query}")).await;
        assert_eq!(status, 200, "{query}: {page}");
        assert_eq!(positions(&page), wanted, "{query}");
        assert_eq!(
            (&page["next"], &page["head"]),
            (&Value::Null, &json!(8)),
            "{query}"
        );
    }
    let (_, streams) = api.read("/streams?category=task").await;
    let task = &streams["streams"][0];
    assert_eq!(
        (&task["stream"], &task["version"], &task["last_position"]),
        (&json!("task-1"), &json!(1), &json!(4))
    );
    assert_eq!(task["last_at"], from);
}

#[tokio::test]
async fn times_have_microseconds_and_the_head_knows_its_own() {
    let server = Server::start();
    let api = server.api();
    assert_eq!(
        api.read("/head").await.1,
        json!({ "position": 0, "recorded_at": null })
    );
    written(&api).await;
    let (_, page) = api.read("/events?direction=backward&limit=1").await;
    let recorded_at = page["events"][0]["recorded_at"].as_str().expect("a time");
    let micros = recorded_at.split_once('.').expect("a fraction").1;
    assert_eq!(
        (micros.len(), recorded_at.len()),
        ("123456Z".len(), "2026-10-01T09:30:00.123456Z".len())
    );
    let head = api.read("/head").await.1;
    assert_eq!(head, json!({ "position": 8, "recorded_at": recorded_at }));
}

#[tokio::test]
async fn an_event_knows_its_command_and_what_it_caused() {
    let server = Server::start();
    let api = server.api();
    api.stocked("mug", 5).await;
    let (order, receipt) = api.order("mug", 1, "4242424242424242").await;
    api.order_becomes(order, "confirmed").await;
    let placed = &receipt["events"][0]["id"];
    let (_, view) = api
        .read(&format!("/events/{}", placed.as_str().expect("an id")))
        .await;
    assert_eq!(
        view["command"],
        json!({ "id": receipt["command_id"], "name": "PlaceOrder" })
    );
    assert_eq!(view["caused_by"], Value::Null);
    let caused = view["caused"].as_array().expect("effects");
    let reserved = caused
        .iter()
        .find(|event| event["type"] == "StockReserved")
        .expect("the reservation");
    let (_, view) = api
        .read(&format!(
            "/events/{}",
            reserved["id"].as_str().expect("an id")
        ))
        .await;
    assert_eq!(&view["caused_by"]["id"], placed);
    assert_eq!(view["command"]["name"], "ReserveStock");
}

#[tokio::test]
async fn a_question_that_cannot_be_meant_is_refused_by_the_name_of_what_is_wrong() {
    let server = Server::start();
    let api = server.api();
    written(&api).await;
    for (path, named) in [
        ("/events?limit=0", "limit: 0 is not the size of a page"),
        (
            "/events?limit=1001",
            "limit: 1001 is not the size of a page",
        ),
        ("/events?limit=-1", "limit: "),
        ("/events?limit=ten", "limit: "),
        ("/events?limit=1&limit=2", "duplicate field `limit`"),
        ("/events?after=-1", "after: "),
        ("/events?after=", "after: "),
        ("/events?direction=sideways", "direction: "),
        ("/events?from_time=yesterday", "from_time: `yesterday`"),
        ("/events?from_time=2026-10-01", "from_time: "),
        ("/events?correlation_id=7", "correlation_id: "),
        ("/events?type=", "type: is empty"),
        ("/events?category=", "category: is empty"),
        ("/events?colour=red", "unknown field `colour`"),
        ("/events/seven", "`id` with value `seven`"),
        ("/streams?limit=5000", "limit: 5000"),
        ("/streams?limit=0", "limit: 0"),
        ("/streams?prefix=", "prefix: is empty"),
        (
            "/streams?after=a%20b",
            "after: the stream name contains ' '",
        ),
        ("/streams/note-1?limit=1001", "limit: 1001"),
        ("/streams/note-1?from=0", "from: "),
        ("/streams/note-1?after=1", "unknown field `after`"),
        ("/streams/a%20b", "the stream name contains ' '"),
        ("/orders?limit=1001", "limit: 1001"),
        ("/inventory?limit=0", "limit: 0"),
        ("/sales?limit=1001", "limit: 1001"),
    ] {
        let (status, problem) = api.read(path).await;
        let detail = problem["detail"].as_str().unwrap_or_default();
        assert_eq!(
            (status, &problem["type"]),
            (400, &json!("/problems/bad-request")),
            "{path}: {problem}"
        );
        assert!(
            detail.starts_with(named) || detail.contains(named),
            "{path}: {detail}"
        );
    }
    let (status, _) = api.read("/events?limit=1000").await;
    assert_eq!(status, 200);
    for (path, kind) in [
        ("/streams/note-7".to_owned(), "stream-not-found"),
        (format!("/events/{}", Uuid::now_v7()), "not-found"),
    ] {
        let (status, problem) = api.read(&path).await;
        assert_eq!(
            (status, &problem["type"]),
            (404, &json!(format!("/problems/{kind}")))
        );
    }
}

#[tokio::test]
async fn a_page_of_sales_leads_to_the_next() {
    let server = Server::start();
    let api = server.api();
    for (sku, currency) in [("cup", "EUR"), ("mug", "USD"), ("pot", "GBP")] {
        let price = json!({ "amount": 100, "currency": currency });
        let product = json!({ "sku": sku, "name": sku, "unit_price": price });
        api.command("RegisterProduct", product).await;
        api.command("ReceiveStock", json!({ "sku": sku, "quantity": 5 }))
            .await;
        api.order(sku, 1, "4242424242424242").await;
    }
    api.settled().await;
    let pages = walk(&api, "/sales?bucket=day&limit=1", "cursor").await;
    let currencies: HashSet<_> = pages
        .iter()
        .map(|page| page["items"][0]["revenue"]["currency"].to_string())
        .collect();
    assert_eq!(currencies.len(), 3, "{pages:?}");
}
