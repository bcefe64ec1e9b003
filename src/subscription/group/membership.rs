//! A member's place in a group, for as long as its connection lasts.

use std::sync::Arc;

use super::coordinator::Coordinator;
use super::frames::{self, Frame};
use super::seat::{Ended, Seat};
use super::topic::{Listener, Topic};
use crate::contract::{GroupFrame, MemberFrame, Problem};
use crate::event_log::LogError;

/// Events that are given at once: few enough that no member takes what others could have now.
const MOST: usize = 128;

/// A connected member. It leaves when this is dropped.
pub struct Membership {
    seat: Arc<Seat>,
    connected: Connected,
}

/// What the member is connected with.
enum Connected {
    Durable(Arc<Coordinator>),
    Topic(Arc<Topic>, Arc<Listener>),
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
        Ok(match group {
            Group::Durable(coordinator) => Membership {
                seat: coordinator.join(name)?,
                connected: Connected::Durable(coordinator),
            },
            Group::Topic(topic) => {
                let listener = topic.join(name)?;
                Membership {
                    seat: Arc::clone(&listener.seat),
                    connected: Connected::Topic(topic, listener),
                }
            }
        })
    }

    /// The first frame.
    #[must_use]
    pub fn hello(&self) -> GroupFrame {
        let (definition, position) = match &self.connected {
            Connected::Durable(coordinator) => (coordinator.definition(), coordinator.position()),
            Connected::Topic(topic, _) => (topic.definition(), topic.position()),
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
        match &self.connected {
            Connected::Durable(coordinator) => coordinator.take_in(&self.seat, frames),
            Connected::Topic(topic, listener) => topic.take_in(listener, &frames),
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
            let frames = match &self.connected {
                Connected::Durable(coordinator) => deliveries(coordinator, &self.seat),
                Connected::Topic(topic, listener) => {
                    topic.take(listener, MOST).await.map_err(NoMore::Log)?
                }
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
        match &self.connected {
            Connected::Durable(coordinator) => coordinator.leave(&self.seat),
            Connected::Topic(topic, listener) => topic.leave(listener),
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
