//! What is measured: Highwater, the peers, and what lies below all of them. Each is started on an empty folder, durable before
//! it answers, with the settings that its makers chose where nothing else is said.

pub mod broadcast;
pub mod highwater;
pub mod in_process;
pub mod message_db;
pub mod nats;
pub mod plain_inserts;
pub mod postgres;
pub mod raw_fold;
pub mod raw_sqlite;
pub mod umadb;

/// What has to be installed for a case, as `--needs` prints it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// A wheel from PyPI.
    Wheel(&'static str, &'static str),
    /// A package from npm.
    Npm(&'static str, &'static str),
    /// PostgreSQL's server.
    Postgres,
}

impl Need {
    /// One line for whoever installs it.
    pub fn line(self) -> String {
        match self {
            Need::Wheel(name, version) => format!("wheel {name} {version}"),
            Need::Npm(name, version) => format!("npm {name} {version}"),
            Need::Postgres => "postgres".to_owned(),
        }
    }
}
