//! What was asked for on the command line.

use crate::failure::Failure;
use crate::help::Topic;
use crate::project::Mode;
use crate::test::{Options, Part, Subject};

/// A command with its options.
#[derive(Debug, PartialEq, Eq)]
pub enum Request {
    Help(Topic),
    Run { mode: Mode, arguments: Vec<String> },
    Dev { arguments: Vec<String> },
    Build,
    Test(Options),
    Lint,
    Format { check: bool },
    Bench { arguments: Vec<String> },
}

/// Reads the arguments after `cargo xtask`.
pub fn parse(arguments: &[String]) -> Result<Request, Failure> {
    let Some((name, rest)) = arguments.split_first() else {
        return Ok(Request::Help(Topic::All));
    };
    if matches!(name.as_str(), "help" | "--help" | "-h") {
        let topic = rest.first().map_or(Ok(Topic::All), |name| {
            Topic::named(name).ok_or_else(|| unknown(name))
        })?;
        return Ok(Request::Help(topic));
    }
    let topic = Topic::named(name).ok_or_else(|| unknown(name))?;
    let (own, passed_on) = split(rest);
    if own
        .iter()
        .any(|option| matches!(option.as_str(), "--help" | "-h"))
    {
        return Ok(Request::Help(topic));
    }
    match topic {
        Topic::All => Ok(Request::Help(Topic::All)),
        Topic::Run => {
            let quick = own.iter().any(|option| option == "--dev");
            let mode = if quick { Mode::Quick } else { Mode::Release };
            let own = own.iter().filter(|option| *option != "--dev");
            Ok(Request::Run {
                mode,
                arguments: own.chain(passed_on).cloned().collect(),
            })
        }
        Topic::Dev => Ok(Request::Dev {
            arguments: own.iter().chain(passed_on).cloned().collect(),
        }),
        Topic::Bench => Ok(Request::Bench {
            arguments: own.iter().chain(passed_on).cloned().collect(),
        }),
        Topic::Build => nothing_more(name, rest).map(|()| Request::Build),
        Topic::Lint => nothing_more(name, rest).map(|()| Request::Lint),
        Topic::Format => {
            let check = own == ["--check"];
            nothing_more(name, if check { passed_on } else { rest })
                .map(|()| Request::Format { check })
        }
        Topic::Test => test_options(own, passed_on).map(Request::Test),
    }
}

/// What stands before `--`, and what after.
fn split(arguments: &[String]) -> (&[String], &[String]) {
    match arguments.iter().position(|argument| argument == "--") {
        Some(at) => (&arguments[..at], &arguments[at + 1..]),
        None => (arguments, &[]),
    }
}

fn test_options(own: &[String], passed_on: &[String]) -> Result<Options, Failure> {
    let mut options = Options {
        subject: Subject::Page,
        parts: Vec::new(),
        arguments: passed_on.to_vec(),
    };
    for option in own {
        match (option.as_str(), Part::named(option)) {
            ("--dev", _) => options.subject = Subject::Quick,
            ("--shipped", _) => options.subject = Subject::Shipped,
            (_, Some(part)) => options.parts.push(part),
            (_, None) => {
                return Err(Failure::new(format!(
                    "`cargo xtask test` has no part or option `{option}`; `cargo xtask test --help` names them"
                )));
            }
        }
    }
    if options.parts.is_empty() {
        options.parts = Part::ALL.to_vec();
    }
    if !options.arguments.is_empty() && options.parts.len() != 1 {
        return Err(Failure::new(
            "arguments after `--` need one part to go to: `cargo xtask test cargo -- <filter>`",
        ));
    }
    Ok(options)
}

fn nothing_more(name: &str, rest: &[String]) -> Result<(), Failure> {
    match rest.first() {
        None => Ok(()),
        Some(unexpected) => Err(Failure::new(format!(
            "`cargo xtask {name}` takes no `{unexpected}`"
        ))),
    }
}

fn unknown(name: &str) -> Failure {
    Failure::new(format!(
        "there is no command `{name}`; `cargo xtask help` lists them"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Request, String> {
        let arguments: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        parse(&arguments).map_err(|failure| failure.to_string())
    }

    #[test]
    fn nothing_and_help_explain() {
        assert_eq!(read(""), Ok(Request::Help(Topic::All)));
        assert_eq!(read("help"), Ok(Request::Help(Topic::All)));
        assert_eq!(read("help run"), Ok(Request::Help(Topic::Run)));
        assert_eq!(read("run --help"), Ok(Request::Help(Topic::Run)));
        assert_eq!(read("test e2e -h"), Ok(Request::Help(Topic::Test)));
    }

    #[test]
    fn run_passes_on_what_it_does_not_know() {
        let arguments = vec!["--listen".to_owned(), "127.0.0.1:4000".to_owned()];
        let quick = Request::Run {
            mode: Mode::Quick,
            arguments: arguments.clone(),
        };
        assert_eq!(read("run --dev --listen 127.0.0.1:4000"), Ok(quick));
        let release = Request::Run {
            mode: Mode::Release,
            arguments,
        };
        assert_eq!(read("run -- --listen 127.0.0.1:4000"), Ok(release));
    }

    #[test]
    fn after_the_dashes_nothing_is_ours() {
        let arguments = vec!["--help".to_owned(), "--dev".to_owned()];
        assert_eq!(
            read("run -- --help --dev"),
            Ok(Request::Run {
                mode: Mode::Release,
                arguments
            })
        );
    }

    #[test]
    fn tests_are_chosen_by_part() {
        let all = Options {
            subject: Subject::Page,
            parts: Part::ALL.to_vec(),
            arguments: vec![],
        };
        assert_eq!(read("test"), Ok(Request::Test(all)));
        let one = Options {
            subject: Subject::Quick,
            parts: vec![Part::EndToEnd],
            arguments: vec!["smoke".to_owned()],
        };
        assert_eq!(read("test e2e --dev -- smoke"), Ok(Request::Test(one)));
        let shipped = Options {
            subject: Subject::Shipped,
            parts: vec![Part::EndToEnd],
            arguments: vec![],
        };
        assert_eq!(read("test e2e --shipped"), Ok(Request::Test(shipped)));
        assert!(read("test -- smoke").unwrap_err().contains("need one part"));
        assert!(
            read("test everything")
                .unwrap_err()
                .contains("`everything`")
        );
    }

    #[test]
    fn mistakes_are_named() {
        assert!(read("biuld").unwrap_err().contains("no command `biuld`"));
        assert!(read("build now").unwrap_err().contains("takes no `now`"));
        assert!(
            read("fmt --chekc")
                .unwrap_err()
                .contains("takes no `--chekc`")
        );
    }
}
