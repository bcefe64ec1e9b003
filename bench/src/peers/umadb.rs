//! UmaDB: the server inside its wheel, spoken to as its own client does, a connection for each client. What Highwater calls a
//! stream is a tag here, and the expected version the position of the last event with that tag.

mod wire;

use std::path::Path;
use std::process::Command;

use self::wire::{Client, Condition, Event, Query, QueryItem};
use super::Need;
use crate::bench::Places;
use crate::event::{self, Course};
use crate::failure::Outcome;
use crate::load;
use crate::process::{Process, Signal, free_port};

pub const NAME: &str = "UmaDB 0.7.8";
const VERSION: &str = "0.7.8";
pub const NEED: Need = Need::Wheel("umadb", VERSION);

/// The program that the wheel installs, in one line.
const PROGRAM: &str = "import sys, umadb; umadb.run_server_from_args(sys.argv)";

/// A server.
pub struct Server {
    address: String,
    /// Stopped when dropped.
    _process: Process,
}

impl Server {
    pub async fn start(places: &Places, folder: &Path) -> Outcome<Server> {
        let listen = format!("127.0.0.1:{}", free_port()?);
        let mut command = Command::new("python3");
        command
            .env("PYTHONPATH", places.peer("umadb", VERSION))
            .args(["-c", PROGRAM, "--listen", &listen, "--db-path"])
            .arg(folder.join("uma.db"));
        let mut process = Process::start("umadb", &mut command, folder, Signal::Terminate)?;
        let address = format!("http://{listen}");
        process
            .ready(async || {
                Client::connect(&address).await?.head().await?;
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
                client: Client::connect(&self.address).await?,
                course: Course::new(),
                last: None,
            });
        }
        Ok(writers)
    }

    /// Reads all there is, oldest first; says how much that was.
    pub async fn read_all(&self) -> Outcome<u64> {
        let mut client = Client::connect(&self.address).await?;
        let mut batches = client.read().await?;
        let mut count = 0;
        while let Some(batch) = batches.message().await? {
            count += batch.events.len() as u64;
        }
        Ok(count)
    }
}

/// Appends under a condition.
pub struct Writer {
    client: Client,
    course: Course,
    /// The position of the last event that this writer appended.
    last: Option<u64>,
}

impl load::Writer for Writer {
    async fn append(&mut self, events: u32) -> Outcome<()> {
        let stream = self.course.stream().to_owned();
        let condition = Condition {
            fail_if_events_match: Some(Query {
                items: vec![QueryItem {
                    types: Vec::new(),
                    tags: vec![stream.clone()],
                }],
            }),
            after: self.last.filter(|_| self.course.version() > 0),
        };
        let new = self.course.payloads(events).map(|payload| Event {
            event_type: event::TYPE.to_owned(),
            tags: vec![stream.clone()],
            data: payload.into_bytes(),
            uuid: event::id().to_string(),
        });
        let position = self.client.append(new.collect(), condition).await?;
        self.last = Some(position);
        self.course.advance(events);
        Ok(())
    }
}
