//! A PostgreSQL server of our own, durable as it comes.

use std::path::Path;
use std::process::Command;
use tempfile::TempDir;
use tokio_postgres::{Client, NoTls};

use super::Need;
use crate::bench::Places;
use crate::failure::Outcome;
use crate::process::{Process, Signal, free_port};

pub const NEED: Need = Need::Postgres;

/// The user as whom PostgreSQL runs where we are root, as whom it refuses to.
const USER: &str = "postgres";

/// Room for every client, and memory and WAL enough that no limit made for small machines is measured.
const SETTINGS: [&str; 6] = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=400",
    "shared_buffers=512MB",
    "max_wal_size=4GB",
    "fsync=on",
];

/// A server on an empty folder.
pub struct Server {
    port: u16,
    /// Stopped before its folder is removed.
    _process: Process,
    _folder: TempDir,
}

impl Server {
    pub async fn start(places: &Places) -> Outcome<Server> {
        let folder = places.empty_folder("postgres-")?;
        let data = folder.path().join("data");
        let as_user = AsUser::find(folder.path())?;
        let mut initdb = as_user.command(&places.postgres.join("initdb"));
        initdb
            .arg("--pgdata")
            .arg(&data)
            .args(["--username", USER, "--auth=trust", "--locale=C"])
            .args(["--encoding=UTF8", "--no-instructions"]);
        let made = initdb
            .output()
            .map_err(|error| format!("initdb could not be run: {error}"))?;
        if !made.status.success() {
            let said = String::from_utf8_lossy(&made.stderr);
            return Err(format!("initdb failed: {}", said.trim()).into());
        }
        let port = free_port()?;
        let mut postgres = as_user.command(&places.postgres.join("postgres"));
        postgres
            .arg("-D")
            .arg(&data)
            .args(["-p", &port.to_string()]);
        for setting in SETTINGS {
            postgres.args(["-c", setting]);
        }
        let mut process =
            Process::start("postgres", &mut postgres, folder.path(), Signal::Interrupt)?;
        process.ready(async || connect(port, USER).await).await?;
        Ok(Server {
            port,
            _process: process,
            _folder: folder,
        })
    }

    /// Makes a database and says where it is.
    pub async fn make_database(&self, name: &str) -> Outcome<String> {
        let client = self.connect(USER).await?;
        client
            .batch_execute(&format!("CREATE DATABASE {name}"))
            .await?;
        Ok(format!("postgres://{USER}@127.0.0.1:{}/{name}", self.port))
    }

    /// A connection to a database.
    pub async fn connect(&self, database: &str) -> Outcome<Client> {
        connect(self.port, database).await
    }
}

async fn connect(port: u16, database: &str) -> Outcome<Client> {
    let settings = format!("host=127.0.0.1 port={port} user={USER} dbname={database}");
    let (client, connection) = tokio_postgres::connect(&settings, NoTls).await?;
    // Ends when the client is dropped; what goes wrong on it, the client is told.
    tokio::spawn(async move { drop(connection.await) });
    Ok(client)
}

/// How PostgreSQL's programs are run: as another user where we are root.
struct AsUser {
    switch: bool,
}

impl AsUser {
    /// Hands the folder over where another user is needed.
    fn find(folder: &Path) -> Outcome<AsUser> {
        let user = Command::new("id").arg("--user").output()?;
        let switch = user.stdout.trim_ascii() == b"0";
        if switch {
            let owner = format!("{USER}:");
            let given = Command::new("chown").arg(&owner).arg(folder).status()?;
            if !given.success() {
                return Err(format!("{} cannot be given to {USER}", folder.display()).into());
            }
        }
        Ok(AsUser { switch })
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = if self.switch {
            let mut command = Command::new("setpriv");
            command
                .args(["--reuid", USER, "--regid", USER])
                .args(["--clear-groups", "--inh-caps=-all", "--"])
                .arg(program);
            command
        } else {
            Command::new(program)
        };
        // Not ours, which that user may be unable to enter.
        command.current_dir("/");
        command
    }
}
