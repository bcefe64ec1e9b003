//! Parked events of the process: set aside, tried again late, given up.
//!
//! There are two ways to be parked. An event that cannot be taken in stands before the state of its order: tried again, it is
//! taken in, and then what waits behind it. Of an event that was taken in, a command could not be sent: tried again, the
//! command is sent. Either way the order waits as a whole, and all others go on.

use super::store::{Late, ParkedChange};
use super::taken::{Taken, key_of};
use super::{FulfilmentProcess, NAME};
use crate::process_manager::outgoing::send_all;
use crate::subscription::parking::{Due, NewParked, Parking};
use crate::subscription::{Checkpoint, ConsumerError, Recall};

/// Waiting events that are taken in at once.
const AT_ONCE: u32 = 200;

impl FulfilmentProcess {
    /// Sets an event aside that cannot be taken in, or was taken in and has commands that cannot be sent.
    pub(super) async fn set_aside(
        &mut self,
        parking: &Parking,
    ) -> Result<Checkpoint, ConsumerError> {
        let event = &parking.event;
        let stands = self.store.stands_at().await?;
        let is_ahead = event.position > stands.checkpoint.position;
        let is_left = !self.store.commands_of(event.id).await?.is_empty();
        let parked = parking.under(key_of(event));
        self.change_parked(&ParkedChange::Park {
            parked: (is_ahead || is_left).then_some(&parked),
            act: parking.act,
        })
        .await
    }

    /// Changes what is parked, and says where the process stands then.
    pub(super) async fn change_parked(
        &mut self,
        change: &ParkedChange<'_>,
    ) -> Result<Checkpoint, ConsumerError> {
        self.store.change_parked(change).await?;
        self.may_be_due = true;
        Ok(self.store.stands_at().await?.checkpoint)
    }

    /// Tries a parked event again, where one is to be.
    pub(super) async fn try_late(
        &mut self,
        recall: &Recall,
    ) -> Result<Option<Checkpoint>, ConsumerError> {
        let Some(due) = self.store.due(AT_ONCE).await? else {
            self.may_be_due = false;
            return Ok(None);
        };
        let commands = self.store.commands_of(due.parked.event_id).await?;
        if commands.is_empty() {
            return Ok(Some(self.take_late(&due, recall).await?));
        }
        let id = due.parked.id;
        let sent = send_all(&self.bus, NAME, commands).await;
        self.store.forget(&sent.answered).await?;
        let change = match sent.failures.into_iter().next() {
            None => ParkedChange::Sent { id },
            Some(failure) if failure.cause.is_none() => {
                return Err(ConsumerError::surroundings(failure.message));
            }
            Some(failure) => ParkedChange::FailedAgain {
                id,
                error: failure.message,
            },
        };
        Ok(Some(self.change_parked(&change).await?))
    }

    /// Takes in a parked event and what waits behind it, as far as that goes.
    async fn take_late(&mut self, due: &Due, recall: &Recall) -> Result<Checkpoint, ConsumerError> {
        let silent_to = self.store.stands_at().await?.silent_to;
        let (mut taken, mut upto, mut stopped) = (Taken::default(), None, None);
        let waiting = due.waiting.iter().copied();
        for position in std::iter::once(due.parked.position).chain(waiting) {
            let event = recall.at(position).await?;
            match self.take_in(&event, silent_to, &mut taken).await {
                Ok(()) => upto = Some(position),
                Err(error) if error.position.is_none() => return Err(error),
                Err(error) => {
                    let key = due.parked.key.clone();
                    stopped = Some(NewParked::new(&event, key, 1, error.message));
                    break;
                }
            }
        }
        let id = due.parked.id;
        let change = match (upto, &stopped) {
            (None, Some(stopped)) => ParkedChange::FailedAgain {
                id,
                error: stopped.error.clone(),
            },
            (upto, stopped) => ParkedChange::Taken(Late {
                id,
                key: &due.parked.key,
                upto: upto.unwrap_or(due.parked.position),
                states: &taken.states,
                outgoing: &taken.outgoing,
                stopped: stopped.as_ref(),
            }),
        };
        // What it decided is sent next.
        self.is_unsettled = true;
        self.change_parked(&change).await
    }
}
