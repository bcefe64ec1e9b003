//! Runs programs, and shows that something happens while they do.

use std::io::{self, BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::terminal::{clear, green, in_words, is_watched, say, show};

/// Work shorter than this is not worth a word.
const NOTEWORTHY: Duration = Duration::from_secs(1);
/// How often the moving line moves.
const FRAME: Duration = Duration::from_millis(120);
/// How often a log is told that the work goes on.
const REMINDER: Duration = Duration::from_secs(30);
/// How often somebody who listens is told that nothing is said.
const LISTEN: Duration = Duration::from_secs(1);
/// How long a program that is stopped may take to end.
const LAST_WORDS: Duration = Duration::from_secs(10);
/// For so long a program is still listened to when it has ended: what it has started may live on, and hold its output open.
const ECHO: Duration = Duration::from_secs(1);

/// Where a program wrote a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    Out,
    Err,
}

/// What becomes of a line that a program wrote.
#[derive(Debug, PartialEq, Eq)]
pub enum Line {
    /// Shown at once.
    Show,
    /// Shown if the program fails.
    Keep,
    /// Of no interest to a person.
    Drop,
    /// Dropped; this stands behind the time on the moving line instead.
    Progress(String),
}

/// Something that takes its time.
pub struct Step<'a> {
    /// Such as `compiling the server`.
    pub doing: &'a str,
    /// How long to be prepared to wait, such as `about 4 min the first time`, where that is worth knowing.
    pub expect: Option<&'a str>,
}

impl Step<'_> {
    /// Runs a program that only speaks when it fails.
    pub fn run(&self, command: &mut Command) -> Result<(), Failure> {
        self.run_heard(command, |_, _| Line::Keep)
    }

    /// Runs a program; `hear` says what becomes of each line.
    pub fn run_heard(
        &self,
        command: &mut Command,
        mut hear: impl FnMut(Stream, &str) -> Line,
    ) -> Result<(), Failure> {
        let mut running = Running::start(command)?;
        let mut display = Display::new(self);
        let mut kept = Vec::new();
        loop {
            match running.next(FRAME) {
                Heard::Line(stream, line) => match hear(stream, &line) {
                    Line::Show => display.interrupt(&line),
                    Line::Keep => kept.push(line),
                    Line::Drop => {}
                    Line::Progress(detail) => display.detail = detail,
                },
                Heard::Nothing => {}
                Heard::End => break,
            }
            display.tick();
        }
        let status = running.end(command)?;
        if status.success() {
            display.done();
            return Ok(());
        }
        display.interrupt(&kept.join("\n"));
        Err(Failure::new(format!("{} failed ({status})", self.doing)))
    }
}

/// Runs a program whose every line is shown; `hear` listens in.
pub fn relay(command: &mut Command, mut hear: impl FnMut(&str)) -> Result<(), Failure> {
    relay_until(command, |line| {
        line.map(&mut hear);
        Ok(())
    })
}

/// The same for a program that may hang: `hear` is told each line, and about once a second that there is none; when it fails,
/// the program is stopped with all that it has started, and that is the failure.
pub fn relay_until(
    command: &mut Command,
    mut hear: impl FnMut(Option<&str>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut running = Running::start(command)?;
    loop {
        let heard = match running.next(LISTEN) {
            Heard::Line(stream, line) => {
                match stream {
                    Stream::Out => println!("{line}"),
                    Stream::Err => eprintln!("{line}"),
                }
                hear(Some(&line))
            }
            Heard::Nothing => hear(None),
            Heard::End => break,
        };
        if let Err(failure) = heard {
            stop(&mut running.child);
            return Err(failure);
        }
    }
    let status = running.end(command)?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::new(format!(
            "{} failed ({status})",
            named(command)
        )))
    }
}

/// Asks a program and all that it has started to end, and ends the program where it does not.
fn stop(child: &mut Child) {
    let mut asked = vec![child.id().to_string()];
    let mut next = 0;
    while let Some(parent) = asked.get(next) {
        let children = answer(Command::new("pgrep").args(["-P", parent])).unwrap_or_default();
        asked.extend(children.lines().map(str::to_owned));
        next += 1;
    }
    let _some_may_be_gone = answer(Command::new("kill").arg("-TERM").args(&asked));
    let asked_at = Instant::now();
    while matches!(child.try_wait(), Ok(None)) {
        if asked_at.elapsed() > LAST_WORDS {
            let _may_be_gone = child.kill();
        }
        thread::sleep(FRAME);
    }
}

/// The output of a program that answers at once; `None` where it is missing or fails.
pub fn answer(command: &mut Command) -> Option<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then_some(text)
}

/// A program that is listened to.
struct Running {
    child: Child,
    lines: Receiver<(Stream, String)>,
    ended_at: Option<Instant>,
}

/// What was heard of it.
enum Heard {
    Line(Stream, String),
    /// It has said nothing for a while.
    Nothing,
    /// It has ended, or will say nothing more.
    End,
}

impl Running {
    fn start(command: &mut Command) -> Result<Running, Failure> {
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command
            .spawn()
            .map_err(|error| failed_to_run(command, &error))?;
        let (sender, lines) = channel();
        if let Some(out) = child.stdout.take() {
            listen(out, Stream::Out, sender.clone());
        }
        if let Some(err) = child.stderr.take() {
            listen(err, Stream::Err, sender);
        }
        Ok(Running {
            child,
            lines,
            ended_at: None,
        })
    }

    fn next(&mut self, patience: Duration) -> Heard {
        match self.lines.recv_timeout(patience) {
            Err(RecvTimeoutError::Disconnected) => Heard::End,
            _ if self.has_echoed() => Heard::End,
            Ok((stream, line)) => Heard::Line(stream, line),
            Err(RecvTimeoutError::Timeout) => Heard::Nothing,
        }
    }

    fn has_echoed(&mut self) -> bool {
        if self.ended_at.is_none() && matches!(self.child.try_wait(), Ok(Some(_))) {
            self.ended_at = Some(Instant::now());
        }
        self.ended_at.is_some_and(|at| at.elapsed() > ECHO)
    }

    fn end(&mut self, command: &Command) -> Result<ExitStatus, Failure> {
        let status = self.child.wait();
        status.map_err(|error| failed_to_run(command, &error))
    }
}

fn listen(pipe: impl Read + Send + 'static, stream: Stream, lines: Sender<(Stream, String)>) {
    thread::spawn(move || {
        for line in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line)
                .trim_end_matches('\r')
                .to_owned();
            if lines.send((stream, line)).is_err() {
                return;
            }
        }
    });
}

fn failed_to_run(command: &Command, error: &io::Error) -> Failure {
    Failure::new(format!("cannot run `{}`: {error}", named(command)))
}

fn named(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let name = program.file_name().unwrap_or(command.get_program());
    let arguments = command
        .get_args()
        .take(2)
        .map(|argument| argument.to_string_lossy());
    [name.to_string_lossy()]
        .into_iter()
        .chain(arguments)
        .collect::<Vec<_>>()
        .join(" ")
}

/// The line about a step.
struct Display<'a> {
    step: &'a Step<'a>,
    started: Instant,
    detail: String,
    /// When a log was last told; `None` before the work was worth a word.
    told: Option<Instant>,
}

impl<'a> Display<'a> {
    fn new(step: &'a Step<'a>) -> Display<'a> {
        Display {
            step,
            started: Instant::now(),
            detail: String::new(),
            told: None,
        }
    }

    fn tick(&mut self) {
        let elapsed = self.started.elapsed();
        if elapsed < NOTEWORTHY {
            return;
        }
        let expect = self
            .step
            .expect
            .map(|expect| format!(" ({expect})"))
            .unwrap_or_default();
        let doing = self.step.doing;
        if is_watched() {
            show(&format!(
                "{} {doing}{expect} · {}{}",
                spinner(elapsed),
                in_words(elapsed),
                self.detail
            ));
            return;
        }
        match self.told {
            None => say(&format!("  {doing}{expect} …")),
            Some(told) if told.elapsed() >= REMINDER => {
                say(&format!("  {doing} … {}{}", in_words(elapsed), self.detail));
            }
            Some(_) => return,
        }
        self.told = Some(Instant::now());
    }

    fn interrupt(&self, text: &str) {
        if is_watched() {
            clear();
        }
        if !text.is_empty() {
            say(text);
        }
    }

    fn done(&self) {
        let elapsed = self.started.elapsed();
        if elapsed < NOTEWORTHY {
            return;
        }
        self.interrupt("");
        say(&format!(
            "{} {} · {}",
            green("✓"),
            self.step.doing,
            in_words(elapsed)
        ));
    }
}

fn spinner(elapsed: Duration) -> char {
    const FRAMES: [char; 8] = ['⠋', '⠙', '⠸', '⠴', '⠦', '⠇', '⠏', '⠹'];
    let frame = elapsed.as_millis() / FRAME.as_millis();
    FRAMES.get((frame % 8) as usize).copied().unwrap_or('·')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn every_line_is_heard_with_its_stream() {
        let mut heard = Vec::new();
        let step = Step {
            doing: "talking",
            expect: None,
        };
        let done = step.run_heard(&mut shell("echo one; echo two >&2"), |stream, line| {
            heard.push((stream, line.to_owned()));
            Line::Keep
        });
        assert!(done.is_ok());
        heard.sort_by_key(|(_, line)| line.clone());
        assert_eq!(
            heard,
            [
                (Stream::Out, "one".to_owned()),
                (Stream::Err, "two".to_owned())
            ]
        );
    }

    #[test]
    fn a_failing_program_is_a_failure_with_its_code() {
        let step = Step {
            doing: "failing",
            expect: None,
        };
        let failure = step.run(&mut shell("exit 3")).unwrap_err().to_string();
        assert!(
            failure.contains("failing failed") && failure.contains('3'),
            "{failure}"
        );
    }

    #[test]
    fn a_program_that_hangs_is_stopped_with_what_it_has_started() {
        let mut said = Vec::new();
        let mut hangs = shell("sleep 600 & echo $!; wait");
        let failure = relay_until(&mut hangs, |line| match line {
            Some(line) => {
                said.push(line.to_owned());
                Ok(())
            }
            None => Err(Failure::new("it hangs")),
        });
        assert_eq!(failure.unwrap_err().to_string(), "it hangs");
        // Where nobody asks how it ended, it stays in the table as a zombie.
        let state = || answer(Command::new("ps").args(["-o", "stat=", "-p", &said[0]]));
        let asked_at = Instant::now();
        while state().is_some_and(|state| !state.starts_with('Z')) {
            assert!(asked_at.elapsed() < LAST_WORDS, "{said:?} runs on");
            thread::sleep(FRAME);
        }
    }

    #[test]
    fn what_a_program_leaves_behind_is_not_waited_for() {
        let mut said = Vec::new();
        let left = relay(&mut shell("sleep 600 & echo $!"), |line| {
            said.push(line.to_owned());
        });
        assert!(left.is_ok());
        assert!(answer(Command::new("kill").arg(&said[0])).is_some());
    }

    #[test]
    fn a_missing_program_is_named() {
        let step = Step {
            doing: "searching",
            expect: None,
        };
        let failure = step
            .run(&mut Command::new("no-such-program-here"))
            .unwrap_err()
            .to_string();
        assert!(failure.contains("`no-such-program-here`"), "{failure}");
        assert_eq!(answer(&mut Command::new("no-such-program-here")), None);
    }
}
