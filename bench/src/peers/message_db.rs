//! message-db on PostgreSQL, installed from its package on npm, driven by its function `write_message`.

use std::path::Path;
use tokio_postgres::{Client, Statement};

use super::Need;
use super::postgres::Server;
use crate::bench::Places;
use crate::event::{self, Course};
use crate::failure::Outcome;
use crate::load;

pub const NAME: &str = "message-db 1.3.1";
const PACKAGE: &str = "@eventide/message-db";
const VERSION: &str = "1.3.1";
pub const NEED: Need = Need::Npm(PACKAGE, VERSION);

const DATABASE: &str = "message_store";

/// The package's SQL, in the order of its install script (its views and the rights of other users left out).
const PARTS: [&str; 20] = [
    "roles/message-store",
    "schema/message-store",
    "extensions/pgcrypto",
    "tables/messages",
    "types/message",
    "functions/message-store-version",
    "functions/hash-64",
    "functions/acquire-lock",
    "functions/category",
    "functions/is-category",
    "functions/id",
    "functions/cardinal-id",
    "functions/stream-version",
    "functions/write-message",
    "functions/get-stream-messages",
    "functions/get-category-messages",
    "functions/get-last-stream-message",
    "indexes/messages-id",
    "indexes/messages-stream",
    "indexes/messages-category",
];
const WRITE: &str = "SELECT write_message($1, $2, $3, $4::text::jsonb, NULL, $5)";

/// Makes a database with message-db in it.
pub async fn set_up(server: &Server, places: &Places) -> Outcome<()> {
    server.make_database(DATABASE).await?;
    let client = connect(server).await?;
    let package = places
        .peer("message-db", VERSION)
        .join("node_modules")
        .join(PACKAGE)
        .join("database");
    for part in PARTS {
        let sql = read(&package.join(format!("{part}.sql")))?;
        client
            .batch_execute(&sql)
            .await
            .map_err(|error| format!("{part}.sql of message-db: {error}"))?;
    }
    Ok(())
}

/// So many writers, each on a connection of its own.
pub async fn writers(server: &Server, count: usize) -> Outcome<Vec<Writer>> {
    let mut writers = Vec::with_capacity(count);
    for _ in 0..count {
        let client = connect(server).await?;
        let write = client.prepare(WRITE).await?;
        writers.push(Writer {
            client,
            write,
            course: Course::new(),
        });
    }
    Ok(writers)
}

/// Its functions find each other by the search path.
async fn connect(server: &Server) -> Outcome<Client> {
    let client = server.connect(DATABASE).await?;
    client
        .batch_execute("SET search_path TO message_store, public")
        .await?;
    Ok(client)
}

fn read(path: &Path) -> Outcome<String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()).into())
}

/// Writes messages with the version expected; versions count from 0 there, and -1 is no stream.
pub struct Writer {
    client: Client,
    write: Statement,
    course: Course,
}

impl load::Writer for Writer {
    async fn append(&mut self, events: u32) -> Outcome<()> {
        for payload in self.course.payloads(events) {
            let expected = i64::try_from(self.course.version())? - 1;
            let id = event::id().to_string();
            let stream = self.course.stream();
            self.client
                .query_one(
                    &self.write,
                    &[&id, &stream, &event::TYPE, &payload, &expected],
                )
                .await?;
            self.course.advance(1);
        }
        Ok(())
    }
}
