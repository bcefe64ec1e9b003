//! The project's commands: `cargo xtask help` lists them.
//!
//! `request` reads the command line; `project` knows where things lie; `process` runs programs and shows what they do;
//! `needs` installs what is missing; `site` and `server` build; the rest is a file for each command.

mod bench;
mod build;
mod cargo;
mod checks;
mod dev;
mod failure;
mod help;
mod lock;
mod needs;
mod peers;
mod process;
mod project;
mod request;
mod run;
mod server;
mod site;
mod stamp;
mod terminal;
mod test;
mod watch;

use std::process::ExitCode;

use failure::Failure;
use project::Project;
use request::Request;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match request::parse(&arguments).and_then(obey) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("{}", terminal::red(&failure.to_string()));
            ExitCode::FAILURE
        }
    }
}

fn obey(request: Request) -> Result<ExitCode, Failure> {
    let project = Project::find();
    let done = |()| ExitCode::SUCCESS;
    match request {
        Request::Help(topic) => {
            print!("{}", help::about(topic));
            Ok(ExitCode::SUCCESS)
        }
        Request::Run { mode, arguments } => run::run(&project, mode, &arguments).map(done),
        Request::Dev { arguments } => dev::dev(&project, &arguments),
        Request::Build => build::build(&project).map(done),
        Request::Test(options) => Ok(test::test(&project, &options)),
        Request::Lint => checks::lint(&project).map(done),
        Request::Format { check } => checks::format(&project, check).map(done),
        Request::Bench { arguments } => bench::bench(&project, &arguments).map(done),
    }
}
