//! Who is connected, what each may still be sent, and what each was given and has not answered.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use super::{MemberId, Place, Rules};

/// The connected members of a group.
pub(super) struct Members {
    members: BTreeMap<MemberId, Member>,
    /// Deliveries that are not answered, over all members.
    in_flight: usize,
    /// Numbers rise with time, so that the first delivery of a member is its oldest.
    next_delivery: u64,
}

/// One of them.
pub(super) struct Member {
    pub name: Arc<str>,
    /// Events that it may still be sent.
    pub credit: u64,
    /// When it joined or last answered.
    pub answered_at: Instant,
    /// What it was given and has not answered, by the number of the delivery.
    given: BTreeMap<u64, Given>,
}

/// A delivery that is not answered.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub place: Arc<Place>,
    pub at: Instant,
}

impl Members {
    pub fn new() -> Members {
        Members {
            members: BTreeMap::new(),
            in_flight: 0,
            next_delivery: 1,
        }
    }

    pub fn join(&mut self, id: MemberId, name: &str, now: Instant) {
        let member = Member {
            name: name.into(),
            credit: 0,
            answered_at: now,
            given: BTreeMap::new(),
        };
        self.members.insert(id, member);
    }

    /// Removes a member; what it had not answered, oldest first.
    pub fn leave(&mut self, id: MemberId) -> Option<(Arc<str>, Vec<Given>)> {
        let member = self.members.remove(&id)?;
        self.in_flight -= member.given.len();
        Some((member.name, member.given.into_values().collect()))
    }

    pub fn credit(&mut self, id: MemberId, n: u32) {
        if let Some(member) = self.members.get_mut(&id) {
            member.credit = member.credit.saturating_add(n.into());
        }
    }

    pub fn get(&self, id: MemberId) -> Option<&Member> {
        self.members.get(&id)
    }

    pub fn iter(&self) -> impl Iterator<Item = (MemberId, &Member)> {
        self.members.iter().map(|(id, member)| (*id, member))
    }

    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// How many events a member may be given now. One that answers nothing must not hold all that may be in flight, so each
    /// has a share of it.
    pub fn allowance(&self, id: MemberId, rules: &Rules) -> usize {
        let Some(member) = self.members.get(&id) else {
            return 0;
        };
        let share = rules.max_in_flight.div_ceil(self.members.len());
        let of_share = share.saturating_sub(member.given.len());
        let of_all = rules.max_in_flight.saturating_sub(self.in_flight);
        let of_credit = usize::try_from(member.credit).unwrap_or(usize::MAX);
        of_share.min(of_all).min(of_credit)
    }

    /// Notes a delivery, which uses a credit, and numbers it.
    pub fn give(&mut self, id: MemberId, given: Given) -> Option<u64> {
        let member = self.members.get_mut(&id)?;
        let number = self.next_delivery;
        self.next_delivery += 1;
        self.in_flight += 1;
        member.credit = member.credit.saturating_sub(1);
        member.given.insert(number, given);
        Some(number)
    }

    /// Takes a delivery that its member answers.
    pub fn answered(&mut self, id: MemberId, number: u64, now: Instant) -> Option<Given> {
        let member = self.members.get_mut(&id)?;
        let given = member.given.remove(&number)?;
        member.answered_at = now;
        self.in_flight -= 1;
        Some(given)
    }

    /// Takes every delivery back, with the credit that it used.
    pub fn recall_all(&mut self) {
        for member in self.members.values_mut() {
            member.credit += member.given.len() as u64;
            member.given.clear();
        }
        self.in_flight = 0;
    }

    /// Takes a delivery back.
    pub fn recall(&mut self, id: MemberId, number: u64) -> Option<Given> {
        let member = self.members.get_mut(&id)?;
        let given = member.given.remove(&number)?;
        self.in_flight -= 1;
        Some(given)
    }
}

impl Member {
    /// What it has not answered, oldest first.
    pub fn given(&self) -> impl Iterator<Item = (u64, &Given)> {
        self.given.iter().map(|(number, given)| (*number, given))
    }

    /// The oldest delivery that it has not answered.
    pub fn oldest(&self) -> Option<(u64, &Given)> {
        self.given().next()
    }
}
