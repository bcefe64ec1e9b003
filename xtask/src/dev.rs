//! `cargo xtask dev`

use std::process::{Child, Command, ExitCode};
use std::thread;
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::process::answer;
use crate::project::{Mode, Project};
use crate::stamp::fingerprint;
use crate::terminal::{red, say};
use crate::watch::Watch;
use crate::{server, site};

/// The server promises to stop within 10 s.
const PATIENCE: Duration = Duration::from_secs(11);

/// Serves, and builds and serves again after each change. Ends when the person ends it.
pub fn dev(project: &Project, arguments: &[String]) -> Result<ExitCode, Failure> {
    let mut watch = Watch::new(project);
    let mut served: Option<Served> = None;
    loop {
        match build(project) {
            Ok(built) => serve(&mut served, built, arguments)?,
            Err(failure) => {
                let old = if served.is_some() {
                    "; the last build that worked goes on"
                } else {
                    ""
                };
                say(&format!("{}{old}", red(&failure.to_string())));
            }
        }
        while !watch.changed() {
            if served.as_mut().is_some_and(Served::has_ended) {
                say(&red(
                    "the server has ended; it is started again after the next change",
                ));
                served = None;
            }
        }
    }
}

/// A server and its site, built.
struct Built {
    command: Command,
    /// Differs when the program or the site do.
    identity: String,
}

fn build(project: &Project) -> Result<Built, Failure> {
    let site = site::build(project, Mode::Quick)?;
    let program = server::build(project, Mode::Quick, &site)?;
    let identity = fingerprint(&[&site, &program]);
    Ok(Built {
        command: server::command(&program, Mode::Quick, &site),
        identity,
    })
}

/// Starts what was built, unless it is running already.
fn serve(
    served: &mut Option<Served>,
    mut built: Built,
    arguments: &[String],
) -> Result<(), Failure> {
    if served
        .as_ref()
        .is_some_and(|served| served.identity == built.identity)
    {
        say("nothing to start again: the change made no difference");
        return Ok(());
    }
    if let Some(old) = served.take() {
        old.stop();
    }
    let server = built.command.arg("serve").args(arguments).spawn();
    let server =
        server.map_err(|error| Failure::new(format!("cannot start the server: {error}")))?;
    *served = Some(Served {
        server,
        identity: built.identity,
    });
    Ok(())
}

/// A server that runs.
struct Served {
    server: Child,
    identity: String,
}

impl Served {
    fn has_ended(&mut self) -> bool {
        !matches!(self.server.try_wait(), Ok(None))
    }

    /// Asks the server to stop, and stops it where it does not.
    fn stop(mut self) {
        let _ = answer(Command::new("kill").args(["-TERM", &self.server.id().to_string()]));
        let asked = Instant::now();
        while !self.has_ended() {
            if asked.elapsed() > PATIENCE {
                say(&red("the server did not stop when asked; it is killed"));
                let _ = self.server.kill();
                let _ = self.server.wait();
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}
