//! Highwater through HTTP.

use futures_util::{FutureExt, SinkExt, StreamExt};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::bench::Places;
use crate::cases::{fan_out, group};
use crate::event::{self, Course};
use crate::failure::Outcome;
use crate::http::Connection;
use crate::load;
use crate::process::{Process, Signal, free_port};

pub const NAME: &str = "Highwater";

/// A server of our own.
pub struct Server {
    process: Process,
    address: String,
}

impl Server {
    /// Starts one on a folder with its embedded database.
    pub async fn start(places: &Places, folder: &Path) -> Outcome<Server> {
        let database = format!("sqlite:{}", folder.display());
        Server::start_with(places, folder, &["--database", &database]).await
    }

    /// Starts one on a PostgreSQL database; what else it keeps goes into the folder.
    pub async fn start_on_postgres(places: &Places, folder: &Path, url: &str) -> Outcome<Server> {
        let data = folder.to_string_lossy();
        Server::start_with(places, folder, &["--database", url, "--data", &data]).await
    }

    async fn start_with(places: &Places, folder: &Path, arguments: &[&str]) -> Outcome<Server> {
        let listen = format!("127.0.0.1:{}", free_port()?);
        let mut command = Command::new(&places.server);
        command
            .args(["serve", "--log", "warn", "--listen", &listen])
            .args(arguments);
        let mut process = Process::start("highwater", &mut command, folder, Signal::Terminate)?;
        let address = format!("http://{listen}");
        process
            .ready(async || {
                let mut connection = Connection::open(&address).await?;
                let answer = connection.get("/healthz").await?;
                if answer.status == 200 {
                    Ok(())
                } else {
                    Err(answer.refused())
                }
            })
            .await?;
        Ok(Server { process, address })
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    /// So many writers, each on a connection of its own.
    pub async fn writers(&self, count: usize) -> Outcome<Vec<Writer>> {
        let mut writers = Vec::with_capacity(count);
        for _ in 0..count {
            writers.push(self.writer().await?);
        }
        Ok(writers)
    }

    /// One writer.
    pub async fn writer(&self) -> Outcome<Writer> {
        Ok(Writer {
            connection: Connection::open(&self.address).await?,
            course: Course::new(),
            body: String::new(),
        })
    }

    /// Waits until every consumer has read the log to its end.
    pub async fn settled(&self, patience: Duration) -> Outcome<()> {
        let begun = Instant::now();
        let mut connection = Connection::open(&self.address).await?;
        loop {
            let answer = connection.get("/api/v1/consumers").await?;
            if answer.status != 200 {
                return Err(answer.refused());
            }
            let list: Consumers = serde_json::from_slice(answer.body)?;
            if list.consumers.iter().all(|one| one.lag_events == 0) {
                return Ok(());
            }
            if begun.elapsed() > patience {
                return Err("the consumers are still behind the log".into());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Makes a queue group that begins with the first event of the bench's, and connects so many members.
    pub async fn members(&self, group: &str, count: usize) -> Outcome<Vec<Member>> {
        let category = event::CATEGORY;
        self.define(
            group,
            &format!(
                r#"{{"mode":"queue","from":"start","filter":{{"categories":["{category}"]}}}}"#
            ),
        )
        .await?;
        let mut members = Vec::with_capacity(count);
        for number in 0..count {
            members.push(self.member(group, number).await?);
        }
        Ok(members)
    }

    /// Connects one member more.
    pub async fn member(&self, group: &str, number: usize) -> Outcome<Member> {
        Member::connect(&self.seat(group, number)).await
    }

    /// Makes a queue group that begins with the next event.
    pub async fn queue_from_the_end(&self, group: &str) -> Outcome<()> {
        let category = event::CATEGORY;
        self.define(
            group,
            &format!(r#"{{"mode":"queue","filter":{{"categories":["{category}"]}}}}"#),
        )
        .await
    }

    async fn define(&self, group: &str, definition: &str) -> Outcome<()> {
        let mut connection = Connection::open(&self.address).await?;
        let path = format!("/api/v1/consumers/{group}");
        let answer = connection.put(&path, definition.as_bytes()).await?;
        match answer.status {
            201 => Ok(()),
            _ => Err(answer.refused()),
        }
    }

    /// Where a member connects.
    fn seat(&self, group: &str, number: usize) -> String {
        let address = self.address.replace("http://", "ws://");
        format!("{address}/api/v1/consumers/{group}/connect?member=m{number}")
    }

    /// Makes a group in `topic` mode of the bench's events.
    pub async fn topic(&self, group: &str) -> Outcome<()> {
        let category = event::CATEGORY;
        self.define(
            group,
            &format!(r#"{{"mode":"topic","filter":{{"categories":["{category}"]}}}}"#),
        )
        .await
    }

    /// Where a listener to a topic connects.
    pub fn listener(&self, group: &str, number: usize) -> fan_out::Socket {
        fan_out::Socket {
            url: self.seat(group, number),
            greeting: Some(r#"{"type":"credit","n":4000000000}"#),
        }
    }

    /// Processor time that the server has used.
    pub fn processor_time(&self) -> Outcome<Duration> {
        self.process.processor_time()
    }

    /// Memory that the server holds, in megabytes.
    pub fn memory(&self) -> Outcome<f64> {
        self.process.memory()
    }
}

#[derive(serde::Deserialize)]
struct Consumers {
    consumers: Vec<Consumer>,
}

#[derive(serde::Deserialize)]
struct Consumer {
    lag_events: u64,
}

/// A member of a group, over WebSocket.
pub struct Member {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// Events that may still come before more are asked for.
    credit: u32,
}

/// What of a frame the member needs.
#[derive(serde::Deserialize)]
struct Frame<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    delivery: Option<u64>,
    #[serde(borrow)]
    event: Option<&'a serde_json::value::RawValue>,
}

impl Member {
    /// Credit that is given at once.
    const CREDIT: u32 = 500;

    async fn connect(url: &str) -> Outcome<Member> {
        let (socket, _) = tokio_tungstenite::connect_async(url).await?;
        if let MaybeTlsStream::Plain(stream) = socket.get_ref() {
            stream.set_nodelay(true)?;
        }
        Ok(Member { socket, credit: 0 })
    }

    async fn ask_for_more(&mut self) -> Outcome<()> {
        if self.credit < Member::CREDIT {
            let more = format!(r#"{{"type":"credit","n":{}}}"#, Member::CREDIT);
            self.socket.feed(Message::text(more)).await?;
            self.credit += Member::CREDIT;
        }
        Ok(())
    }

    /// Acknowledges an event, if it is one.
    async fn acknowledge(&mut self, message: Message) -> Outcome<u64> {
        let Message::Text(text) = message else {
            return Ok(0);
        };
        let frame: Frame<'_> = serde_json::from_str(&text)?;
        match (frame.kind, frame.delivery, frame.event) {
            ("event", Some(delivery), Some(_)) => {
                let ack = format!(r#"{{"type":"ack","delivery":{delivery}}}"#);
                self.socket.feed(Message::text(ack)).await?;
                self.credit -= 1;
                Ok(1)
            }
            ("error", ..) => Err(format!("the server says: {text}").into()),
            _ => Ok(0),
        }
    }
}

impl group::Member for Member {
    /// Takes what has come together, and answers it with one write.
    async fn handle(&mut self) -> Outcome<u64> {
        self.ask_for_more().await?;
        self.socket.flush().await?;
        let mut handled = 0;
        let mut next = self.socket.next().await;
        loop {
            let message = next.ok_or("the server closed the connection")??;
            handled += self.acknowledge(message).await?;
            match self.socket.next().now_or_never() {
                Some(another) if handled < u64::from(Member::CREDIT) / 2 => next = another,
                Some(another) => {
                    let message = another.ok_or("the server closed the connection")??;
                    handled += self.acknowledge(message).await?;
                    break;
                }
                None => break,
            }
        }
        self.socket.flush().await?;
        Ok(handled)
    }
}

impl Member {
    /// Asks for events, and takes in what comes, until the server closes the connection.
    pub async fn listen(mut self) -> Outcome<()> {
        self.ask_for_more().await?;
        self.socket.flush().await?;
        while let Some(message) = self.socket.next().await {
            message?;
        }
        Ok(())
    }
}

/// Appends through `POST /api/v1/streams/{stream}`.
pub struct Writer {
    connection: Connection,
    course: Course,
    body: String,
}

impl Writer {
    /// Appends an event for each payload, all in one request.
    async fn send(&mut self, payloads: Vec<String>) -> Outcome<()> {
        self.body.clear();
        let expected = self.course.version();
        write!(self.body, r#"{{"expected":{expected},"events":["#)?;
        for (at, payload) in payloads.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            let (id, kind) = (event::id(), event::TYPE);
            write!(
                self.body,
                r#"{comma}{{"id":"{id}","type":"{kind}","data":{payload}}}"#
            )?;
        }
        self.body.push_str("]}");
        let path = format!("/api/v1/streams/{}", self.course.stream());
        let answer = self.connection.post(&path, self.body.as_bytes()).await?;
        if answer.status != 201 {
            return Err(answer.refused());
        }
        self.course.advance(payloads.len() as u32);
        Ok(())
    }
}

impl load::Writer for Writer {
    async fn append(&mut self, events: u32) -> Outcome<()> {
        let payloads = self.course.payloads(events).collect();
        self.send(payloads).await
    }
}

impl fan_out::Publisher for Writer {
    async fn publish(&mut self, events: u32, sent_at: u64) -> Outcome<()> {
        let payload = fan_out::payload(sent_at);
        self.send(vec![payload; events as usize]).await
    }
}
