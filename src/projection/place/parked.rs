//! Events that a read model has set aside, in its own place.

use async_trait::async_trait;
use sqlx::Connection;

use super::{Place, Reader};
use crate::contract::Position;
use crate::projection::ProjectionError;
use crate::subscription::ConsumerError;
use crate::subscription::parking::{Found, NewParked, ParkedEvents, WhichParked, sqlite};

impl Place {
    /// Sets an event aside, and notes the act that wants it, where one does.
    pub(crate) async fn park(
        &mut self,
        parked: &NewParked,
        act: Option<Position>,
    ) -> Result<(), ProjectionError> {
        let mut tx = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        // Without an act this only asks whether the place is still ours.
        let noted = sqlx::query(include_str!("note.sql"))
            .bind(act.unwrap_or(Position::START).to_sql())
            .bind(self.token)
            .execute(&mut *tx)
            .await?;
        if noted.rows_affected() != 1 {
            return Err(ProjectionError::TakenOver { name: self.name });
        }
        sqlite::park_in_tx(&mut tx, parked).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Reads what one read model has set aside, beside its projector.
pub(crate) struct ParkedOf {
    name: &'static str,
    reader: Reader,
}

impl ParkedOf {
    pub(crate) fn new(name: &'static str, reader: Reader) -> ParkedOf {
        ParkedOf { name, reader }
    }

    async fn ask(&self, which: &WhichParked, limit: u32) -> Result<Found, ProjectionError> {
        let mut snapshot = self.reader.snapshot().await?;
        Ok(sqlite::find_in_tx(snapshot.connection(), which, limit).await?)
    }
}

#[async_trait]
impl ParkedEvents for ParkedOf {
    fn name(&self) -> &'static str {
        self.name
    }

    async fn find(&self, which: &WhichParked, limit: u32) -> Result<Found, ConsumerError> {
        Ok(self.ask(which, limit).await?)
    }
}
