//! The example clients: each handles events, and comes back when the server was killed.

use serde_json::json;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::support::{Api, PATIENCE, Server};

/// A client that runs, and what it has written.
struct Client {
    child: Child,
    lines: Receiver<String>,
}

impl Client {
    fn start(mut command: Command, server: &Server) -> Client {
        let mut child = command
            .args([
                &server.address.replace("http://", "ws://"),
                "mailer",
                "worker-1",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let output = BufReader::new(child.stdout.take().expect("its output"));
        let (say, lines) = channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if say.send(line).is_err() {
                    return;
                }
            }
        });
        Client { child, lines }
    }

    /// The next event that it has handled.
    fn handled(&self) -> String {
        let line = self.lines.recv_timeout(PATIENCE);
        line.expect("an event").replace('"', "")
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _gone_already = self.child.kill();
        let _gone = self.child.wait();
    }
}

async fn all_acknowledged(api: &Api) {
    for _ in 0..500 {
        let (_, row) = api.read("/consumers/mailer").await;
        if row["lag_events"] == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{:?}", api.read("/consumers/mailer").await);
}

async fn works(command: Command) {
    let mut server = Server::start();
    let api = server.api();
    api.group("mailer", json!({ "mode": "queue" })).await;
    let client = Client::start(command, &server);
    api.notes("note-1", 3).await;
    for position in 2..=4 {
        assert_eq!(client.handled(), format!("{position} NoteTaken"));
    }
    all_acknowledged(&api).await;
    server.kill_9();
    server.restart();
    let position = api.notes("note-1", 1).await;
    assert_eq!(client.handled(), format!("{position} NoteTaken"));
    all_acknowledged(&api).await;
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What `cargo xtask test` installs.
fn installed(path: &str) -> PathBuf {
    let path = root().join(path);
    assert!(
        path.exists(),
        "{} is missing: `cargo xtask test` installs it",
        path.display()
    );
    path
}

#[tokio::test]
async fn in_rust() {
    // The other tests' program lies beside the examples' folder.
    let program = std::env::current_exe().expect("this program");
    let folder = program.parent().and_then(Path::parent).expect("a folder");
    let program = folder.join("examples/group_member");
    assert!(
        program.exists(),
        "`cargo build --examples` makes {}",
        program.display()
    );
    works(Command::new(program)).await;
}

#[tokio::test]
async fn in_python() {
    let mut command = Command::new("python3");
    command
        .arg(root().join("examples/group_member.py"))
        .env("PYTHONPATH", installed("target/examples/python"));
    works(command).await;
}

#[tokio::test]
async fn in_node() {
    installed("examples/node_modules/ws");
    let mut command = Command::new("node");
    command.arg(root().join("examples/group_member.mjs"));
    works(command).await;
}
