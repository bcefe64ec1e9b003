//! Between what groups work with and what is stored of them: the columns are the same in both databases.

use uuid::Uuid;

use super::{Claim, ParkedEvent, StoreError};
use crate::contract::{EventId, Position, StreamName, Timestamp, Version};
use crate::subscription::Checkpoint;
use crate::subscription::group::engine::{Parked, Progress};
use crate::subscription::parking::id_to_sql;

/// A group that is taken up.
#[derive(sqlx::FromRow)]
pub(super) struct ClaimRow {
    token: i64,
    carried_out: i64,
    #[sqlx(flatten)]
    progress: ProgressRow,
}

impl ClaimRow {
    pub fn read(self, retried: Vec<RetriedRow>, last_parked: i64) -> Claim {
        Claim {
            token: self.token,
            carried_out: Position::from_sql(self.carried_out),
            progress: self.progress.read(retried, last_parked),
        }
    }
}

/// Where a group stands or stood, and what is known above that.
#[derive(sqlx::FromRow)]
pub(super) struct ProgressRow {
    position: i64,
    state: Option<String>,
}

impl ProgressRow {
    pub fn read(self, retried: Vec<RetriedRow>, last_parked: i64) -> Progress {
        let retried = retried.into_iter();
        Progress {
            checkpoint: Position::from_sql(self.position),
            state: self.state,
            retried: retried.map(RetriedRow::read).collect(),
            last_parked: last_parked.unsigned_abs(),
        }
    }
}

/// A parked event that is on its way to a member again.
#[derive(sqlx::FromRow)]
pub(super) struct RetriedRow {
    id: i64,
    position: i64,
}

impl RetriedRow {
    fn read(self) -> (u64, Position) {
        (self.id.unsigned_abs(), Position::from_sql(self.position))
    }
}

/// Where a group stands.
#[derive(sqlx::FromRow)]
pub(super) struct StandsAtRow {
    position: i64,
    carried_out: i64,
}

impl StandsAtRow {
    pub fn read(self, parked: u64) -> Checkpoint {
        Checkpoint {
            position: Position::from_sql(self.position),
            carried_out: Position::from_sql(self.carried_out),
            parked,
            ..Checkpoint::default()
        }
    }
}

/// A parked event, to write and to read it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(super) struct ParkedColumns {
    pub id: i64,
    pub position: i64,
    pub event_id: Uuid,
    pub stream: String,
    pub version: i64,
    pub attempts: i64,
    pub error: String,
    pub parked_at: i64,
}

impl ParkedColumns {
    pub fn of(parked: &Parked, at: Timestamp) -> ParkedColumns {
        ParkedColumns {
            id: id_to_sql(parked.id),
            position: parked.place.position.to_sql(),
            event_id: parked.place.event_id.0,
            stream: parked.place.stream.to_string(),
            version: parked.place.version.to_sql(),
            attempts: parked.attempts.into(),
            error: parked.error.clone(),
            parked_at: at.as_micros(),
        }
    }

    pub fn read(self, group: &str) -> Result<ParkedEvent, StoreError> {
        let corrupt = |detail: String| StoreError::Corrupt {
            group: group.to_owned(),
            detail,
        };
        let attempts = u32::try_from(self.attempts).map_err(|error| corrupt(error.to_string()))?;
        let stream = StreamName::try_new(self.stream);
        Ok(ParkedEvent {
            id: self.id.unsigned_abs(),
            position: Position::from_sql(self.position),
            event_id: EventId(self.event_id),
            stream: stream.map_err(|error| corrupt(error.to_string()))?,
            version: Version::from_sql(self.version),
            attempts,
            error: self.error,
            parked_at: Timestamp::from_micros(self.parked_at),
        })
    }
}
