//! A page's live connection, as the browser holds one.

use futures_util::{SinkExt, StreamExt};
use highwater::contract::{ClientFrame, ServerFrame};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

pub struct Page {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Page {
    pub async fn open(address: &str) -> Page {
        let url = format!("{}/live", address.replace("http://", "ws://"));
        let (socket, _) = connect_async(url).await.expect("connected");
        Page { socket }
    }

    pub async fn say(&mut self, frame: &ClientFrame) {
        self.say_text(&serde_json::to_string(frame).expect("json"))
            .await;
    }

    pub async fn say_text(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.expect("sent");
    }

    /// The next message, whatever it is.
    pub async fn message(&mut self) -> Message {
        let next = tokio::time::timeout(Duration::from_secs(10), self.socket.next());
        next.await.expect("in time").expect("open").expect("sound")
    }

    /// The next frame that `wanted` takes; others are passed over.
    pub async fn until<T>(&mut self, mut wanted: impl FnMut(ServerFrame) -> Option<T>) -> T {
        loop {
            let Message::Text(text) = self.message().await else {
                continue;
            };
            let frame: ServerFrame = serde_json::from_str(&text).expect("a frame");
            if let Some(found) = wanted(frame) {
                return found;
            }
        }
    }
}
