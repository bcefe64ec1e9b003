//! A server of the test's own: a child process in a temporary folder on a free port.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

use super::{Api, PATIENCE};

/// How long a server may take to say that it serves: on a busy machine, with a long log to look through.
const STARTS_WITHIN: Duration = Duration::from_secs(60);

pub struct Server {
    folder: TempDir,
    /// Where its log is, when that is not in its folder.
    postgres: Option<String>,
    child: Child,
    pub address: String,
}

impl Server {
    /// Starts one on an empty folder; ready when it says so.
    pub fn start() -> Server {
        Server::start_in(tempfile::tempdir().expect("a folder"), "127.0.0.1:0", &[])
    }

    pub fn start_with(args: &[&str]) -> Server {
        Server::start_in(tempfile::tempdir().expect("a folder"), "127.0.0.1:0", args)
    }

    /// Starts one that trusts the certificates in a file, and no others.
    pub fn start_trusting(certificates: &Path, args: &[&str]) -> Server {
        let folder = tempfile::tempdir().expect("a folder");
        let mut command = command(folder.path(), None, "127.0.0.1:0", args);
        command.env("SSL_CERT_FILE", certificates);
        let (child, address) = run(command);
        Server {
            folder,
            postgres: None,
            child,
            address,
        }
    }

    /// Starts one on a database of PostgreSQL's.
    pub fn start_on(url: &str) -> Server {
        Server::start_on_with(url, &[])
    }

    /// The same with arguments of the test's choice.
    pub fn start_on_with(url: &str, args: &[&str]) -> Server {
        let folder = tempfile::tempdir().expect("a folder");
        let (child, address) = spawn(folder.path(), Some(url), "127.0.0.1:0", args);
        Server {
            folder,
            postgres: Some(url.to_owned()),
            child,
            address,
        }
    }

    /// Starts one on `data` in a folder that is there already.
    pub fn start_in(folder: TempDir, listen: &str, args: &[&str]) -> Server {
        let (child, address) = spawn(folder.path(), None, listen, args);
        Server {
            folder,
            postgres: None,
            child,
            address,
        }
    }

    /// Starts again after a kill or stop: same folder, same address.
    pub fn restart(&mut self) {
        self.restart_with(&[]);
    }

    /// The same with arguments of the test's choice.
    pub fn restart_with(&mut self, args: &[&str]) {
        let listen = self.address.trim_start_matches("http://").to_owned();
        (self.child, self.address) =
            spawn(self.folder.path(), self.postgres.as_deref(), &listen, args);
    }

    pub fn kill_9(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }

    /// Asks it to stop, and waits until it has.
    pub fn terminate(&mut self) -> ExitStatus {
        self.signal("-TERM");
        let told_at = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("its status") {
                return status;
            }
            assert!(told_at.elapsed() < PATIENCE, "the server does not stop");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Holds it where it is until it is let go on.
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    pub fn go_on(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &pid]).status();
        assert!(sent.expect("kill").success());
    }

    /// `highwater verify` on its folder: whether all is well, and what was said.
    pub fn verify(&self) -> (bool, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_highwater"))
            .arg("verify")
            .args(database(self.folder.path(), self.postgres.as_deref()))
            .output()
            .expect("verify");
        let said = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        (output.status.success(), said)
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    pub fn api(&self) -> Api {
        Api::new(&self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _gone_already = self.child.kill();
        let _gone = self.child.wait();
    }
}

/// The arguments that name the database.
fn database(folder: &Path, postgres: Option<&str>) -> Vec<String> {
    let data = folder.join("data").display().to_string();
    let database = "--database".to_owned();
    match postgres {
        Some(url) => vec![database, url.to_owned(), "--data".to_owned(), data],
        None => vec![database, format!("sqlite:{data}")],
    }
}

fn spawn(folder: &Path, postgres: Option<&str>, listen: &str, args: &[&str]) -> (Child, String) {
    run(command(folder, postgres, listen, args))
}

fn command(folder: &Path, postgres: Option<&str>, listen: &str, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_highwater"));
    command
        .args(["serve", "--listen", listen])
        .args(database(folder, postgres))
        .args(["--log", "warn"])
        .args(args)
        .stdout(Stdio::piped());
    command
}

fn run(mut command: Command) -> (Child, String) {
    let mut child = command.spawn().expect("the server starts");
    let mut lines = BufReader::new(child.stdout.take().expect("its output"));
    let (said, heard) = channel();
    thread::spawn(move || {
        let mut line = String::new();
        lines.read_line(&mut line).expect("a line");
        if !line.contains("http://") {
            let _all_there_is = lines.read_to_string(&mut line);
        }
        let _nobody_may_wait = said.send(line);
    });
    let Ok(line) = heard.recv_timeout(STARTS_WITHIN) else {
        let _gone_already = child.kill();
        panic!("the server does not start: {command:?}");
    };
    let Some(at) = line.find("http://") else {
        panic!("the server did not start: {line}");
    };
    (child, line[at..].trim().to_owned())
}
