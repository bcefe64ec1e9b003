//! PostgreSQL of the tests' own: a temporary cluster on a free port, from the programs that Debian's package brings.

use std::io;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A cluster. A process of its own watches over it: it stops PostgreSQL and removes the files when this process ends, in
/// whatever way.
pub struct Postgres {
    folder: PathBuf,
    port: u16,
    /// Stops and cleans when its input, which we hold, is closed.
    guard: Child,
}

/// How much a crash of the machine may cost.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Nothing: as in production.
    Full,
    /// Everything: quicker, where only the processes matter.
    None,
}

impl Postgres {
    /// The cluster that the tests share, each with a database of its own.
    pub fn shared() -> &'static Postgres {
        static SHARED: OnceLock<Postgres> = OnceLock::new();
        SHARED.get_or_init(|| Postgres::start(Durability::None))
    }

    /// A cluster that its test may stop, and that loses nothing.
    pub fn of_its_own() -> Postgres {
        Postgres::start(Durability::Full)
    }

    fn start(durability: Durability) -> Postgres {
        let folder = tempfile::Builder::new()
            .prefix("highwater-postgres-")
            .tempdir()
            .expect("a folder")
            .keep();
        let guard = guard(&folder);
        if is_root() {
            run(Command::new("chown").arg("postgres:").arg(&folder));
        }
        let port = free_port();
        let cluster = Postgres {
            folder,
            port,
            guard,
        };
        run(program("initdb", &cluster.folder)
            .arg(format!("--pgdata={}", cluster.data().display()))
            // Not SCRAM: thousands of hashes for each connection take long in a build for tests.
            .args(["--no-sync", "--no-instructions", "--auth=md5"])
            .args(["--username=postgres", "--locale=C", "--encoding=UTF8"])
            .arg(format!("--pwfile={}", cluster.password_file().display())));
        let fsync = durability == Durability::Full;
        let settings = format!(
            "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = ''\nmax_connections = 300\n\
             fsync = {fsync}\nfull_page_writes = {fsync}\nlog_min_messages = warning\n"
        );
        let file = cluster.data().join("postgresql.auto.conf");
        std::fs::write(file, settings).expect("settings");
        cluster.go();
        cluster
    }

    /// Starts after a stop; ready when it returns.
    pub fn go(&self) {
        let log = self.folder.join("log");
        run(self
            .control()
            .args(["--wait", "--silent", "start"])
            .arg(format!("--log={}", log.display())));
    }

    /// Ends every connection and stops in good order.
    pub fn stop(&self) {
        run(self
            .control()
            .args(["--wait", "--silent", "--mode=fast", "stop"]));
    }

    /// Stops like a crash: the next start has to recover.
    pub fn crash(&self) {
        run(self
            .control()
            .args(["--wait", "--silent", "--mode=immediate", "stop"]));
    }

    /// Takes nobody from now on who does not come over TLS. Certificate and key are PEM.
    pub fn take_only_tls(&self, certificate: &str, key: &str) {
        let data = self.data();
        let (certificate_file, key_file) = (data.join("server.crt"), data.join("server.key"));
        std::fs::write(&certificate_file, certificate).expect("a certificate");
        std::fs::write(&key_file, key).expect("a key");
        run(Command::new("chmod").arg("600").arg(&key_file));
        if is_root() {
            let files = [&certificate_file, &key_file];
            run(Command::new("chown").arg("postgres:").args(files));
        }
        std::fs::write(
            data.join("pg_hba.conf"),
            "hostssl all all 127.0.0.1/32 md5\n",
        )
        .expect("who may come");
        let settings = data.join("postgresql.auto.conf");
        let before = std::fs::read_to_string(&settings).expect("settings");
        std::fs::write(settings, before + "ssl = on\n").expect("settings");
        self.stop();
        self.go();
    }

    /// Makes a new, empty database.
    pub fn database(&'static self) -> Database {
        let name = Postgres::unused_name();
        self.execute(
            "postgres",
            &format!("CREATE DATABASE {name} TEMPLATE template0"),
        );
        Database {
            cluster: self,
            name,
        }
    }

    /// Runs a statement in a database; what it says when it fails.
    pub fn try_execute(&self, database: &str, statement: &str) -> Result<(), String> {
        let mut psql = program("psql", &self.folder);
        // What waits for somebody else must not wait for ever.
        psql.env("PGOPTIONS", "-c statement_timeout=60s")
            .args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"])
            .arg(format!("--dbname={}", self.url(database)))
            .arg(format!("--command={statement}"));
        let output = psql.output().expect("psql");
        match output.status.success() {
            true => Ok(()),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    }

    pub fn execute(&self, database: &str, statement: &str) {
        self.try_execute(database, statement).expect(statement);
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// How a database is reached.
    pub fn url(&self, database: &str) -> String {
        self.url_at(self.port, database)
    }

    /// How it is reached through another port.
    pub fn url_at(&self, port: u16, database: &str) -> String {
        format!("postgres://postgres:{PASSWORD}@127.0.0.1:{port}/{database}")
    }

    fn unused_name() -> String {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed))
    }

    fn control(&self) -> Command {
        let mut control = program("pg_ctl", &self.folder);
        control
            .arg(format!("--pgdata={}", self.data().display()))
            .stdout(Stdio::null());
        control
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn password_file(&self) -> PathBuf {
        let file = self.folder.join("password");
        std::fs::write(&file, PASSWORD).expect("a password");
        file
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _cleaned = self.guard.wait();
    }
}

/// So that a password shown somewhere is found.
pub const PASSWORD: &str = "s3cret-of-the-tests";

/// A database of one test's own, gone with the test.
pub struct Database {
    cluster: &'static Postgres,
    name: String,
}

impl Database {
    pub fn url(&self) -> String {
        self.cluster.url(&self.name)
    }

    pub fn execute(&self, statement: &str) {
        self.cluster.execute(&self.name, statement);
    }

    pub fn try_execute(&self, statement: &str) -> Result<(), String> {
        self.cluster.try_execute(&self.name, statement)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let drop = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        let _removed_with_the_cluster_at_last = self.cluster.try_execute("postgres", &drop);
    }
}

/// Waits for its input to end; then stops what runs in the folder and removes it. PostgreSQL takes its file away as it ends; its
/// process may stay in the table for as long as nobody asks how it ended.
fn guard(folder: &Path) -> Child {
    let script = r#"trap '' INT TERM
        cat > /dev/null
        file="$1/data/postmaster.pid"
        pid=$(head -n 1 "$file" 2> /dev/null) && kill -QUIT "$pid" &&
            for _ in $(seq 200); do [ -e "$file" ] || break; sleep 0.05; done
        rm -rf "$1""#;
    Command::new("sh")
        .args(["-c", script, "guard"])
        .arg(folder)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the guard of PostgreSQL")
}

/// A program of PostgreSQL's, run as its user: it refuses to be run by root.
fn program(name: &str, folder: &Path) -> Command {
    let path = programs().join(name);
    let mut command = if is_root() {
        let mut command = Command::new("setpriv");
        command
            .args(["--reuid=postgres", "--regid=postgres", "--clear-groups"])
            .args(["--inh-caps=-all", "--"])
            .arg(path);
        command
    } else {
        Command::new(path)
    };
    command.current_dir(folder);
    command
}

/// The folder that `HIGHWATER_POSTGRES` names, else that of Debian's newest.
fn programs() -> &'static Path {
    static PROGRAMS: OnceLock<PathBuf> = OnceLock::new();
    PROGRAMS.get_or_init(|| {
        let named = std::env::var_os("HIGHWATER_POSTGRES").map(PathBuf::from);
        named.or_else(debians).expect(
            "PostgreSQL is missing: `cargo xtask test` installs it, as does `apt-get install postgresql`",
        )
    })
}

/// Debian keeps each version in a folder of its own.
fn debians() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    versions
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let version: u32 = entry.file_name().to_str()?.parse().ok()?;
            let programs = entry.path().join("bin");
            programs
                .join("initdb")
                .exists()
                .then_some((version, programs))
        })
        .max()
        .map(|(_, programs)| programs)
}

fn is_root() -> bool {
    static ROOT: OnceLock<bool> = OnceLock::new();
    *ROOT.get_or_init(|| {
        let id = Command::new("id").arg("--user").output().expect("id");
        id.stdout == b"0\n"
    })
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("its number").port()
}

fn run(command: &mut Command) {
    let run: io::Result<_> = command.stdin(Stdio::null()).stderr(Stdio::piped()).output();
    let output = run.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
}
