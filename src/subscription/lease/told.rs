//! What the holder of a lease tells the other servers of how its consumer is doing.

use serde::{Deserialize, Serialize};

use crate::contract::{OnPoison, Position, Timestamp};
use crate::subscription::{Failing, Health, Slot};

/// As it is stored with the lease. What a newer server tells besides is passed over.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(in crate::subscription) struct Told {
    /// Where it stands.
    pub position: Position,
    /// Milliseconds since it last showed that it lives, when this was told.
    pub silent_ms: i64,
    /// Failed tries at the present event.
    pub attempt: u32,
    /// The event that it cannot handle.
    pub failing_at: Option<Position>,
    /// Whether it has given up.
    pub faulted: bool,
    /// What it does when it has.
    pub on_poison: Option<OnPoison>,
    /// What last went wrong.
    pub last_error: Option<String>,
    /// Events set aside.
    pub parked: u64,
    /// Wanted events a second at which it works.
    pub speed: f64,
    /// Of a group: its members.
    pub members: Option<String>,
}

impl Told {
    /// What is to be told of a consumer of ours.
    pub fn of(slot: &Slot, now: Timestamp) -> Told {
        let health = slot.health();
        Told {
            position: slot.position(),
            silent_ms: (now.as_micros() - health.heartbeat_at.as_micros()) / 1_000,
            attempt: health.attempt,
            failing_at: health.failing.map(|failing| failing.position),
            faulted: health.faulted,
            on_poison: health.on_poison,
            last_error: health.last_error,
            parked: health.parked,
            speed: health.speed,
            members: health.owner,
        }
    }

    /// What others told so many milliseconds ago, as it is shown here.
    pub fn show(&self, health: &mut Health, age_ms: i64) {
        let silent = age_ms.saturating_add(self.silent_ms).saturating_mul(1_000);
        let heartbeat = Timestamp::now().as_micros().saturating_sub(silent);
        health.heartbeat_at = Timestamp::from_micros(heartbeat.max(0));
        health.attempt = self.attempt;
        health.failing = self.failing_at.map(|position| Failing {
            position,
            attempts: self.attempt,
            error: self.last_error.clone().unwrap_or_default(),
        });
        health.faulted = self.faulted;
        health.on_poison = self.on_poison;
        health.last_error = self.last_error.clone();
        health.parked = self.parked;
        health.speed = self.speed;
        health.owner = self.members.clone();
    }
}
