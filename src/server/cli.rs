//! The command line. Every flag is also read from the environment as `HIGHWATER_<FLAG>`.

use clap::error::{ContextKind, ContextValue};
use clap::{Args, Parser, Subcommand, ValueEnum};
use reqwest::Url;
use std::net::SocketAddr;
use std::path::PathBuf;

use super::care::{BackupArgs, ExportArgs, ImportArgs, RestoreArgs, TidyArgs};
use super::data::Database;

/// An event-sourced application server with a live console.
#[derive(Debug, Parser)]
#[command(name = "highwater", version, about, max_term_width = 100)]
pub struct Cli {
    /// How much is logged: `error`, `warn`, `info`, `debug`, `trace`, or a filter such as `info,highwater::live=debug`.
    #[arg(long, global = true, env = "HIGHWATER_LOG", default_value = "info")]
    pub log: String,

    /// How the log looks.
    #[arg(long, global = true, env = "HIGHWATER_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,

    /// What to do.
    #[command(subcommand)]
    pub action: Action,
}

impl Cli {
    /// Reads the command line of this process, or says what is wrong with it and ends.
    #[must_use]
    pub fn read() -> Cli {
        Cli::try_parse().unwrap_or_else(|error| without_password(error).exit())
    }
}

/// A value that was refused is shown, and the address of a database may hold a password.
fn without_password(mut error: clap::Error) -> clap::Error {
    if let Some(ContextValue::String(value)) = error.get(ContextKind::InvalidValue)
        && let Some((_, host)) = value.rsplit_once('@')
    {
        let shown = ContextValue::String(format!("...@{host}"));
        error.insert(ContextKind::InvalidValue, shown);
    }
    error
}

/// How the log looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// A JSON object a line, for collectors.
    Json,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Action {
    /// Serve the console and the API.
    Serve(ServeArgs),
    /// Drive realistic order traffic through the public API of a running server, and report what it reached.
    Simulate(SimulateArgs),
    /// Check the log (positions, versions, ids) and compare every read model with a fresh fold of it. Servers may be running.
    Verify(DatabaseArgs),
    /// Build the read models of this version while a server of an older version runs, so that the new one is ready at once.
    Prepare(DatabaseArgs),
    /// List files of read models that this version has no use for, such as those of older versions, and delete them. No server
    /// may be running here.
    Tidy(TidyArgs),
    /// Copy the log, while a server runs, into a folder of its own, and check the copy.
    Backup(BackupArgs),
    /// Make a database of a backup, into a folder that is empty or not there yet, and check it.
    Restore(RestoreArgs),
    /// Write the log as NDJSON, a CloudEvent a line, in the order of positions.
    Export(ExportArgs),
    /// Read NDJSON of CloudEvents into a log: an export as it was, or events of other systems.
    Import(ImportArgs),
}

/// Where the server listens and what it stands on.
#[derive(Clone, Debug, Args)]
pub struct ServeArgs {
    /// The address to listen on. Without credentials set up, only loopback addresses are taken. Port 0 takes a free one.
    #[arg(long, env = "HIGHWATER_LISTEN", default_value = "127.0.0.1:3000")]
    pub listen: SocketAddr,

    /// How other servers on the same database reach this one: an http address, under whose name it answers (see `--host`). The
    /// address that it listens on where nothing is said.
    #[arg(long, env = "HIGHWATER_ADVERTISE")]
    pub advertise: Option<Url>,

    /// The database: `sqlite:<folder>`, which is made where it is missing, or `postgres://user:password@host/database`, which
    /// several servers may share. `PGPASSWORD` and `~/.pgpass` are heeded.
    #[arg(
        long,
        env = "HIGHWATER_DATABASE",
        default_value = "sqlite:data",
        hide_env_values = true
    )]
    pub database: Database,

    /// With PostgreSQL: the folder for what this server folds from the log for itself, `data` where nothing is said. With
    /// SQLite that is the database's folder.
    #[arg(long, env = "HIGHWATER_DATA")]
    pub data: Option<PathBuf>,

    /// Consumers that set an event aside which they cannot handle after several tries, with all later ones of its key, and go on
    /// with everything else: names such as `orders,sales`. The others stop at such an event until an operator comes.
    #[arg(
        long,
        env = "HIGHWATER_PARK",
        value_name = "CONSUMERS",
        value_delimiter = ','
    )]
    pub park: Vec<String>,

    /// A copy of each read model is stored whenever so many events came since its last one, so that a rebuild, or one whose file is
    /// lost, begins there and not at the log's start. It takes as much room as the read model. 0 stores none.
    #[arg(
        long,
        env = "HIGHWATER_COPY_EVERY",
        value_name = "EVENTS",
        default_value_t = 1_000_000
    )]
    pub copy_every: u64,

    /// The name of this environment, shown at the top of every page.
    #[arg(long, env = "HIGHWATER_ENVIRONMENT", default_value = "local")]
    pub environment: String,

    /// Further host names, besides loopback ones, under which browsers may reach the server (behind a proxy). Repeatable.
    #[arg(long = "host", env = "HIGHWATER_HOST", value_delimiter = ',')]
    pub hosts: Vec<String>,

    /// The largest request body that is taken, in bytes.
    #[arg(long, env = "HIGHWATER_MAX_BODY_BYTES", default_value_t = 1024 * 1024, value_parser = clap::value_parser!(u64).range(1024..))]
    pub max_body_bytes: u64,

    /// A folder to read the script and style of the pages from, instead of those inside the program.
    #[arg(long, env = "HIGHWATER_SITE_DIR")]
    pub site_dir: Option<PathBuf>,

    /// Appends that may wait for the writer before further ones are answered with `overloaded`.
    #[arg(long, env = "HIGHWATER_APPEND_QUEUE", default_value_t = 4096, value_parser = clap::value_parser!(u32).range(1..))]
    pub append_queue: u32,

    /// An alert is raised when a consumer is further behind than so many milliseconds.
    #[arg(long, env = "HIGHWATER_ALERT_AGE_MS", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub alert_age_ms: u64,

    /// An alert is raised when one command in a hundred takes longer than so many milliseconds to be seen everywhere.
    #[arg(long, env = "HIGHWATER_ALERT_WINDOW_MS", default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub alert_window_ms: u64,

    /// Where alerts are posted, as JSON, when they come and when they go: an http or https address. Certificates are checked against
    /// those that the system trusts, or those in the file that SSL_CERT_FILE names.
    #[arg(long, env = "HIGHWATER_ALERT_WEBHOOK", hide_env_values = true)]
    pub alert_webhook: Option<Url>,
}

/// What traffic to make.
#[derive(Clone, Debug, Args)]
pub struct SimulateArgs {
    /// The server.
    #[arg(long, env = "HIGHWATER_URL", default_value = "http://127.0.0.1:3000")]
    pub url: String,

    /// Orders a second, sent on time whether or not earlier ones were answered. 0: each client sends as fast as it is answered.
    #[arg(long, default_value_t = 20)]
    pub rate: u32,

    /// For how long, in seconds.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub seconds: u32,

    /// Clients, each on a connection of its own: at most so many commands are under way at once.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub clients: u32,
}

/// A database that something is done with, and what servers have folded of it.
#[derive(Clone, Debug, Args)]
pub struct DatabaseArgs {
    /// The database: `sqlite:<folder>` or `postgres://user:password@host/database`.
    #[arg(
        long,
        env = "HIGHWATER_DATABASE",
        default_value = "sqlite:data",
        hide_env_values = true
    )]
    pub database: Database,

    /// With PostgreSQL: the folder that the server has been given.
    #[arg(long, env = "HIGHWATER_DATA")]
    pub data: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_refused_address_does_not_show_its_password() {
        let address = "postgres://ada:s3cret@db:port/shop";
        let error = Cli::try_parse_from(["highwater", "serve", "--database", address]).unwrap_err();
        let said = without_password(error).to_string();
        assert!(said.contains("...@db:port/shop"), "{said}");
        assert!(!said.contains("s3cret"), "{said}");
    }
}
