//! Does what operators want of a group, each act once: that it was carried out is written with what it has changed.

use std::sync::Arc;

use super::Coordinator;
use crate::contract::{ParkedAct, Position, Timestamp};
use crate::subscription::group::store::{AsFound, ParkedEvent, StoreError};
use crate::subscription::{Act, ParkingWhat, ResetAct, RestoreAct};

/// Parked events that are acted on at once.
const PAGE: u32 = 500;

impl Coordinator {
    /// Does what operators want, the earlier act first, and shows that the group lives while it has members.
    pub(super) async fn heed(self: &Arc<Coordinator>) -> Result<(), StoreError> {
        self.heed_pause();
        while let Some(act) = self.due() {
            let at = act.at();
            match act {
                Act::Reset(reset) => self.reset(reset)?,
                Act::Restore(restore) => self.restore(restore).await?,
                Act::Parking(parking) => {
                    self.act_on_parked(parking.what).await?;
                    self.has_carried_out(at);
                }
                // A group is never built.
                Act::Switch(_) => self.has_carried_out(at),
            }
        }
        Ok(())
    }

    fn heed_pause(self: &Arc<Coordinator>) {
        let mut state = self.lock();
        if !state.seats.is_empty() {
            state.slot.beat(Timestamp::now());
        }
        let paused = state.slot.paused().is_some();
        let resumed = std::mem::replace(&mut state.paused, paused) && !paused;
        if resumed {
            self.changed(&state);
        }
    }

    fn due(&self) -> Option<Act> {
        let state = self.lock();
        if state.ended.is_some() {
            return None;
        }
        state.slot.standing().next_after(state.carried_out)
    }

    fn has_carried_out(self: &Arc<Coordinator>, act: Position) {
        let mut state = self.lock();
        state.carried_out = act;
        self.changed(&state);
    }

    fn reset(self: &Arc<Coordinator>, reset: ResetAct) -> Result<(), StoreError> {
        tracing::info!(
            consumer.name = &*self.name,
            consumer.position = reset.to.0,
            "a group is set to another place"
        );
        // At once: what is written of the one must not be written without the other.
        let mut state = self.lock();
        let done = state.engine.reset(reset);
        done.map_err(|error| self.corrupt(&error))?;
        state.carried_out = reset.at;
        self.changed(&state);
        Ok(())
    }

    /// Sets the group back to where a reset found it. One that was never carried out has left it there.
    async fn restore(self: &Arc<Coordinator>, restore: RestoreAct) -> Result<(), StoreError> {
        // What the reset has kept has to be in the store.
        self.writer.flush().await;
        let store = self.writer.store();
        let kept = store.kept(&self.name, restore.reset).await?;
        let mut state = self.lock();
        if let Some(AsFound(kept)) = kept {
            tracing::info!(
                consumer.name = &*self.name,
                consumer.position = kept.checkpoint.0,
                "a group stands again as a reset found it"
            );
            let done = state.engine.restore(kept);
            done.map_err(|error| self.corrupt(&error))?;
        }
        state.carried_out = restore.at;
        self.changed(&state);
        Ok(())
    }

    async fn act_on_parked(self: &Arc<Coordinator>, what: ParkingWhat) -> Result<(), StoreError> {
        let (act, mut which) = match what {
            ParkingWhat::Retry(which) => (ParkedAct::Retry, which),
            ParkingWhat::Discard(which) => (ParkedAct::Discard, which),
            // Members park for themselves.
            ParkingWhat::Park { .. } => return Ok(()),
        };
        // What was parked before the act has to be in the store.
        self.writer.flush().await;
        let store = self.writer.store();
        loop {
            let events = store.parked(&self.name, &which, PAGE).await?;
            let Some(last) = events.last() else {
                return Ok(());
            };
            which.after_id = last.id;
            self.act_on(&events, act);
        }
    }

    fn act_on(self: &Arc<Coordinator>, events: &[ParkedEvent], act: ParkedAct) {
        let mut state = self.lock();
        for event in events {
            match act {
                ParkedAct::Retry => state.engine.retry(event.id, &event.place()),
                ParkedAct::Discard => state.engine.discard(event.id, &event.place()),
            }
        }
        self.changed(&state);
    }
}
