//! What a convergence tells, in milliseconds from the commit: the same for the drawing, the table and the sentence.

use super::lanes::{Clock, command_lane, consumer_lane, page_lane};
use crate::contract::{CommandConvergence, Percentiles, Timestamp};
use crate::ui::charts::figures::duration;
use crate::ui::parts::{position_text, thousands};

/// Whose lane it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The command's own way to the commit.
    Command,
    /// A consumer.
    Consumer,
    /// The first page that showed it.
    Page,
}

/// What a bar stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// On the way from or to a page, or waiting to be taken up.
    Waiting,
    /// Deciding, applying or painting.
    Working,
    /// From decided to durable.
    Committing,
    /// Not over yet.
    Open,
}

/// A stretch of time in a lane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// When it began.
    pub from_ms: f64,
    /// When it ended, or now.
    pub to_ms: f64,
    /// What it stands for.
    pub stage: Stage,
}

/// A stamp of the page's, and how far it may be off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stamp {
    /// When.
    pub at_ms: f64,
    /// Off by at most this, either way.
    pub uncertainty_ms: f64,
}

/// One lane.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    /// Its name.
    pub name: String,
    /// Whose it is.
    pub role: Role,
    /// What happened, in order.
    pub stretches: Vec<Stretch>,
    /// Stamps that are only known within bounds.
    pub stamps: Vec<Stamp>,
    /// What is usual: from the commit until done.
    pub usual: Percentiles,
    /// Its result in a few words.
    pub figure: String,
    /// A longer form of `figure`, for where there is room.
    pub long_figure: Option<String>,
    /// Why it is not done.
    pub note: Option<String>,
    /// Whether it still grows.
    pub open: bool,
}

/// The consistency window.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    /// How long it is, or has been until now; `None` where it is no longer known.
    pub length_ms: Option<f64>,
    /// Whether it still grows.
    pub open: bool,
    /// What is usual for the command.
    pub usual: Percentiles,
}

/// How one command converged.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    /// The command's name.
    pub command: String,
    /// Where it was committed: "#12,345".
    pub position: String,
    /// The lanes, from the command to the page.
    pub lanes: Vec<Lane>,
    /// The consistency window.
    pub window: Window,
}

impl Story {
    /// The story as of `now`; where nothing is open, `now` does not matter.
    #[must_use]
    pub fn of(convergence: &CommandConvergence, now: Timestamp) -> Story {
        let clock = Clock {
            zero: convergence.committed_at,
            now_ms: now
                .max(convergence.at)
                .millis_since(convergence.committed_at)
                .max(0.0),
        };
        let mut lanes = vec![command_lane(convergence, clock)];
        lanes.extend(
            convergence
                .consumers
                .iter()
                .map(|consumer| consumer_lane(consumer, clock)),
        );
        lanes.push(page_lane(convergence, clock));
        Story {
            command: convergence.name.clone(),
            position: position_text(convergence.position),
            lanes,
            window: window(convergence, clock),
        }
    }

    /// Whether anything still grows.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.window.open || self.lanes.iter().any(|lane| lane.open)
    }
}

impl Window {
    /// The window in words, in parts between which a line may break.
    #[must_use]
    pub fn parts(&self) -> Vec<String> {
        let Some(length_ms) = self.length_ms else {
            return vec!["consistency window — (closed; its length is no longer known)".to_owned()];
        };
        let counting = if self.open { " and counting" } else { "" };
        let mut parts = vec![format!(
            "consistency window {}{counting}",
            duration(length_ms)
        )];
        match (self.usual.p50, self.usual.p95) {
            (Some(p50), Some(p95)) => {
                parts.push(format!("usual {}, p95 {}", duration(p50), duration(p95)));
                parts.push(place(length_ms, p50, p95));
            }
            _ => parts.push("what is usual is not known yet".to_owned()),
        }
        parts
    }
}

/// Where a length lies between what is usual.
fn place(length_ms: f64, p50: f64, p95: f64) -> String {
    if length_ms <= p50 {
        return "faster than half".to_owned();
    }
    if length_ms <= p95 {
        return "slower than half, within p95".to_owned();
    }
    let times = length_ms / p95.max(0.001);
    if times >= 10.0 {
        return format!("{} times p95", thousands(times as u64));
    }
    if times >= 1.5 {
        return format!("{times:.1} times p95");
    }
    "beyond p95".to_owned()
}

fn window(convergence: &CommandConvergence, clock: Clock) -> Window {
    let open = !convergence.converged;
    Window {
        length_ms: if open {
            Some(clock.now_ms)
        } else {
            convergence.window_ms
        },
        open,
        usual: convergence.usual_window,
    }
}
