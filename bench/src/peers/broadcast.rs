//! The bare way to tell many sockets the same: axum, a broadcast channel, and nothing else. What is posted as lines is sent to
//! every socket, a frame a line.

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use axum::serve::ListenerExt as _;
use futures_util::SinkExt;
use futures_util::stream::{SplitSink, StreamExt};
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use tokio::net::TcpListener;
use tokio::sync::broadcast::error::TryRecvError;
use tokio::sync::broadcast::{Receiver, Sender};

use crate::cases::fan_out;
use crate::event;
use crate::failure::Outcome;
use crate::http::Connection;
use crate::process::{Process, Signal, free_port};

pub const NAME: &str = "a bare axum broadcast";

/// Frames that the channel holds: more than are ever under way.
const HELD: usize = 4_096;

type Channel = Sender<Utf8Bytes>;

/// Serves until it is told to stop: this program, started a second time.
pub async fn serve(listen: SocketAddr) -> Outcome<()> {
    let router = Router::new()
        .route("/healthz", get(async || StatusCode::OK))
        .route("/publish", post(publish))
        .route("/connect", get(connect))
        .with_state(Channel::new(HELD));
    let listener = TcpListener::bind(listen).await?.tap_io(|connection| {
        // Where it cannot be set, the figures show it.
        drop(connection.set_nodelay(true));
    });
    Ok(axum::serve(listener, router).await?)
}

async fn publish(State(channel): State<Channel>, lines: String) -> StatusCode {
    for line in lines.lines() {
        // Nobody listens yet, or no more.
        drop(channel.send(line.into()));
    }
    StatusCode::CREATED
}

async fn connect(State(channel): State<Channel>, upgrade: WebSocketUpgrade) -> Response {
    let frames = channel.subscribe();
    upgrade.on_upgrade(move |socket| async move {
        let (sink, _) = socket.split();
        // It ends when the client goes.
        drop(relay(frames, sink).await);
    })
}

/// Sends all that is there with one write.
async fn relay(
    mut frames: Receiver<Utf8Bytes>,
    mut sink: SplitSink<WebSocket, Message>,
) -> Outcome<()> {
    loop {
        let mut frame = frames.recv().await?;
        loop {
            sink.feed(Message::Text(frame)).await?;
            frame = match frames.try_recv() {
                Ok(another) => another,
                Err(TryRecvError::Empty) => break,
                Err(lost) => return Err(lost.into()),
            };
        }
        sink.flush().await?;
    }
}

/// A server, as a process of its own.
pub struct Server {
    _process: Process,
    address: String,
}

impl Server {
    pub async fn start(folder: &Path) -> Outcome<Server> {
        let listen = format!("127.0.0.1:{}", free_port()?);
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["--broadcast", &listen]);
        let mut process = Process::start("broadcast", &mut command, folder, Signal::Terminate)?;
        let address = format!("http://{listen}");
        process
            .ready(async || Connection::open(&address).await.map(drop))
            .await?;
        Ok(Server {
            _process: process,
            address,
        })
    }

    pub async fn publisher(&self) -> Outcome<Publisher> {
        Ok(Publisher {
            connection: Connection::open(&self.address).await?,
            body: String::new(),
            published: 0,
        })
    }

    /// Where a listener connects.
    pub fn listener(&self) -> fan_out::Socket {
        let address = self.address.replace("http://", "ws://");
        fan_out::Socket {
            url: format!("{address}/connect"),
            greeting: None,
        }
    }
}

/// Posts lines that look like Highwater's frames.
pub struct Publisher {
    connection: Connection,
    body: String,
    published: u64,
}

impl fan_out::Publisher for Publisher {
    async fn publish(&mut self, events: u32, sent_at: u64) -> Outcome<()> {
        self.body.clear();
        for _ in 0..events {
            self.published += 1;
            let line = frame(self.published, &fan_out::payload(sent_at));
            self.body.push_str(&line);
            self.body.push('\n');
        }
        let answer = self
            .connection
            .post("/publish", self.body.as_bytes())
            .await?;
        match answer.status {
            201 => Ok(()),
            _ => Err(answer.refused()),
        }
    }
}

/// A frame of the same fields as Highwater's, so that as much goes through the sockets.
fn frame(number: u64, payload: &str) -> String {
    let (id, kind, category) = (event::id(), event::TYPE, event::CATEGORY);
    format!(
        r#"{{"type":"event","delivery":{number},"attempt":1,"event":{{"id":"{id}","type":"{kind}","schema_version":1,"stream":"{category}-{id}","version":{number},"position":{number},"recorded_at":"2026-10-01T09:30:00.123456Z","data":{payload},"metadata":{{"correlation_id":null,"causation_id":null,"actor":null}}}}}}"#
    )
}
