//! A member's place in a group, for as long as its connection lasts.

use std::sync::Arc;

use super::coordinator::Coordinator;
use super::frames::{self, Frame};
use super::seat::{Ended, Seat};
use super::topic::Topic;
use crate::contract::{GroupFrame, MemberFrame, Problem};
use crate::event_log::LogError;

/// Events that are given at once: few enough that no member takes what others could have now.
const MOST: usize = 128;

/// A connected member. It leaves when this is dropped.
pub struct Membership {
    group: Group,
    seat: Arc<Seat>,
}

/// A group at work.
#[derive(Clone)]
pub(super) enum Group {
    Durable(Arc<Coordinator>),
    Topic(Arc<Topic>),
}

/// Why a member is given nothing more.
#[derive(Clone, Debug)]
pub enum NoMore {
    /// The server ends the connection.
    Ended(Ended),
    /// The log cannot be read.
    Log(LogError),
}

impl Membership {
    pub(super) fn new(group: Group, name: &str) -> Result<Membership, Ended> {
        let seat = match &group {
            Group::Durable(coordinator) => coordinator.join(name)?,
            Group::Topic(topic) => topic.join(name)?,
        };
        Ok(Membership { group, seat })
    }

    /// The first frame.
    #[must_use]
    pub fn hello(&self) -> GroupFrame {
        let (definition, position) = match &self.group {
            Group::Durable(coordinator) => (coordinator.definition(), coordinator.position()),
            Group::Topic(topic) => (topic.definition(), topic.position()),
        };
        GroupFrame::Hello {
            consumer: definition.name.to_string(),
            member: self.seat.name.to_string(),
            mode: definition.mode,
            position,
        }
    }

    /// Takes what the member says; what cannot be taken is answered with a problem each.
    #[must_use]
    pub fn take_in(&self, frames: Vec<MemberFrame>) -> Vec<Problem> {
        match &self.group {
            Group::Durable(coordinator) => coordinator.take_in(&self.seat, frames),
            Group::Topic(topic) => topic.take_in(&self.seat, &frames),
        }
    }

    /// The next events, as soon as there are any that the member may have. Safe to be dropped half-way.
    ///
    /// # Errors
    /// When the connection has to end.
    pub async fn next(&self) -> Result<Vec<Frame>, NoMore> {
        loop {
            if let Some(why) = self.seat.ended() {
                return Err(NoMore::Ended(why));
            }
            let frames = match &self.group {
                Group::Durable(coordinator) => deliveries(coordinator, &self.seat),
                Group::Topic(topic) => topic.take(&self.seat, MOST).await.map_err(NoMore::Log)?,
            };
            if !frames.is_empty() {
                return Ok(frames);
            }
            self.seat.rung().await;
        }
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        match &self.group {
            Group::Durable(coordinator) => coordinator.leave(&self.seat),
            Group::Topic(topic) => topic.leave(&self.seat),
        }
    }
}

fn deliveries(coordinator: &Arc<Coordinator>, seat: &Seat) -> Vec<Frame> {
    let deliveries = coordinator.take(seat, MOST);
    let frames = deliveries
        .iter()
        .map(|one| frames::event(one.number, one.attempt, &one.event.json));
    frames.collect()
}
