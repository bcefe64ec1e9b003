//! The same events to very many sockets, beside a server that does nothing else.

use futures_util::{SinkExt, StreamExt};
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use super::record;
use crate::bench::Bench;
use crate::failure::Outcome;
use crate::measurement::{Measurement, Times};
use crate::peers::{broadcast, highwater};
use crate::report::grouped;
use crate::table::{Aim, Table};

/// Sockets that are told.
const SOCKETS: [usize; 2] = [1_000, 5_000];
/// Events that are published at once.
const TOGETHER: u32 = 10;
/// Events that are under way at most: what is published waits until nearly all before has come.
const UNDER_WAY: u64 = 40;
/// One socket in so many looks when what it gets was sent.
const TIMED: usize = 50;
/// What is aimed at.
const BESIDE_BARE: f64 = 0.8;
/// What is left of the rate where one reader is slow: nothing is to be felt of it but noise.
const BESIDE_A_SLOW_ONE: f64 = 0.95;
/// How long a slow reader sleeps after each message, as long as it takes others to get ten times as many.
const SLOWNESS: Duration = Duration::from_millis(50);
/// How often the publisher looks how far the sockets are.
const LOOK: Duration = Duration::from_micros(500);
/// How long the last deliveries may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// What makes events known.
pub trait Publisher: Send {
    /// Publishes so many events that say when they were sent, in microseconds of the measurement's clock.
    fn publish(&mut self, events: u32, sent_at: u64) -> impl Future<Output = Outcome<()>> + Send;
}

/// Where one socket connects, and what it says first.
pub struct Socket {
    pub url: String,
    pub greeting: Option<&'static str>,
}

/// Added to every time, so that all have as many digits: JSON has no leading zeros.
const EPOCH: u64 = 100_000_000_000;

/// A payload of 200 bytes that says when it was sent.
pub fn payload(sent_at: u64) -> String {
    format!(
        r#"{{"sent_at":{},"sensor":"north-quay","unit":"m3/s","quality":"good","remark":"as read by the gauge, checked against its neighbours and found to be within the bounds set for the time of year"}}"#,
        EPOCH + sent_at
    )
}

pub async fn run(bench: &Bench) -> Outcome<Table> {
    let mut table = Table::new("Fan-out");
    for sockets in SOCKETS {
        let work = format!("deliveries to {} sockets", grouped(sockets as f64));
        let slow = format!("{work}, a slow reader among them");
        for _ in 0..bench.runs {
            let ours = of_highwater(bench, sockets, false).await?;
            record(&mut table, &work, highwater::NAME, ours.clone());
            let bare = of_broadcast(bench, sockets).await?;
            record(&mut table, &work, broadcast::NAME, bare);
            let beside = of_highwater(bench, sockets, true).await?;
            record(&mut table, &slow, highwater::NAME, beside);
            record(&mut table, &slow, "without it", ours);
        }
        table.aim(&work, broadcast::NAME, Aim::TimesAsFast(BESIDE_BARE));
        table.aim(&slow, "without it", Aim::TimesAsFast(BESIDE_A_SLOW_ONE));
    }
    table.note(
        "Highwater's sockets are members of a group in `topic` mode, and each event is durable before it is sent. One publisher \
         sends ten events a request, and waits while more than forty are under way. Times are from before the request until the \
         event is read.",
    );
    Ok(table)
}

async fn of_highwater(bench: &Bench, sockets: usize, slow: bool) -> Outcome<Measurement> {
    let folder = bench.places.empty_folder("highwater-")?;
    let server = highwater::Server::start(&bench.places, folder.path()).await?;
    server.topic(GROUP).await?;
    let publisher = server.writer().await?;
    let slow = slow.then(|| server.listener(GROUP, sockets));
    let targets = (0..sockets).map(|number| server.listener(GROUP, number));
    measure(bench, publisher, targets.collect(), slow).await
}

/// The group's name.
const GROUP: &str = "fan-out";

async fn of_broadcast(bench: &Bench, sockets: usize) -> Outcome<Measurement> {
    let folder = bench.places.empty_folder("broadcast-")?;
    let server = broadcast::Server::start(folder.path()).await?;
    let publisher = server.publisher().await?;
    let targets = (0..sockets).map(|_| server.listener());
    measure(bench, publisher, targets.collect(), None).await
}

/// What all sockets share.
struct Shared {
    begun: Instant,
    delivered: AtomicU64,
    is_over: AtomicBool,
}

impl Shared {
    fn now(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}

type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn measure<P: Publisher>(
    bench: &Bench,
    mut publisher: P,
    targets: Vec<Socket>,
    slow: Option<Socket>,
) -> Outcome<Measurement> {
    let count = targets.len() as u64;
    let shared = Arc::new(Shared {
        begun: Instant::now(),
        delivered: AtomicU64::new(0),
        is_over: AtomicBool::new(false),
    });
    let mut readers = JoinSet::new();
    for (number, target) in targets.into_iter().enumerate() {
        let stream = connect(target).await?;
        let is_timed = number % TIMED == 0;
        readers.spawn(read(stream, Arc::clone(&shared), is_timed));
    }
    let slow = match slow {
        Some(target) => Some(tokio::spawn(read_slowly(connect(target).await?))),
        None => None,
    };
    drive(&mut publisher, &shared, count, bench.warm_up).await?;
    let before = Instant::now();
    shared.delivered.store(0, Ordering::Relaxed);
    let published = drive(&mut publisher, &shared, count, bench.lasting).await?;
    let elapsed = before.elapsed();
    shared.is_over.store(true, Ordering::Relaxed);
    // One more, so that every reader wakes and sees that it is over.
    publisher.publish(1, shared.now()).await?;
    let mut times = Times::new()?;
    while let Some(reader) = readers.join_next().await {
        times.merge(&reader??)?;
    }
    if let Some(slow) = slow {
        slow.abort();
    }
    Ok(Measurement::rate(published * count, elapsed).with_latency(&times))
}

/// Publishes for a time, and waits until everything has come everywhere. How many events that were.
async fn drive<P: Publisher>(
    publisher: &mut P,
    shared: &Shared,
    sockets: u64,
    lasting: Duration,
) -> Outcome<u64> {
    let begun = Instant::now();
    let mut published = 0;
    while begun.elapsed() < lasting {
        publisher.publish(TOGETHER, shared.now()).await?;
        published += u64::from(TOGETHER);
        arrived(shared, published.saturating_sub(UNDER_WAY) * sockets).await?;
    }
    arrived(shared, published * sockets).await?;
    Ok(published)
}

async fn arrived(shared: &Shared, deliveries: u64) -> Outcome<()> {
    let begun = Instant::now();
    while shared.delivered.load(Ordering::Relaxed) < deliveries {
        if begun.elapsed() > PATIENCE {
            let got = shared.delivered.load(Ordering::Relaxed);
            return Err(format!("{got} of {deliveries} deliveries came").into());
        }
        tokio::time::sleep(LOOK).await;
    }
    Ok(())
}

async fn connect(target: Socket) -> Outcome<Stream> {
    let (mut stream, _) = tokio_tungstenite::connect_async(&target.url).await?;
    if let Some(greeting) = target.greeting {
        stream.send(Message::text(greeting)).await?;
    }
    Ok(stream)
}

/// Reads until it is over.
async fn read(mut stream: Stream, shared: Arc<Shared>, is_timed: bool) -> Outcome<Times> {
    let mut times = Times::new()?;
    while let Some(message) = stream.next().await {
        let Message::Text(text) = message? else {
            continue;
        };
        if !text.starts_with(r#"{"type":"event""#) {
            continue;
        }
        if shared.is_over.load(Ordering::Relaxed) {
            return Ok(times);
        }
        shared.delivered.fetch_add(1, Ordering::Relaxed);
        if is_timed {
            let micros = shared.now().saturating_sub(sent_at(&text)?);
            times.add(Duration::from_micros(micros))?;
        }
    }
    Err("the server closed the connection".into())
}

/// Reads, and sleeps after each message, until it is stopped.
async fn read_slowly(mut stream: Stream) -> Outcome<()> {
    while let Some(message) = stream.next().await {
        message?;
        tokio::time::sleep(SLOWNESS).await;
    }
    Ok(())
}

fn sent_at(text: &str) -> Outcome<u64> {
    let (_, rest) = text
        .split_once(r#""sent_at":"#)
        .ok_or("the frame does not say when it was sent")?;
    let digits = rest.split_once(',').map_or(rest, |(digits, _)| digits);
    Ok(digits.parse::<u64>()?.saturating_sub(EPOCH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_says_when_it_was_sent() {
        for sent in [0, 1_234_567] {
            let payload = payload(sent);
            assert_eq!(payload.len(), 200, "{payload}");
            assert!(serde_json::from_str::<serde_json::Value>(&payload).is_ok());
            assert_eq!(sent_at(&payload).unwrap(), sent);
        }
    }
}
