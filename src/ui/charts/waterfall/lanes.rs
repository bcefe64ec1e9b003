//! From what the server knows of a command to the lanes of its story.

use super::story::{Lane, Role, Stage, Stamp, Stretch};
use crate::contract::{CommandConvergence, ConsumerKind, ConsumerProgress, Percentiles, Timestamp};
use crate::ui::charts::figures::duration;
use crate::ui::parts::position_text;

/// A page that has not said for this long that it painted what it was sent, in milliseconds, is gone or hidden.
const PAINT_PATIENCE_MS: f64 = 5_000.0;

/// Maps stamps to milliseconds from the commit.
#[derive(Clone, Copy)]
pub struct Clock {
    /// The commit.
    pub zero: Timestamp,
    /// Now, in milliseconds from the commit.
    pub now_ms: f64,
}

impl Clock {
    fn ms(self, at: Timestamp) -> f64 {
        at.millis_since(self.zero)
    }
}

/// The command's own way to the commit.
pub fn command_lane(convergence: &CommandConvergence, clock: Clock) -> Lane {
    let accepted = clock.ms(convergence.accepted_at).min(0.0);
    // The page's clock is mapped: its stamp may come out a little later than the server's.
    let sent = convergence.sent_at.map(|at| clock.ms(at).min(accepted));
    let decided = convergence
        .decided_at
        .map(|at| clock.ms(at).clamp(accepted, 0.0));
    let mut stretches = Vec::new();
    if let Some(sent) = sent {
        stretches.push(stretch(sent, accepted, Stage::Waiting));
    }
    if let Some(decided) = decided {
        stretches.push(stretch(accepted, decided, Stage::Working));
    }
    stretches.push(stretch(decided.unwrap_or(accepted), 0.0, Stage::Committing));
    let took = duration(-sent.unwrap_or(accepted));
    Lane {
        name: convergence.name.clone(),
        role: Role::Command,
        stretches,
        stamps: Vec::new(),
        usual: Percentiles::default(),
        long_figure: Some(format!(
            "committed {} after {took}",
            position_text(convergence.position)
        )),
        figure: took,
        note: None,
        open: false,
    }
}

/// How far one consumer is.
pub fn consumer_lane(consumer: &ConsumerProgress, clock: Clock) -> Lane {
    let started = consumer.started_at.map(|at| clock.ms(at).max(0.0));
    let applied = consumer
        .applied_at
        .map(|at| clock.ms(at).max(started.unwrap_or(0.0)));
    let lane = Lane {
        name: consumer.name.clone(),
        role: Role::Consumer,
        stretches: Vec::new(),
        stamps: Vec::new(),
        usual: consumer.usual,
        figure: String::new(),
        long_figure: None,
        note: None,
        open: false,
    };
    match (applied, consumer.applied) {
        (Some(applied), _) => applied_lane(lane, started, applied),
        (None, true) => Lane {
            figure: "—".to_owned(),
            long_figure: Some("—, applied; when is no longer known".to_owned()),
            ..lane
        },
        (None, false) => open_lane(lane, started, consumer, clock),
    }
}

fn applied_lane(lane: Lane, started: Option<f64>, applied: f64) -> Lane {
    let stretches = match started {
        Some(started) => vec![
            stretch(0.0, started, Stage::Waiting),
            stretch(started, applied, Stage::Working),
        ],
        None => vec![stretch(0.0, applied, Stage::Working)],
    };
    Lane {
        stretches,
        figure: duration(applied),
        ..lane
    }
}

fn open_lane(lane: Lane, started: Option<f64>, consumer: &ConsumerProgress, clock: Clock) -> Lane {
    let now = clock.now_ms.max(started.unwrap_or(0.0));
    let stretches = match started {
        Some(started) => vec![
            stretch(0.0, started, Stage::Waiting),
            stretch(started, now, Stage::Open),
        ],
        None => vec![stretch(0.0, now, Stage::Open)],
    };
    let note = match &consumer.waiting_for {
        Some(reason) => format!("waiting for {}: {reason}", consumer.name),
        None if started.is_some() => format!("{} is working on it", consumer.name),
        None => format!("waiting for {}", consumer.name),
    };
    Lane {
        stretches,
        figure: format!("{} …", duration(now)),
        note: Some(note),
        open: true,
        ..lane
    }
}

/// When a page had it.
pub fn page_lane(convergence: &CommandConvergence, clock: Clock) -> Lane {
    let stamped = |at: Option<Timestamp>, least: Option<f64>| {
        at.map(|at| clock.ms(at).max(least.unwrap_or(0.0)))
    };
    let pushed = stamped(convergence.pushed_at, None);
    let received = stamped(convergence.received_at, pushed);
    let painted = stamped(convergence.painted_at, received);
    let uncertainty_ms = convergence.page_uncertainty_ms.unwrap_or(0.0).max(0.0);
    let begun = received.or(pushed);
    let open = begun.filter(|begun| painted.is_none() && clock.now_ms - begun < PAINT_PATIENCE_MS);
    let mut stretches = Vec::new();
    if let (Some(from), Some(to)) = (pushed, received) {
        stretches.push(stretch(from, to, Stage::Waiting));
    }
    match (begun, painted, open) {
        (Some(from), Some(to), _) => stretches.push(stretch(from, to, Stage::Working)),
        (_, _, Some(from)) => stretches.push(stretch(from, clock.now_ms.max(from), Stage::Open)),
        _ => {}
    }
    let (figure, long_figure) = match (painted, open) {
        (Some(painted), _) => painted_figures(painted, uncertainty_ms),
        (None, Some(_)) => (format!("{} …", duration(clock.now_ms)), None),
        (None, None) => ("—".to_owned(), Some(unpainted_words(convergence))),
    };
    let stamp = |at_ms| Stamp {
        at_ms,
        uncertainty_ms,
    };
    Lane {
        name: "page".to_owned(),
        role: Role::Page,
        stretches,
        stamps: [received, painted]
            .into_iter()
            .flatten()
            .map(stamp)
            .collect(),
        usual: convergence.usual_painted,
        figure,
        long_figure,
        note: None,
        open: open.is_some(),
    }
}

fn painted_figures(painted: f64, uncertainty_ms: f64) -> (String, Option<String>) {
    let figure = duration(painted);
    let long = format!("painted after {figure} ± {}", duration(uncertainty_ms));
    (figure, Some(long))
}

fn unpainted_words(convergence: &CommandConvergence) -> String {
    let read_model_lacks_it = |consumer: &ConsumerProgress| {
        consumer.kind == ConsumerKind::Projection && !consumer.applied
    };
    let words = if convergence.pushed_at.is_some() {
        "—, sent to a page that never said it was painted"
    } else if convergence.consumers.iter().any(read_model_lacks_it) {
        "—, not on a page yet"
    } else {
        "—, no page was watching"
    };
    words.to_owned()
}

fn stretch(from_ms: f64, to_ms: f64, stage: Stage) -> Stretch {
    Stretch {
        from_ms,
        to_ms,
        stage,
    }
}
