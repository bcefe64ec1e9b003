//! How consumers have been doing over the last day: sampled, rolled up, kept in a small file of its own. It is worth a chart and
//! nothing else: without it all works.

use serde_json::json;
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::path::Path;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

use super::Monitor;
use crate::contract::{ConsumerRow, Position, Timestamp, Trend, TrendPoint, TrendRange};

/// How often a sample is taken.
const EVERY: Duration = Duration::from_secs(5);
/// How often what is too old is thrown away, in samples.
const FORGET_EVERY: u32 = 120;
/// The ranges that are kept.
const RANGES: [TrendRange; 2] = [TrendRange::Hour, TrendRange::Day];

/// The trends cannot be kept or read.
#[derive(Debug, thiserror::Error)]
#[error("the file of the trends failed: {0}")]
pub struct TrendsError(#[from] sqlx::Error);

/// The trends of all consumers. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Trends {
    pool: SqlitePool,
}

impl Trends {
    /// Opens the trends in a folder, and makes them where they are missing.
    ///
    /// # Errors
    /// When the file cannot be made or opened.
    pub async fn open(folder: &Path) -> Result<Trends, TrendsError> {
        let options = SqliteConnectOptions::new()
            .filename(folder.join("trends.db"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal);
        let pool = SqlitePoolOptions::new()
            .max_connections(2)
            .connect_with(options)
            .await?;
        sqlx::raw_sql(include_str!("schema.sql"))
            .execute(&pool)
            .await?;
        Ok(Trends { pool })
    }

    /// Samples until told to stop.
    pub async fn run(self, monitor: Monitor, stop: CancellationToken) {
        let mut tick = tokio::time::interval(EVERY);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
        let mut samples = 0_u32;
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                _ = tick.tick() => {}
            }
            let now = Timestamp::now();
            let mut kept = self.record(&monitor.rows(), now).await;
            if samples.is_multiple_of(FORGET_EVERY) {
                kept = kept.and(self.forget(now).await);
            }
            samples = samples.wrapping_add(1);
            if let Err(error) = kept {
                tracing::warn!(error = %error, "the consumers' trends could not be kept");
            }
        }
        self.pool.close().await;
    }

    /// Takes one sample.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn record(&self, rows: &[ConsumerRow], at: Timestamp) -> Result<(), TrendsError> {
        let samples: Vec<_> = RANGES
            .iter()
            .flat_map(|range| rows.iter().map(|row| sample(row, *range, at)))
            .collect();
        sqlx::query(include_str!("record.sql"))
            .bind(serde_json::Value::from(samples).to_string())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Throws away what no chart shows any more.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn forget(&self, now: Timestamp) -> Result<(), TrendsError> {
        for range in RANGES {
            sqlx::query(include_str!("forget.sql"))
                .bind(range.step_s())
                .bind(begin_of(range, now))
                .execute(&self.pool)
                .await?;
        }
        Ok(())
    }

    /// How a consumer has been doing until now.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn of(
        &self,
        consumer: &str,
        range: TrendRange,
        now: Timestamp,
    ) -> Result<Trend, TrendsError> {
        let stored: Vec<(i64, i64, i64, i64, i64, i64, i64)> =
            sqlx::query_as(include_str!("read.sql"))
                .bind(range.step_s())
                .bind(consumer)
                .bind(begin_of(range, now))
                .fetch_all(&self.pool)
                .await?;
        let point = |(at, first_at, first, last_at, position, lag_events, lag_age_ms)| TrendPoint {
            at: Timestamp::from_micros(at),
            position: Position::from_sql(position),
            lag_events: i64::unsigned_abs(lag_events),
            lag_age_ms: i64::unsigned_abs(lag_age_ms),
            rate_per_s: rate(first_at, first, last_at, position),
        };
        Ok(Trend {
            consumer: consumer.to_owned(),
            step_s: range.step_s(),
            points: stored.into_iter().map(point).collect(),
        })
    }
}

fn sample(row: &ConsumerRow, range: TrendRange, at: Timestamp) -> serde_json::Value {
    let step = range.step_s() * 1_000_000;
    let micros = at.as_micros();
    json!([
        range.step_s(),
        row.name,
        micros.div_euclid(step) * step,
        micros,
        row.position,
        row.lag_events,
        row.lag_age_ms
    ])
}

fn begin_of(range: TrendRange, now: Timestamp) -> i64 {
    now.as_micros() - range.span_s() * 1_000_000
}

/// Events a second between two samples; nothing where there was one, or where the consumer went back.
fn rate(first_at: i64, first: i64, last_at: i64, last: i64) -> f64 {
    let seconds = (last_at - first_at) as f64 / 1_000_000.0;
    match seconds > 0.0 {
        true => (last - first).max(0) as f64 / seconds,
        false => 0.0,
    }
}

#[cfg(test)]
mod tests;
