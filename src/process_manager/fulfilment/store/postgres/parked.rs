//! What the process has parked, in the tables that all consumers share.

use sqlx::postgres::PgConnection;

use super::rows;
use super::{PLACE, save_outgoing_in_tx, save_states_in_tx};
use crate::contract::Position;
use crate::process_manager::ProcessError;
use crate::process_manager::fulfilment::store::{Late, ParkedChange};
use crate::subscription::parking::postgres;

/// Changes what is parked, and notes the act that wants it, where one does.
pub(super) async fn change_in_tx(
    tx: &mut PgConnection,
    token: i64,
    change: &ParkedChange<'_>,
) -> Result<(), ProcessError> {
    note_in_tx(tx, token, change.act()).await?;
    match change {
        ParkedChange::Park { parked, .. } => {
            if let Some(parked) = parked {
                postgres::park_in_tx(tx, PLACE, parked).await?;
            }
        }
        ParkedChange::Retry { which, .. } => postgres::mark_due_in_tx(tx, PLACE, which).await?,
        ParkedChange::Discard { which, .. } => {
            let given_up = postgres::discard_in_tx(tx, PLACE, which).await?;
            sqlx::query(include_str!("forget_commands_of.sql"))
                .bind(rows::ids(&given_up)?)
                .execute(&mut *tx)
                .await?;
            postgres::promote_in_tx(tx, PLACE).await?;
        }
        ParkedChange::FailedAgain { id, error } => {
            postgres::fail_again_in_tx(tx, PLACE, *id, error).await?;
        }
        ParkedChange::Sent { id } => {
            postgres::settle_in_tx(tx, PLACE, *id).await?;
            postgres::promote_in_tx(tx, PLACE).await?;
        }
        ParkedChange::Taken(late) => take_in_tx(tx, late).await?,
    }
    Ok(())
}

/// Without an act this only asks whether the place is still ours.
async fn note_in_tx(tx: &mut PgConnection, token: i64, act: Position) -> Result<(), ProcessError> {
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

async fn take_in_tx(tx: &mut PgConnection, late: &Late<'_>) -> Result<(), ProcessError> {
    save_states_in_tx(tx, late.states, late.upto).await?;
    save_outgoing_in_tx(tx, late.outgoing).await?;
    postgres::settle_in_tx(tx, PLACE, late.id).await?;
    postgres::pass_waiting_in_tx(tx, PLACE, late.key, late.passed()).await?;
    if let Some(stopped) = late.stopped {
        postgres::park_in_tx(tx, PLACE, stopped).await?;
    }
    Ok(postgres::promote_in_tx(tx, PLACE).await?)
}
