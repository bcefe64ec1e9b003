//! The live connection through a running server.

use highwater::contract::{
    ClientFrame, Delta, EventFilter, Position, ServerFrame, Timestamp, Topic,
};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use crate::support::{Page, Server};

const ALL: EventFilter = EventFilter {
    event_type: None,
    category: None,
    correlation_id: None,
    from_time: None,
};

fn watch(watch: u32, topic: Topic, after: u64) -> ClientFrame {
    ClientFrame::Watch {
        watch,
        topic,
        after: Position(after),
    }
}

/// Positions of the events that a page is told, until it has `upto`.
async fn positions(page: &mut Page, upto: u64) -> Vec<u64> {
    let mut told = Vec::new();
    while told.last().is_none_or(|last| *last < upto) {
        let events = page
            .until(|frame| match frame {
                ServerFrame::Delta {
                    delta: Delta::Events { events, skipped: 0 },
                    ..
                } => Some(events),
                _ => None,
            })
            .await;
        told.extend(events.iter().map(|event| event.position.0));
    }
    told
}

#[tokio::test]
async fn a_page_that_comes_back_is_told_what_it_missed_and_nothing_twice() {
    let mut server = Server::start();
    let api = server.api();
    api.stocked("kettle", 100).await;
    let mut page = Page::open(&server.address).await;
    page.say(&watch(1, Topic::Events { filter: ALL }, 0)).await;
    assert_eq!(positions(&mut page, 2).await, [1, 2]);
    drop(page);

    let (id, _) = api.order("kettle", 1, "4242424242424242").await;
    api.order_becomes(id, "confirmed").await;
    api.settled().await;
    server.kill_9();
    server.restart();
    let (_, head) = api.read("/head").await;
    let head = head["position"].as_u64().expect("a position");
    let mut page = Page::open(&server.address).await;
    page.say(&watch(7, Topic::Events { filter: ALL }, 2)).await;
    assert_eq!(
        positions(&mut page, head).await,
        (3..=head).collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn rows_come_with_the_position_that_they_are_as_of() {
    let server = Server::start();
    let api = server.api();
    api.stocked("kettle", 100).await;
    api.settled().await;
    let mut page = Page::open(&server.address).await;
    page.say(&watch(1, Topic::Orders, 2)).await;
    page.say(&watch(2, Topic::Stock, 2)).await;
    let (id, receipt) = api.order("kettle", 1, "4242424242424242").await;
    let at = Position(receipt["position"].as_u64().expect("a position"));
    let (position, row) = page
        .until(|frame| match frame {
            ServerFrame::Delta {
                watch: 1,
                position,
                delta: Delta::Orders { rows, .. },
                ..
            } => rows
                .into_iter()
                .find(|row| row.order_id.0 == id)
                .map(|row| (position, row)),
            _ => None,
        })
        .await;
    assert!(
        position >= at && row.position <= position,
        "{position} {row:?}"
    );
    let reserved = |frame| match frame {
        ServerFrame::Delta {
            watch: 2,
            delta: Delta::Stock { rows },
            ..
        } => rows.into_iter().find(|row| row.reserved == 1),
        _ => None,
    };
    assert_eq!(page.until(reserved).await.available, 99);
}

#[tokio::test]
async fn what_a_page_painted_closes_the_last_stage_of_the_command() {
    let server = Server::start();
    let api = server.api();
    api.stocked("kettle", 100).await;
    api.settled().await;
    let mut page = Page::open(&server.address).await;
    page.say(&watch(1, Topic::Orders, 2)).await;
    let (_, receipt) = api.order("kettle", 1, "4242424242424242").await;
    let at = Position(receipt["position"].as_u64().expect("a position"));
    let position = page
        .until(|frame| match frame {
            ServerFrame::Delta {
                watch: 1, position, ..
            } if position >= at => Some(position),
            _ => None,
        })
        .await;
    let now = Timestamp::now();
    page.say(&ClientFrame::Painted {
        watch: 1,
        position,
        received_at: now,
        painted_at: now,
        uncertainty_ms: 0.1,
    })
    .await;
    let path = format!(
        "/commands/{}",
        receipt["command_id"].as_str().expect("an id")
    );
    for _ in 0..200 {
        let (_, convergence) = api.read(&path).await;
        if convergence["painted_at"].is_string() {
            assert!(convergence["pushed_at"].is_string());
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the command does not know that it was painted");
}

#[tokio::test]
async fn bad_frames_are_answered_and_a_page_that_sends_nothing_else_is_turned_away() {
    let server = Server::start();
    let mut page = Page::open(&server.address).await;
    let error = |frame| match frame {
        ServerFrame::Error { problem } => Some(problem),
        _ => None,
    };
    for bad in [
        "",
        "{",
        "[]",
        r#"{"type":"order_tea"}"#,
        r#"{"type":"ping","n":-1}"#,
        r#"{"type":"ping","n":1,"m":2}"#,
    ] {
        page.say_text(bad).await;
        assert_eq!(
            page.until(error).await.problem_type,
            "/problems/invalid-frame",
            "{bad}"
        );
    }
    page.say(&ClientFrame::Ping { n: 5 }).await;
    page.until(|frame| matches!(frame, ServerFrame::Pong { n: 5, .. }).then_some(()))
        .await;
    for _ in 0..10 {
        page.say_text("nonsense").await;
    }
    assert_eq!(close_code(&mut page).await, CloseCode::Policy);
    assert_eq!(
        server.api().read("/head").await.0,
        200,
        "nobody else notices"
    );
}

#[tokio::test]
async fn a_page_from_another_log_starts_anew() {
    let server = Server::start();
    let mut page = Page::open(&server.address).await;
    page.say(&watch(3, Topic::Orders, 1_000_000)).await;
    let reset = |frame| match frame {
        ServerFrame::Reset { watch: 3, position } => Some(position),
        _ => None,
    };
    assert_eq!(page.until(reset).await, Position(0));
}

#[tokio::test]
async fn a_server_that_stops_says_goodbye() {
    let mut server = Server::start();
    let mut page = Page::open(&server.address).await;
    page.until(|frame| matches!(frame, ServerFrame::Hello { .. }).then_some(()))
        .await;
    let stopping = tokio::task::spawn_blocking(move || server.terminate());
    assert_eq!(close_code(&mut page).await, CloseCode::Away);
    assert!(stopping.await.expect("joined").success(), "exit code 0");
}

async fn close_code(page: &mut Page) -> CloseCode {
    loop {
        if let Message::Close(Some(frame)) = page.message().await {
            return frame.code;
        }
    }
}
