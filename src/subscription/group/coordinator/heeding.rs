//! Does what operators want of a group, each act once: that it was carried out is written with what it has changed.

use std::sync::Arc;

use super::Coordinator;
use crate::contract::{ParkedAct, Timestamp};
use crate::subscription::group::store::{ParkedEvent, StoreError, WhichParked};
use crate::subscription::{ParkedAsked, ResetAct};

/// Parked events that are acted on at once.
const PAGE: u32 = 500;

/// An act that is not carried out yet.
enum Due {
    Reset(ResetAct),
    Parked(Arc<ParkedAsked>),
}

impl Coordinator {
    /// Does what operators want, the earlier act first, and shows that the group lives while it has members.
    pub(super) async fn heed(self: &Arc<Coordinator>) -> Result<(), StoreError> {
        self.heed_pause();
        while let Some(due) = self.due() {
            match due {
                Due::Reset(reset) => self.reset(reset),
                Due::Parked(asked) => self.act_on_parked(&asked).await?,
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

    fn due(&self) -> Option<Due> {
        let state = self.lock();
        if state.ended.is_some() {
            return None;
        }
        let (standing, done) = (state.slot.standing(), state.carried_out);
        let reset = standing.reset.filter(|reset| reset.at > done);
        let next = standing.parked.partition_point(|asked| asked.at <= done);
        let parked = standing.parked.get(next);
        match (reset, parked) {
            (Some(reset), Some(asked)) if asked.at > reset.at => Some(Due::Reset(reset)),
            (_, Some(asked)) => Some(Due::Parked(Arc::clone(asked))),
            (Some(reset), None) => Some(Due::Reset(reset)),
            (None, None) => None,
        }
    }

    fn reset(self: &Arc<Coordinator>, reset: ResetAct) {
        tracing::info!(
            consumer.name = &*self.name,
            consumer.position = reset.to.0,
            "a group is set to another place"
        );
        let mut state = self.lock();
        state.engine.reset(reset.to);
        state.carried_out = reset.at;
        self.changed(&state);
    }

    async fn act_on_parked(self: &Arc<Coordinator>, asked: &ParkedAsked) -> Result<(), StoreError> {
        // What was parked before the act has to be in the store.
        self.writer.flush().await;
        let store = self.writer.store();
        let mut which = WhichParked::of(&asked.chosen);
        loop {
            let events = store.parked(&self.name, &which, PAGE).await?;
            let Some(last) = events.last() else {
                break;
            };
            which.after_id = last.id;
            self.act_on(&events, asked.act);
        }
        let mut state = self.lock();
        state.carried_out = asked.at;
        self.changed(&state);
        Ok(())
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
