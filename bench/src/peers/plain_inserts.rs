//! What people write when they keep events in PostgreSQL without a library: one table, one INSERT for each event, each a
//! transaction of its own. The order of its numbers is not the order of the commits.

use tokio_postgres::{Client, Statement};

use super::postgres::Server;
use crate::event::{self, Course};
use crate::failure::Outcome;
use crate::load;

pub const NAME: &str = "INSERT on PostgreSQL";

const DATABASE: &str = "plain";
const TABLE: &str = include_str!("plain_inserts/table.sql");
const INSERT: &str = include_str!("plain_inserts/insert.sql");

/// Makes a database with the table.
pub async fn set_up(server: &Server) -> Outcome<()> {
    server.make_database(DATABASE).await?;
    let client = server.connect(DATABASE).await?;
    Ok(client.batch_execute(TABLE).await?)
}

/// So many writers, each on a connection of its own.
pub async fn writers(server: &Server, count: usize) -> Outcome<Vec<Writer>> {
    let mut writers = Vec::with_capacity(count);
    for _ in 0..count {
        let client = server.connect(DATABASE).await?;
        let insert = client.prepare(INSERT).await?;
        writers.push(Writer {
            client,
            insert,
            course: Course::new(),
        });
    }
    Ok(writers)
}

/// Inserts; the key on stream and version guards the version.
pub struct Writer {
    client: Client,
    insert: Statement,
    course: Course,
}

impl load::Writer for Writer {
    async fn append(&mut self, events: u32) -> Outcome<()> {
        for payload in self.course.payloads(events) {
            let version = i64::try_from(self.course.version() + 1)?;
            let stream = self.course.stream();
            self.client
                .execute(
                    &self.insert,
                    &[&event::id(), &stream, &version, &event::TYPE, &payload],
                )
                .await?;
            self.course.advance(1);
        }
        Ok(())
    }
}
