//! The operator's hand on parked events, whoever has set them aside: a group, or a consumer of the server's own.

use super::{Choice, ParkedPlan};
use crate::contract::{ParkedAct, ParkedRow, Principal};
use crate::subscription::Control;
use crate::subscription::group::{GroupError, Groups};

/// What operators can do with parked events. Cheap to clone.
#[derive(Clone)]
pub struct ParkedHand {
    control: Control,
    groups: Groups,
}

impl ParkedHand {
    /// A hand on those of the server's own consumers and of the groups.
    #[must_use]
    pub fn new(control: Control, groups: Groups) -> ParkedHand {
        ParkedHand { control, groups }
    }

    /// Parked events of a consumer, in the order in which they were parked, after a number.
    ///
    /// # Errors
    /// When there is no such consumer, or its store or the log does not answer.
    pub async fn list(
        &self,
        name: &str,
        after_id: u64,
        limit: u32,
    ) -> Result<Vec<ParkedRow>, GroupError> {
        match self.control.is_own(name) {
            true => Ok(self.control.parked(name, after_id, limit).await?),
            false => self.groups.parked(name, after_id, limit).await,
        }
    }

    /// Has parked events tried again or given up; with `dry_run` only says which. Later arrivals are not meant.
    ///
    /// # Errors
    /// When there is no such consumer, it cannot do that with what it has parked, the reason is wrong, or the act cannot be
    /// written down or carried out.
    pub async fn act(
        &self,
        principal: &Principal,
        name: &str,
        act: ParkedAct,
        choice: Choice,
        reason: &str,
        dry_run: bool,
    ) -> Result<ParkedPlan, GroupError> {
        if self.control.is_own(name) {
            let acted = self
                .control
                .act_on_parked(principal, name, act, choice, reason, dry_run);
            return Ok(acted.await?);
        }
        self.groups
            .act_on_parked(principal, name, act, choice, reason, dry_run)
            .await
    }
}
