//! `highwater simulate`: order traffic through the public API, and what it reached.

use std::error::Error;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::api_client::{ApiClient, CallError};
use super::report::Report;
use super::shopper::wish;

/// How long consumers may take to be at the head after the last order.
const CATCH_UP: Duration = Duration::from_secs(60);

type Shared = Arc<Mutex<Report>>;

/// Drives a server for a while and prints what it reached. Fails when any order failed.
///
/// # Errors
/// When the server cannot be reached at all.
pub async fn simulate(
    url: &str,
    rate: u32,
    seconds: u32,
    clients: u32,
) -> Result<ExitCode, Box<dyn Error + Send + Sync>> {
    let api = ApiClient::new(url)?;
    api.open_shop()
        .await
        .map_err(|error| format!("{url} does not serve: {error}"))?;
    let pace = if rate == 0 {
        "as fast as it answers".to_owned()
    } else {
        format!("{rate} orders a second")
    };
    println!("Simulating {pace} for {seconds} s with {clients} clients on {url} ...");
    let report: Shared = Arc::new(Mutex::new(Report::new()?));
    let (start, length) = (Instant::now(), Duration::from_secs(u64::from(seconds)));
    if rate == 0 {
        closed_loop(&api, clients, start + length, &report).await;
    } else {
        open_loop(&api, rate, clients, start + length, &report).await;
    }
    let elapsed = start.elapsed();
    let caught_up = wait_for_consumers(&api).await?;
    let stages = stages(&api.metrics().await?);
    let report = report.lock().unwrap_or_else(PoisonError::into_inner);
    print!("{}", report.render(elapsed, caught_up));
    println!("{stages}");
    let sound = report.failed == 0 && caught_up.is_some();
    Ok(if sound {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Each client sends its next order when the last one is answered.
async fn closed_loop(api: &ApiClient, clients: u32, end: Instant, report: &Shared) {
    let mut tasks = JoinSet::new();
    for _ in 0..clients {
        let (api, report) = (api.clone(), report.clone());
        tasks.spawn(async move {
            while Instant::now() < end {
                place(&api, &report, Instant::now()).await;
            }
        });
    }
    while tasks.join_next().await.is_some() {}
}

/// Orders are sent on time whether or not earlier ones were answered; latency counts from the time they were due, so
/// that a stall is seen by every order that it held up.
async fn open_loop(api: &ApiClient, rate: u32, clients: u32, end: Instant, report: &Shared) {
    let free = Arc::new(Semaphore::new(clients as usize));
    let mut tick = tokio::time::interval(Duration::from_secs(1) / rate);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Burst);
    let mut tasks = JoinSet::new();
    while Instant::now() < end {
        let due = tick.tick().await;
        let Ok(permit) = Arc::clone(&free).try_acquire_owned() else {
            report
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .not_sent += 1;
            continue;
        };
        let (api, report) = (api.clone(), report.clone());
        tasks.spawn(async move {
            place(&api, &report, due).await;
            drop(permit);
        });
        while tasks.try_join_next().is_some() {}
    }
    while tasks.join_next().await.is_some() {}
}

async fn place(api: &ApiClient, report: &Shared, due: Instant) {
    let wish = wish(&mut rand::rng());
    let answer = api.command("PlaceOrder", &wish.body).await;
    let mut report = report.lock().unwrap_or_else(PoisonError::into_inner);
    match answer {
        Ok(_) => report.answered(due.elapsed()),
        Err(CallError::Problem(problem)) if problem.status == 422 => report.refused += 1,
        Err(error) => report.failed(error.to_string()),
    }
}

/// How long until every consumer is at the head, processes included; `None` when they do not get there.
async fn wait_for_consumers(api: &ApiClient) -> Result<Option<Duration>, CallError> {
    let start = Instant::now();
    while start.elapsed() < CATCH_UP {
        let now = api.consumers().await?;
        if now.consumers.iter().all(|row| row.position >= now.head) {
            return Ok(Some(start.elapsed()));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(None)
}

/// The lines of the server's counters that say how long the stages of commands took.
fn stages(metrics: &str) -> String {
    let wanted = |line: &&str| {
        line.starts_with("highwater_command_")
            && ["quantile=\"0.5\"", "quantile=\"0.99\""]
                .iter()
                .any(|q| line.contains(q))
    };
    metrics
        .lines()
        .filter(wanted)
        .collect::<Vec<_>>()
        .join("\n")
}
