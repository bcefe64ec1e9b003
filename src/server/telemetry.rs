//! Logs and counters.

use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use super::cli::{Cli, LogFormat};

/// Starts the log as the command line wants it.
///
/// # Errors
/// When the filter cannot be understood.
pub fn start(cli: &Cli) -> Result<(), tracing_subscriber::filter::ParseError> {
    let filter = EnvFilter::try_new(&cli.log)?;
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match cli.log_format {
        LogFormat::Text => builder.with_target(false).init(),
        LogFormat::Json => builder.json().flatten_event(true).init(),
    }
    Ok(())
}

/// Starts the counters; the handle renders them for Prometheus.
pub(super) fn start_metrics() -> Result<PrometheusHandle, BuildError> {
    PrometheusBuilder::new().install_recorder()
}
