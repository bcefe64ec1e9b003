//! Reads the command line, starts the log, does what was asked.

use std::process::ExitCode;

use highwater::server::cli::{Action, Cli};
use highwater::{server, simulation};

/// A request allocates often and briefly, which the system's allocator takes a sixth of the server's time for (see
/// BENCHMARKS.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::read();
    if let Err(error) = server::start_telemetry(&cli) {
        eprintln!(
            "highwater: the log filter `{}` cannot be understood: {error}",
            cli.log
        );
        return ExitCode::FAILURE;
    }
    // Whoever speaks TLS takes it from here; that it is there already cannot be.
    let _there_already = rustls::crypto::ring::default_provider().install_default();
    let done = match cli.action {
        Action::Serve(args) => server::serve(args).await,
        Action::Simulate(args) => {
            simulation::simulate(&args.url, args.rate, args.seconds, args.clients).await
        }
        Action::Verify(args) => server::verify(&args).await,
        Action::Prepare(args) => server::prepare(args).await,
        Action::Tidy(args) => server::tidy(args).await,
        Action::Backup(args) => server::backup(args).await,
        Action::Restore(args) => server::restore(args).await,
        Action::Export(args) => server::export(args).await,
        Action::Import(args) => server::import(args).await,
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("highwater: {error}");
            ExitCode::FAILURE
        }
    }
}
