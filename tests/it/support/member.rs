//! A member of a consumer group, as a program of somebody else's would be one.

use futures_util::{SinkExt, StreamExt};
use highwater::contract::{GroupFrame, MemberFrame, NackAction, Position, Problem, RecordedEvent};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::in_time;

pub struct Member {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

/// An event that a member was given.
#[derive(Debug)]
pub struct Given {
    pub delivery: u64,
    pub attempt: u32,
    pub event: RecordedEvent,
}

impl Given {
    pub fn position(&self) -> u64 {
        self.event.position.0
    }
}

impl Member {
    /// Connects, and hears the first frame.
    pub async fn join(address: &str, consumer: &str, name: &str) -> (Member, GroupFrame) {
        let mut member = Member::connect(address, consumer, name)
            .await
            .expect("connected");
        let hello = member.frame().await;
        (member, hello)
    }

    /// The same with credit.
    pub async fn with_credit(address: &str, consumer: &str, name: &str, n: u32) -> Member {
        let (mut member, _) = Member::join(address, consumer, name).await;
        member.credit(n).await;
        member
    }

    pub async fn connect(address: &str, consumer: &str, name: &str) -> Result<Member, Error> {
        let address = address.replace("http://", "ws://");
        let url = format!("{address}/api/v1/consumers/{consumer}/connect?member={name}");
        let (socket, _) = in_time(connect_async(url)).await?;
        Ok(Member { socket })
    }

    pub async fn say_text(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.expect("sent");
    }

    pub async fn say(&mut self, frame: &MemberFrame) {
        self.say_text(&serde_json::to_string(frame).expect("json"))
            .await;
    }

    pub async fn credit(&mut self, n: u32) {
        self.say(&MemberFrame::Credit { n }).await;
    }

    pub async fn ack(&mut self, given: &Given) {
        let delivery = given.delivery;
        self.say(&MemberFrame::Ack { delivery }).await;
    }

    pub async fn nack(&mut self, given: &Given, action: NackAction, reason: &str) {
        self.say(&MemberFrame::Nack {
            delivery: given.delivery,
            action,
            reason: Some(reason.to_owned()),
        })
        .await;
    }

    pub async fn commit(&mut self, position: u64) {
        let position = Position(position);
        self.say(&MemberFrame::Commit { position }).await;
    }

    /// The next event; other frames are passed over.
    pub async fn event(&mut self) -> Given {
        in_time(self.next_event()).await
    }

    async fn next_event(&mut self) -> Given {
        self.event_if_any().await.expect("open")
    }

    /// The next event, unless the connection is gone.
    pub async fn event_if_any(&mut self) -> Option<Given> {
        loop {
            let Message::Text(text) = self.message_if_any().await? else {
                continue;
            };
            if let Ok(GroupFrame::Event {
                delivery,
                attempt,
                event,
            }) = serde_json::from_str(&text)
            {
                let event = *event;
                return Some(Given {
                    delivery,
                    attempt,
                    event,
                });
            }
        }
    }

    /// Says something, unless the connection is gone; whether it is there.
    pub async fn try_say(&mut self, frame: &MemberFrame) -> bool {
        let text = serde_json::to_string(frame).expect("json");
        self.socket.send(Message::text(text)).await.is_ok()
    }

    /// The next so many events.
    pub async fn events(&mut self, count: usize) -> Vec<Given> {
        let mut events = Vec::with_capacity(count);
        while events.len() < count {
            events.push(self.event().await);
        }
        events
    }

    /// The next event, if one comes within a while.
    pub async fn event_within(&mut self, patience: Duration) -> Option<Given> {
        tokio::time::timeout(patience, self.next_event()).await.ok()
    }

    /// The next problem; other frames are passed over.
    pub async fn problem(&mut self) -> Problem {
        in_time(async {
            loop {
                if let GroupFrame::Error { problem } = self.next_frame().await {
                    return problem;
                }
            }
        })
        .await
    }

    /// How the connection ends; frames before that are passed over.
    pub async fn close_code(&mut self) -> CloseCode {
        in_time(async {
            loop {
                if let Message::Close(Some(frame)) = self.message().await {
                    return frame.code;
                }
            }
        })
        .await
    }

    /// Waits until the server asks whether it is still there.
    pub async fn ping(&mut self) {
        in_time(async { while !matches!(self.message().await, Message::Ping(_)) {} }).await;
    }

    pub async fn frame(&mut self) -> GroupFrame {
        in_time(self.next_frame()).await
    }

    async fn next_frame(&mut self) -> GroupFrame {
        loop {
            if let Message::Text(text) = self.message().await {
                return serde_json::from_str(&text).expect("a frame");
            }
        }
    }

    async fn message(&mut self) -> Message {
        self.message_if_any().await.expect("open")
    }

    /// The next message, unless the connection is gone.
    pub async fn message_if_any(&mut self) -> Option<Message> {
        self.socket.next().await?.ok()
    }
}
