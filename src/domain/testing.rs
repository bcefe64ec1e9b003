//! Given events, when a command, then events or a refusal.

use std::fmt::Debug;

use super::{Aggregate, Refusal};

/// The past that a decision is taken on.
pub(super) fn given<A: Aggregate>(events: impl IntoIterator<Item = A::Event>) -> Given<A> {
    let mut state = A::default();
    for event in events {
        state.evolve(&event);
    }
    Given { state }
}

/// A state made of events.
pub(super) struct Given<A> {
    state: A,
}

impl<A: Aggregate> Given<A> {
    /// Asks the aggregate.
    pub(super) fn when(self, command: impl Into<A::Command>) -> Then<A> {
        Then {
            decision: self.state.decide(&command.into()),
        }
    }
}

/// What the aggregate answered.
pub(super) struct Then<A: Aggregate> {
    decision: Result<Vec<A::Event>, A::Refusal>,
}

impl<A: Aggregate> Then<A>
where
    A::Event: PartialEq + Debug,
    A::Refusal: PartialEq + Debug,
{
    /// It must have answered with exactly these events.
    #[track_caller]
    pub(super) fn then(self, events: impl IntoIterator<Item = A::Event>) {
        assert_eq!(self.decision, Ok(events.into_iter().collect()));
    }

    /// It must have refused for this reason, and the reason must have this word.
    #[track_caller]
    pub(super) fn then_refused(self, reason: A::Refusal, word: &str) {
        let refusal = self.decision.expect_err("the command should be refused");
        assert_eq!(refusal, reason);
        let refusal: Refusal = refusal.into();
        assert_eq!(refusal.word(), word);
        assert!(!refusal.to_string().is_empty());
    }
}
