//! The last events of a topic, kept once for all members as the frames that are sent.

use std::collections::VecDeque;

use super::listener::Place;
use crate::contract::Position;
use crate::subscription::group::frames::Frame;

/// Frames that are kept for all members.
const FRAMES: usize = 4_096;
/// Bytes of frames that are kept.
const BYTES: usize = 16 * 1024 * 1024;

/// The frames of all wanted events in `(after, upto]`, oldest first.
pub(super) struct Kept {
    frames: VecDeque<(Position, Frame)>,
    bytes: usize,
    after: Position,
    upto: Position,
}

/// What a member is given.
pub(super) enum Taken {
    Frames(Vec<Frame>),
    /// It is further behind than what is kept: at most so many events after this position are to be read for it.
    Behind(Position, usize),
}

impl Kept {
    /// Nothing, from a position on.
    pub fn from(position: Position) -> Kept {
        Kept {
            frames: VecDeque::new(),
            bytes: 0,
            after: position,
            upto: position,
        }
    }

    /// Everything up to here was looked at.
    pub fn upto(&self) -> Position {
        self.upto
    }

    /// Keeps what comes next, and lets go what is too much.
    pub fn keep(&mut self, frames: Vec<(Position, Frame)>, upto: Position) {
        self.bytes += frames.iter().map(|(_, frame)| frame.len()).sum::<usize>();
        self.frames.extend(frames);
        self.upto = upto;
        while self.frames.len() > FRAMES || self.bytes > BYTES {
            let Some((position, frame)) = self.frames.pop_front() else {
                return;
            };
            self.bytes -= frame.len();
            self.after = position;
        }
    }

    /// Gives a member what comes after its place, as far as its credit goes.
    pub fn give(&self, place: &mut Place, most: usize) -> Taken {
        if place.credit == 0 {
            return Taken::Frames(Vec::new());
        }
        let most = most.min(usize::try_from(place.credit).unwrap_or(usize::MAX));
        if place.position < self.after {
            return Taken::Behind(place.position, most);
        }
        let first = self
            .frames
            .partition_point(|(position, _)| *position <= place.position);
        let given: Vec<Frame> = self
            .frames
            .range(first..)
            .take(most)
            .map(|(_, frame)| frame.clone())
            .collect();
        let end = first + given.len();
        place.credit -= given.len() as u64;
        place.position = match self.frames.get(end.saturating_sub(1)) {
            Some((last, _)) if end < self.frames.len() => place.position.max(*last),
            _ => place.position.max(self.upto),
        };
        Taken::Frames(given)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(positions: &[u64], upto: u64) -> Kept {
        let mut kept = Kept::from(Position(2));
        let frames = positions.iter();
        let frames = frames.map(|position| (Position(*position), position.to_string().into()));
        kept.keep(frames.collect(), Position(upto));
        kept
    }

    fn given(kept: &Kept, place: &mut Place, most: usize) -> Vec<String> {
        match kept.give(place, most) {
            Taken::Frames(frames) => frames.iter().map(ToString::to_string).collect(),
            Taken::Behind(after, _) => vec![format!("behind {after}")],
        }
    }

    #[test]
    fn a_member_is_given_what_it_lacks_as_far_as_its_credit_goes() {
        let kept = kept(&[3, 5, 6, 9], 11);
        let mut place = Place {
            credit: 4,
            position: Position(3),
        };
        assert_eq!(given(&kept, &mut place, 2), ["5", "6"]);
        assert_eq!((place.credit, place.position), (2, Position(6)));
        assert_eq!(given(&kept, &mut place, 2), ["9"]);
        assert_eq!((place.credit, place.position), (1, Position(11)));
        assert!(given(&kept, &mut place, 2).is_empty());
        place = Place {
            credit: 1,
            position: Position(2),
        };
        assert_eq!(given(&kept, &mut place, 9), ["3"]);
        assert!(given(&kept, &mut place, 9).is_empty());
        assert_eq!((place.credit, place.position), (0, Position(3)));
    }

    #[test]
    fn who_lacks_more_than_is_kept_is_told_so() {
        let mut kept = kept(&[3], 3);
        let many = (4..).take(FRAMES).map(Position);
        let last = Position(3 + FRAMES as u64);
        kept.keep(many.map(|position| (position, "".into())).collect(), last);
        let mut place = Place {
            credit: 1,
            position: Position(2),
        };
        assert_eq!(given(&kept, &mut place, 1), ["behind 2"]);
        place.position = Position(3);
        assert_eq!(given(&kept, &mut place, 1), [""]);
    }
}
