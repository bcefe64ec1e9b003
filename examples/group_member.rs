//! A member of a consumer group in Rust: connects, takes events, acknowledges each, and connects again when it is cut off.
//!
//!     cargo run --example group_member -- ws://127.0.0.1:3000 mailer worker-1

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::time::Duration;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::{Error, Message};

/// Events that may be on their way to us. Each that is done makes room for another one.
const CREDIT: u32 = 100;

#[tokio::main]
async fn main() {
    let [server, group, member] = arguments();
    let url = format!("{server}/api/v1/consumers/{group}/connect?member={member}");
    let mut wait = Duration::from_millis(100);
    loop {
        match consume(&url).await {
            // We were connected: the next try may come soon.
            Ok(()) => wait = Duration::from_millis(100),
            Err(error) => eprintln!("{error}"),
        }
        tokio::time::sleep(wait).await;
        wait = (wait * 2).min(Duration::from_secs(5));
    }
}

fn arguments() -> [String; 3] {
    let given: Vec<String> = std::env::args().skip(1).collect();
    given.try_into().unwrap_or_else(|_| {
        eprintln!("group_member <ws://host:port> <group> <member>");
        std::process::exit(2)
    })
}

/// Handles events until the connection is gone.
async fn consume(url: &str) -> Result<(), Error> {
    let (mut socket, _) = connect_async(url).await?;
    let credit = json!({ "type": "credit", "n": CREDIT });
    socket.send(Message::text(credit.to_string())).await?;
    while let Some(message) = socket.next().await {
        let Ok(Message::Text(text)) = message else {
            continue;
        };
        let Ok(frame) = serde_json::from_str::<Value>(&text) else {
            continue;
        };
        match frame["type"].as_str() {
            Some("event") => {
                let answer = answer(&frame);
                let credit = json!({ "type": "credit", "n": 1 });
                socket.feed(Message::text(answer.to_string())).await?;
                socket.send(Message::text(credit.to_string())).await?;
            }
            Some("error") => eprintln!("{}", frame["problem"]["detail"]),
            _ => {}
        }
    }
    Ok(())
}

fn answer(frame: &Value) -> Value {
    match handle(&frame["event"]) {
        Ok(()) => json!({ "type": "ack", "delivery": frame["delivery"] }),
        Err(reason) => {
            json!({ "type": "nack", "delivery": frame["delivery"], "action": "retry", "reason": reason })
        }
    }
}

/// Here is what this member is for. An event may come more than once.
fn handle(event: &Value) -> Result<(), String> {
    println!("{} {}", event["position"], event["type"]);
    Ok(())
}
