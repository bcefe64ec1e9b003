//! A page's live connection, as the browser holds one.

use futures_util::{SinkExt, StreamExt};
use highwater::contract::{ClientFrame, ServerFrame};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::in_time;

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
        in_time(self.next()).await
    }

    async fn next(&mut self) -> Message {
        self.socket.next().await.expect("open").expect("sound")
    }

    /// The next frame that `wanted` takes; others are passed over.
    pub async fn until<T>(&mut self, mut wanted: impl FnMut(ServerFrame) -> Option<T>) -> T {
        in_time(async {
            loop {
                let Message::Text(text) = self.next().await else {
                    continue;
                };
                let frame: ServerFrame = serde_json::from_str(&text).expect("a frame");
                if let Some(found) = wanted(frame) {
                    return found;
                }
            }
        })
        .await
    }
}
