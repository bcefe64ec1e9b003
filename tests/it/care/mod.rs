//! Care of the files, through the program itself.

mod backup;
mod exchange;
mod foreign;
mod prepare;
mod refusals;
mod tidy;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a run of the program gave.
struct Ran {
    ok: bool,
    out: String,
    err: String,
}

impl Ran {
    /// What it printed, when all went well.
    #[track_caller]
    fn done(self) -> String {
        assert!(self.ok, "{}{}", self.out, self.err);
        self.out
    }

    /// What it complained of: one line.
    #[track_caller]
    fn refused(self) -> String {
        assert!(!self.ok, "{}{}", self.out, self.err);
        let lines: Vec<_> = self.err.lines().collect();
        assert_eq!(lines.len(), 1, "{}", self.err);
        self.err
    }
}

/// Runs the program, with warnings only, to its end.
fn highwater(args: &[&str], input: &str) -> Ran {
    run(&[args, &["--log", "warn"]].concat(), input)
}

fn run(args: &[&str], input: &str) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_highwater"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    // Who is refused does not read to the end.
    drop(
        child
            .stdin
            .take()
            .map(|mut stdin| stdin.write_all(input.as_bytes())),
    );
    let output = child.wait_with_output().expect("it ends");
    Ran {
        ok: output.status.success(),
        out: String::from_utf8(output.stdout).expect("text"),
        err: String::from_utf8(output.stderr).expect("text"),
    }
}

fn database(folder: &Path) -> String {
    format!("sqlite:{}", folder.display())
}

fn export(folder: &Path) -> String {
    export_from(&database(folder))
}

fn export_from(database: &str) -> String {
    highwater(&["export", "--database", database], "").done()
}

fn import(folder: &Path, lines: &str) -> Ran {
    import_into(&database(folder), lines)
}

fn import_into(database: &str, lines: &str) -> Ran {
    highwater(&["import", "--database", database], lines)
}

fn verify(folder: &Path) -> String {
    highwater(&["verify", "--database", &database(folder)], "").done()
}

fn backup(folder: &Path, to: &Path) -> Ran {
    let (database, to) = (database(folder), to.display().to_string());
    highwater(&["backup", "--database", &database, "--to", &to], "")
}

fn restore(from: &Path, folder: &Path) -> Ran {
    let (database, from) = (database(folder), from.display().to_string());
    highwater(&["restore", "--from", &from, "--database", &database], "")
}

/// A server that is expected not to start.
fn serve(folder: &Path) -> Ran {
    let database = database(folder);
    highwater(
        &["serve", "--listen", "127.0.0.1:0", "--database", &database],
        "",
    )
}

/// What is in a folder, by name.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("text")
        })
        .collect();
    names.sort();
    names
}

/// A foreign event; `more` are further members.
fn foreign(id: &str, subject: &str, more: &str) -> String {
    format!(
        r#"{{"specversion":"1.0","id":"{id}","source":"/meters","type":"MeterRead","subject":"{subject}"{more},"data":{{"n":1}}}}"#
    ) + "\n"
}

/// A log of so many events in a folder, closed in order.
fn filled(folder: &Path, events: usize) {
    let lines: String = (0..events)
        .map(|n| foreign(&n.to_string(), &format!("meter-{}", n % 7), ""))
        .collect();
    import(folder, &lines).done();
}
