//! Events that cannot be handled: tried alone, given up, set aside.

use std::sync::Arc;

use super::{Runner, Turn};
use crate::contract::{OnPoison, Position, RecordedEvent};
use crate::subscription::audit::{ParkingAct, ParkingWhat};
use crate::subscription::parking::Parking;
use crate::subscription::suspect::Suspect;
use crate::subscription::{Checkpoint, ConsumerError, Failing};

impl Runner {
    pub(super) async fn carry_out_parking(
        &mut self,
        act: ParkingAct,
    ) -> Result<Checkpoint, ConsumerError> {
        let (position, attempts, error) = match act.what {
            ParkingWhat::Retry(which) => return self.consumer.retry(act.at, &which).await,
            ParkingWhat::Discard(which) => return self.consumer.discard(act.at, &which).await,
            ParkingWhat::Park {
                position,
                attempts,
                error,
            } => (position, attempts, error),
        };
        let parking = Parking {
            event: self.recall.at(position).await?,
            attempts,
            error,
            act: Some(act.at),
        };
        self.park(&parking).await
    }

    async fn park(&mut self, parking: &Parking) -> Result<Checkpoint, ConsumerError> {
        let checkpoint = self.consumer.park(parking).await?;
        metrics::counter!("highwater_consumer_parked_total", "consumer" => Arc::clone(&self.slot.name))
            .increment(1);
        tracing::error!(
            consumer.name = %self.slot.name,
            log.position = parking.event.position.0,
            error = parking.error,
            "an event was set aside, and later ones of its key wait behind it"
        );
        Ok(checkpoint)
    }

    /// The event that was tried often enough, where the policy is to set it aside.
    pub(super) fn given_up(&self) -> Option<Suspect> {
        let spent = |suspect: &Suspect| suspect.attempts >= self.settings.attempts;
        let parks = self.settings.on_poison == OnPoison::Park;
        self.suspect.filter(|suspect| parks && spent(suspect))
    }

    /// Sets an event aside by policy.
    pub(super) async fn set_aside(&mut self, suspect: Suspect) -> Result<Turn, ConsumerError> {
        let failing = self.slot.health().failing;
        let parking = Parking {
            event: self.recall.at(suspect.position).await?,
            attempts: suspect.attempts,
            error: failing.map_or_else(String::new, |failing| failing.error),
            act: None,
        };
        let checkpoint = self.park(&parking).await?;
        self.cleared();
        Ok(Turn::At(self.stands_at(checkpoint)))
    }

    /// Whether there is nothing to do before the event that failed is tried again.
    pub(super) fn is_waiting_to_try(&self, position: Position) -> bool {
        let ordered = self.standing.borrow().tried_again;
        self.suspect.is_some_and(|suspect| {
            let next = suspect.alone || suspect.position <= position;
            next && !suspect.is_ripe(ordered)
        })
    }

    /// What had failed is over.
    pub(super) fn cleared(&mut self) {
        self.suspect = None;
        self.slot.recovered();
    }

    /// What had failed up to a position has not failed again.
    pub(super) fn cleared_up_to(&mut self, position: Position) {
        match self.suspect {
            Some(suspect) if suspect.position > position => {}
            _ => self.cleared(),
        }
    }

    /// Of a batch with the event in it that failed: what lies before that, or the event alone where nothing does.
    pub(super) fn before_suspect(
        &mut self,
        mut wanted: Vec<Arc<RecordedEvent>>,
    ) -> Vec<Arc<RecordedEvent>> {
        let Some(suspect) = self.suspect.as_mut() else {
            return wanted;
        };
        let before = wanted.partition_point(|event| event.position < suspect.position);
        let found = wanted.get(before);
        if found.is_none_or(|event| event.position != suspect.position) {
            return wanted;
        }
        suspect.alone = before == 0;
        if suspect.alone {
            wanted.truncate(1);
            self.looked_to = suspect.position;
        } else {
            wanted.truncate(before);
            self.looked_to = Position(suspect.position.0 - 1);
        }
        wanted
    }

    /// Notes that an event cannot be handled. What lies before it does not wait for it.
    pub(super) fn suspects(&mut self, position: Position, error: String) {
        self.count_failure();
        let ordered = self.standing.borrow().tried_again;
        let suspect = Suspect::met(self.suspect, position, ordered);
        let attempts = suspect.attempts;
        self.suspect = Some(suspect.after(self.delay(attempts)));
        let spent = attempts >= self.settings.attempts;
        let faulted = spent && self.settings.on_poison == OnPoison::Pause;
        if faulted {
            tracing::error!(consumer.name = %self.slot.name, consumer.attempt = attempts, error, "consumer stopped at an event it cannot handle");
        } else {
            tracing::warn!(consumer.name = %self.slot.name, consumer.attempt = attempts, error, "consumer cannot handle an event");
        }
        let failing = Failing {
            position,
            attempts,
            error,
        };
        self.slot.fails_at(failing, faulted);
    }
}
