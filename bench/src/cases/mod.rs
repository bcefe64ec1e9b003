//! What can be measured; each case a file.

mod append;
mod as_of;
mod catch_up;
pub mod fan_out;
mod fdatasync;
pub mod group;
mod growth;
mod idle;
mod in_process;
mod limits;
mod long_stream;
mod nats;
mod orders;
mod postgres;
mod rebuild;

use futures_util::future::LocalBoxFuture;

use crate::bench::Bench;
use crate::failure::Outcome;
use crate::measurement::Measurement;
use crate::peers::{self, Need};
use crate::report::grouped;
use crate::table::Table;

/// One thing that can be measured by itself.
pub struct Case {
    pub name: &'static str,
    pub about: &'static str,
    /// What must be installed for it.
    pub needs: &'static [Need],
    pub run: for<'a> fn(&'a Bench) -> LocalBoxFuture<'a, Outcome<Table>>,
}

/// All cases, in the order in which they run.
pub static CASES: [Case; 15] = [
    Case {
        name: "limits",
        about: "what disk and SQLite allow: fdatasync, commits of 1, 100 and 1,000 events",
        needs: &[],
        run: |bench| Box::pin(limits::run(bench)),
    },
    Case {
        name: "append",
        about: "HTTP, one event a request, 1 to 256 clients, beside UmaDB",
        needs: &[peers::umadb::NEED],
        run: |bench| Box::pin(append::one_by_one(bench)),
    },
    Case {
        name: "append-100",
        about: "HTTP, 100 events a request, 1 and 16 clients, beside UmaDB",
        needs: &[peers::umadb::NEED],
        run: |bench| Box::pin(append::by_the_hundred(bench)),
    },
    Case {
        name: "in-process",
        about: "the library, 1,000 events a batch, beside raw SQLite",
        needs: &[],
        run: |bench| Box::pin(in_process::run(bench)),
    },
    Case {
        name: "catch-up",
        about: "the whole log from its beginning, in process and over HTTP, beside UmaDB and raw SQLite",
        needs: &[peers::umadb::NEED],
        run: |bench| Box::pin(catch_up::run(bench)),
    },
    Case {
        name: "postgres",
        about: "on PostgreSQL, 1 and 64 clients, beside plain INSERTs and message-db",
        needs: &[peers::postgres::NEED, peers::message_db::NEED],
        run: |bench| Box::pin(postgres::run(bench)),
    },
    Case {
        name: "nats",
        about: "HTTP, one event a request, 1 and 64 clients, beside NATS JetStream",
        needs: &[peers::nats::NEED],
        run: |bench| Box::pin(nats::run(bench)),
    },
    Case {
        name: "growth",
        about: "a log of 10,000,000 events beside one of 10,000, and the server's memory on it",
        needs: &[],
        run: |bench| Box::pin(growth::run(bench)),
    },
    Case {
        name: "long-stream",
        about: "a command on a stream of 100,000 events beside one on a stream of 10",
        needs: &[],
        run: |bench| Box::pin(long_stream::run(bench)),
    },
    Case {
        name: "as-of",
        about: "pages of the order list as it was, at any position of a log of 1,000,000 events",
        needs: &[],
        run: |bench| Box::pin(as_of::run(bench)),
    },
    Case {
        name: "rebuild",
        about: "the order list built anew from 1,000,000 events, beside raw SQLite, and appends meanwhile",
        needs: &[],
        run: |bench| Box::pin(rebuild::run(bench)),
    },
    Case {
        name: "group",
        about: "a queue group of 4 members, every event acknowledged, beside a pull consumer of NATS JetStream",
        needs: &[peers::nats::NEED],
        run: |bench| Box::pin(group::run(bench)),
    },
    Case {
        name: "fan-out",
        about: "the same events to 1,000 and 5,000 sockets, beside a bare axum broadcast, with and without a slow reader",
        needs: &[],
        run: |bench| Box::pin(fan_out::run(bench)),
    },
    Case {
        name: "idle",
        about: "the processor time of a server with 100 consumers and nothing to do",
        needs: &[],
        run: |bench| Box::pin(idle::run(bench)),
    },
    Case {
        name: "orders",
        about: "orders through the whole server: 1, 100, 500 a second, and as fast as 64 clients are answered",
        needs: &[],
        run: |bench| Box::pin(orders::run(bench)),
    },
];

/// Puts a figure into the table and shows it at once.
fn record(table: &mut Table, work: &str, name: &str, measured: Measurement) {
    let tail = measured.latency.map_or_else(String::new, |latency| {
        format!(
            ", p50 {:.3} ms, p99 {:.3} ms",
            latency.p50_ms, latency.p99_ms
        )
    });
    eprintln!("  {work} · {name}: {}{tail}", grouped(measured.value));
    table.record(work, name, measured);
}

/// `1 client`, `16 clients`.
fn clients(count: usize) -> String {
    if count == 1 {
        "1 client".to_owned()
    } else {
        format!("{count} clients")
    }
}
