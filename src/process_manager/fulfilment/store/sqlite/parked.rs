//! What is parked, in the process's file.

use sqlx::Connection;
use sqlx::sqlite::SqliteConnection;

use super::rows;
use super::{save_outgoing_in_tx, save_states_in_tx};
use crate::contract::Position;
use crate::process_manager::ProcessError;
use crate::process_manager::fulfilment::store::{Late, ParkedChange};
use crate::subscription::parking::sqlite;

/// Changes what is parked, and notes the act that wants it, where one does.
pub(super) async fn change_on(
    connection: &mut SqliteConnection,
    token: i64,
    change: &ParkedChange<'_>,
) -> Result<(), ProcessError> {
    let mut tx = connection.begin().await?;
    note_in_tx(&mut tx, token, change.act()).await?;
    match change {
        ParkedChange::Park { parked, .. } => {
            if let Some(parked) = parked {
                sqlite::park_in_tx(&mut tx, parked).await?;
            }
        }
        ParkedChange::Retry { which, .. } => sqlite::mark_due_in_tx(&mut tx, which).await?,
        ParkedChange::Discard { which, .. } => {
            let given_up = sqlite::discard_in_tx(&mut tx, which).await?;
            sqlx::query(include_str!("forget_commands_of.sql"))
                .bind(rows::ids(&given_up)?)
                .execute(&mut *tx)
                .await?;
            sqlite::promote_in_tx(&mut tx).await?;
        }
        ParkedChange::FailedAgain { id, error } => {
            sqlite::fail_again_in_tx(&mut tx, *id, error).await?;
        }
        ParkedChange::Sent { id } => {
            sqlite::settle_in_tx(&mut tx, *id).await?;
            sqlite::promote_in_tx(&mut tx).await?;
        }
        ParkedChange::Taken(late) => take_in_tx(&mut tx, late).await?,
    }
    tx.commit().await?;
    Ok(())
}

/// Without an act this only asks whether the file is still ours.
async fn note_in_tx(
    tx: &mut SqliteConnection,
    token: i64,
    act: Position,
) -> Result<(), ProcessError> {
    let noted = sqlx::query(include_str!("note.sql"))
        .bind(act.to_sql())
        .bind(token)
        .execute(tx)
        .await?;
    match noted.rows_affected() {
        1 => Ok(()),
        _ => Err(ProcessError::TakenOver),
    }
}

async fn take_in_tx(tx: &mut SqliteConnection, late: &Late<'_>) -> Result<(), ProcessError> {
    save_states_in_tx(tx, late.states, late.upto).await?;
    save_outgoing_in_tx(tx, late.outgoing).await?;
    sqlite::settle_in_tx(tx, late.id).await?;
    sqlite::pass_waiting_in_tx(tx, late.key, late.passed()).await?;
    if let Some(stopped) = late.stopped {
        sqlite::park_in_tx(tx, stopped).await?;
    }
    Ok(sqlite::promote_in_tx(tx).await?)
}
