//! Reads the command line, starts the log, does what was asked.

use std::process::ExitCode;
use std::time::Duration;

use highwater::server::cli::{Action, Cli};
use highwater::{server, simulation};

/// A request allocates often and briefly, which the system's allocator takes a sixth of the server's time for (see
/// BENCHMARKS.md).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A read of the log that is still under way at the end has so long: nobody waits for its answer any more.
const LAST_READS: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    let cli = Cli::read();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("highwater: the threads that it needs cannot be had: {error}");
            return ExitCode::FAILURE;
        }
    };
    let code = runtime.block_on(run(cli));
    runtime.shutdown_timeout(LAST_READS);
    code
}

async fn run(cli: Cli) -> ExitCode {
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
