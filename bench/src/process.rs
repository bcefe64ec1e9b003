//! The servers that are measured: children in process groups of their own, stopped by their process id.

use std::fs::File;
use std::future::Future;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::failure::Outcome;

/// How long a server may take until it answers.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a server may take to stop.
const FAREWELL: Duration = Duration::from_secs(15);
const PAUSE: Duration = Duration::from_millis(10);
/// In which Linux tells processor time, on all its usual machines.
const TICKS_A_SECOND: u64 = 100;

/// A running server; stopped when dropped.
pub struct Process {
    child: Child,
    name: &'static str,
    output: PathBuf,
    stopped_by: Signal,
}

/// What a server takes as the wish to stop at once.
#[derive(Clone, Copy, Debug)]
pub enum Signal {
    Terminate,
    Interrupt,
}

impl Process {
    /// Starts a program; what it writes goes into a file in `folder`.
    pub fn start(
        name: &'static str,
        command: &mut Command,
        folder: &Path,
        stopped_by: Signal,
    ) -> Outcome<Process> {
        let output = folder.join(format!("{name}.out"));
        let file = File::create(&output)?;
        let child = command
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .process_group(0)
            .spawn()
            .map_err(|error| format!("{name} could not be started: {error}"))?;
        Ok(Process {
            child,
            name,
            output,
            stopped_by,
        })
    }

    /// Tries until the server answers, and gives what the first answer gave.
    pub async fn ready<T, F>(&mut self, mut attempt: impl FnMut() -> F) -> Outcome<T>
    where
        F: Future<Output = Outcome<T>>,
    {
        let begun = Instant::now();
        loop {
            let failure = match attempt().await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            if let Some(status) = self.child.try_wait()? {
                return Err(format!("{} ended ({status}): {}", self.name, self.said()).into());
            }
            if begun.elapsed() > PATIENCE {
                let said = self.said();
                return Err(format!("{} does not answer: {failure}; {said}", self.name).into());
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Memory that it holds, in megabytes.
    pub fn memory(&self) -> Outcome<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let kilobytes: f64 = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .and_then(|rest| rest.split_whitespace().next())
            .ok_or("the system does not tell how much memory a process holds")?
            .parse()?;
        Ok(kilobytes * 1024.0 / 1e6)
    }

    /// Processor time that it has used, by itself and in the system for it.
    pub fn processor_time(&self) -> Outcome<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // After the name, which may itself have blanks and parentheses, the 12th and the 13th field.
        let (_, rest) = stat.rsplit_once(')').ok_or("the system does not tell")?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let [user, system] = fields.get(11..13).ok_or("the system does not tell")? else {
            return Err("the system does not tell".into());
        };
        let ticks: u64 = user.parse::<u64>()? + system.parse::<u64>()?;
        Ok(Duration::from_millis(ticks * 1_000 / TICKS_A_SECOND))
    }

    fn said(&self) -> String {
        let text = std::fs::read_to_string(&self.output).unwrap_or_default();
        text.trim().to_owned()
    }

    fn ask_to_stop(&self) {
        let signal = match self.stopped_by {
            Signal::Terminate => "-TERM",
            Signal::Interrupt => "-INT",
        };
        // Where it is gone already there is nothing to stop.
        drop(
            Command::new("kill")
                .args([signal, &self.child.id().to_string()])
                .stderr(Stdio::null())
                .status(),
        );
    }

    fn has_stopped(&mut self) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < FAREWELL {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return true;
            }
            std::thread::sleep(PAUSE);
        }
        false
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.ask_to_stop();
        if !self.has_stopped() {
            drop(self.child.kill());
            drop(self.child.wait());
        }
    }
}

/// A port that was free just now.
pub fn free_port() -> Outcome<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
