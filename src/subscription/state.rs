//! How a consumer is doing: the first rule that holds, over samples of the last minute.

use crate::contract::{ConsumerState, Position};

/// Samples that a judgement about movement needs; taken so that they span at least a minute.
pub(super) const SAMPLES: usize = 10;
/// Milliseconds between these samples.
pub(super) const SAMPLE_EVERY_MS: i64 = 7_000;
/// A runner that has shown no life for so long is offline, in milliseconds.
const OFFLINE_MS: i64 = 10_000;
/// Behind by less than this counts as up to date, in milliseconds: work under way is not lateness.
const OK_WITHIN_MS: u64 = 1_000;
/// An unmoved checkpoint with older work than this is stalled, in milliseconds.
const STALL_GRACE_MS: u64 = 10_000;

/// Where a consumer was at one sample.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sample {
    pub position: Position,
    pub lag_events: u64,
}

/// What the judgement rests on.
pub(super) struct Facts<'a> {
    pub silent_ms: i64,
    pub paused: bool,
    pub faulted: bool,
    pub attempt: u32,
    pub replaying: bool,
    pub lag_events: u64,
    pub lag_age_ms: u64,
    /// Oldest first.
    pub samples: &'a [Sample],
}

/// The state that the facts amount to.
pub(super) fn judge(facts: &Facts<'_>) -> ConsumerState {
    if facts.silent_ms > OFFLINE_MS {
        return ConsumerState::Offline;
    }
    if facts.paused {
        return ConsumerState::Paused;
    }
    if facts.faulted {
        return ConsumerState::Faulted;
    }
    if facts.attempt > 0 {
        return ConsumerState::Retrying;
    }
    if facts.replaying {
        return ConsumerState::Replaying;
    }
    if facts.lag_events == 0 || facts.lag_age_ms < OK_WITHIN_MS {
        return ConsumerState::Ok;
    }
    judge_movement(facts)
}

fn judge_movement(facts: &Facts<'_>) -> ConsumerState {
    let (Some(first), Some(last)) = (facts.samples.first(), facts.samples.last()) else {
        return ConsumerState::WarmingUp;
    };
    if facts.samples.len() < SAMPLES {
        return ConsumerState::WarmingUp;
    }
    if last.position == first.position && facts.lag_age_ms > STALL_GRACE_MS {
        return ConsumerState::Stalled;
    }
    let lag_fell = facts
        .samples
        .windows(2)
        .any(|pair| pair[1].lag_events < pair[0].lag_events);
    if lag_fell {
        ConsumerState::CatchingUp
    } else {
        ConsumerState::FallingBehind
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(samples: &[Sample]) -> Facts<'_> {
        Facts {
            silent_ms: 500,
            paused: false,
            faulted: false,
            attempt: 0,
            replaying: false,
            lag_events: 100,
            lag_age_ms: 30_000,
            samples,
        }
    }

    fn samples(positions: impl Fn(u64) -> u64, lags: impl Fn(u64) -> u64) -> Vec<Sample> {
        (0..SAMPLES as u64)
            .map(|n| Sample {
                position: Position(positions(n)),
                lag_events: lags(n),
            })
            .collect()
    }

    #[test]
    fn the_first_rule_that_holds_decides() {
        let all_wrong = Facts {
            silent_ms: 10_001,
            paused: true,
            faulted: true,
            attempt: 3,
            replaying: true,
            ..facts(&[])
        };
        assert_eq!(judge(&all_wrong), ConsumerState::Offline);
        assert_eq!(
            judge(&Facts {
                silent_ms: 0,
                ..all_wrong
            }),
            ConsumerState::Paused
        );
        let faulted = Facts {
            faulted: true,
            attempt: 3,
            replaying: true,
            ..facts(&[])
        };
        assert_eq!(judge(&faulted), ConsumerState::Faulted);
        assert_eq!(
            judge(&Facts {
                faulted: false,
                ..faulted
            }),
            ConsumerState::Retrying
        );
        let replaying = Facts {
            replaying: true,
            lag_events: 0,
            ..facts(&[])
        };
        assert_eq!(judge(&replaying), ConsumerState::Replaying);
    }

    #[test]
    fn nothing_behind_or_only_just_is_ok() {
        assert_eq!(
            judge(&Facts {
                lag_events: 0,
                lag_age_ms: 0,
                ..facts(&[])
            }),
            ConsumerState::Ok
        );
        assert_eq!(
            judge(&Facts {
                lag_age_ms: 999,
                ..facts(&[])
            }),
            ConsumerState::Ok
        );
        assert_eq!(
            judge(&Facts {
                lag_age_ms: 1_000,
                ..facts(&[])
            }),
            ConsumerState::WarmingUp
        );
    }

    #[test]
    fn movement_over_a_minute_tells_the_rest() {
        let stuck = samples(|_| 7, |n| n);
        assert_eq!(judge(&facts(&stuck)), ConsumerState::Stalled);
        assert_eq!(
            judge(&Facts {
                lag_age_ms: 5_000,
                ..facts(&stuck)
            }),
            ConsumerState::FallingBehind
        );
        let slower = samples(|n| n, |n| n);
        assert_eq!(judge(&facts(&slower)), ConsumerState::FallingBehind);
        let faster = samples(|n| n, |n| 100 - n);
        assert_eq!(judge(&facts(&faster)), ConsumerState::CatchingUp);
        assert_eq!(judge(&facts(&faster[1..])), ConsumerState::WarmingUp);
    }
}
