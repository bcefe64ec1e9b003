//! Two servers' logs on one database, in one process.

use futures_util::future::join_all;
use highwater::command::{CommandBus, CommandError};
use highwater::contract::{CommandId, Direction, OrderId, Position, StreamName, Version};
use highwater::convergence::Convergence;
use highwater::event_log::ExpectedVersion::Any;
use highwater::event_log::{EventLog, LogQuery, Options, SharedLog, StreamQuery, TailBounds};
use serde_json::json;
use std::sync::Arc;

use super::PostgresStore;
use crate::event_log::support::{add, command, event, exact, positions, to, whole};
use crate::write_side::send_as;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_sees_what_the_other_appends() {
    let store = PostgresStore::new();
    let small = Options {
        tail: TailBounds {
            events: 5,
            bytes: usize::MAX,
        },
        ..Options::default()
    };
    let (one, other) = (
        store.open_with(small).await,
        store.open_with(Options::default()).await,
    );
    for n in 1..=20 {
        let (writer, reader) = if n % 2 == 0 {
            (&one, &other)
        } else {
            (&other, &one)
        };
        let mut head = reader.watch_head();
        let appended = add(&**writer, "order-1", "Made", 3).await;
        assert_eq!(appended.position, Position(3 * n));
        // By a word alone; the test has no other way to move the reader's head.
        head.wait_for(|head| head.position >= appended.position)
            .await
            .unwrap();
        let last = LogQuery {
            direction: Direction::Backward,
            ..LogQuery::after(Position(u64::MAX), 3)
        };
        let page = reader.read(last).await.unwrap();
        assert_eq!(positions(&page), [3 * n, 3 * n - 1, 3 * n - 2]);
    }
    assert_eq!(positions(&whole(&*one).await), (1..=60).collect::<Vec<_>>());
    assert_eq!(whole(&*one).await, whole(&*other).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_read_shows_the_head_covers() {
    let store = PostgresStore::new();
    let (one, other) = (
        store.open_with(Options::default()).await,
        store.open_with(Options::default()).await,
    );
    for n in 1..=30 {
        let name = format!("order-{n}");
        let made = event("Made");
        let mut stamped = to(&name, Any, vec![made.clone()]);
        stamped.command = Some(command("Make"));
        let id = stamped.command.as_ref().unwrap().id;
        let appended = one.append(stamped.clone()).await.unwrap();
        match n % 4 {
            0 => drop(other.event(made.id).await.unwrap().unwrap()),
            1 => drop(other.command(id).await.unwrap().unwrap()),
            2 => {
                let query = StreamQuery::from(StreamName::try_new(name).unwrap(), Version(1), 9);
                assert_eq!(other.read_stream(query).await.unwrap().version, Version(1));
            }
            _ => assert!(other.append(stamped).await.unwrap().duplicate),
        }
        assert!(other.head().position >= appended.position);
    }
    let wrong = other
        .append(to("order-1", exact(0), vec![event("Made")]))
        .await;
    assert!(wrong.is_err());
}

/// Stock for 40 orders and 100 orders for it, through two servers that know of each other by the log alone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_promise_nothing_twice() {
    let store = PostgresStore::new();
    let mut buses = Vec::new();
    let mut logs: Vec<SharedLog> = Vec::new();
    for _ in 0..2 {
        let log: SharedLog = store.open_with(Options::default()).await;
        buses.push(CommandBus::new(
            log.clone(),
            Arc::new(Convergence::new(Vec::new())),
        ));
        logs.push(log);
    }
    let price = json!({"amount": 100, "currency": "EUR"});
    let register = json!({"sku": "cup", "name": "Cup", "unit_price": price});
    let receive = json!({"sku": "cup", "quantity": 40});
    // Decided on the other server, which has to hear of the product first.
    send_as(
        &buses[0],
        CommandId::generate(),
        "RegisterProduct",
        &register,
    )
    .await
    .unwrap();
    send_as(&buses[1], CommandId::generate(), "ReceiveStock", &receive)
        .await
        .unwrap();
    let senders = (0..100).map(|n| {
        let (bus, other) = (buses[n % 2].clone(), buses[(n + 1) % 2].clone());
        let body = json!({"sku": "cup", "order_id": OrderId::generate(), "quantity": 1});
        tokio::spawn(async move {
            loop {
                let id = CommandId::generate();
                match send_as(&bus, id, "ReserveStock", &body).await {
                    Ok(receipt) => {
                        // Sent again to the other server it is answered as the first time.
                        let again = send_as(&other, id, "ReserveStock", &body).await.unwrap();
                        assert!(again.duplicate);
                        assert_eq!(again.events, receipt.events);
                        return receipt.events[0].event_type.clone();
                    }
                    Err(CommandError::Conflict { .. }) => {}
                    Err(error) => panic!("{error}"),
                }
            }
        })
    });
    let answers = join_all(senders).await;
    let reserved = answers
        .iter()
        .filter(|answer| *answer.as_ref().unwrap() == "StockReserved");
    assert_eq!(reserved.count(), 40);
    let query = StreamQuery::from(StreamName::of("product", "cup"), Version(1), 1);
    let slice = logs[0].read_stream(query).await.unwrap();
    assert_eq!(slice.version, Version(102));
}
