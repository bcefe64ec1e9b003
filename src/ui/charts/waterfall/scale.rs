//! From time to place: linear, with long idle stretches folded to a fixed width.

use crate::ui::charts::axis::{multiples, round_step};
use crate::ui::charts::figures::{duration, signed_duration};
use crate::ui::charts::text::width_of;

/// How wide a folded stretch is drawn, in pixels.
pub const FOLD_WIDTH: f64 = 30.0;
/// Stretches shorter than this are never folded.
const SHORTEST_FOLD_MS: f64 = 40.0;
/// At most this many stretches are folded.
const MOST_FOLDS: usize = 4;
/// A stretch is folded where it is this many times longer than all that is left unfolded.
const IDLE_FACTOR: f64 = 1.5;
/// What is kept open at each end of a folded stretch, as a part of all that is left unfolded.
const KEPT: f64 = 0.12;

/// One linear part of the axis. Milliseconds count from the commit.
#[derive(Clone, Debug, PartialEq)]
struct Piece {
    from_ms: f64,
    to_ms: f64,
    from_x: f64,
    to_x: f64,
    folded: bool,
}

/// A mark on the axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Its place, in pixels.
    pub x: f64,
    /// What it says.
    pub text: String,
    /// Whether it names the length of a folded stretch and not a point in time.
    pub fold: bool,
}

impl Tick {
    /// A point in time.
    fn at(x: f64, text: String) -> Tick {
        Tick {
            x,
            text,
            fold: false,
        }
    }
}

/// The axis: pieces without a gap between them.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    pieces: Vec<Piece>,
}

impl Scale {
    /// An axis from the first to the last of these moments, drawn between `left` and `right`. What lies between two
    /// neighbouring moments is idle and may be folded.
    #[must_use]
    pub fn new(moments: &[f64], left: f64, right: f64) -> Scale {
        let mut moments: Vec<f64> = moments
            .iter()
            .copied()
            .filter(|ms| ms.is_finite())
            .collect();
        moments.sort_by(f64::total_cmp);
        let from = moments.first().copied().unwrap_or(0.0);
        // A moment that everything shares still needs an axis with a length.
        let to = moments.last().copied().unwrap_or(0.0).max(from + 1.0);
        let stretches = cut(from, to, &idle_stretches(&moments));
        let folds = stretches.iter().filter(|stretch| stretch.folded).count();
        let open_ms: f64 = stretches
            .iter()
            .filter(|stretch| !stretch.folded)
            .map(|stretch| stretch.to_ms - stretch.from_ms)
            .sum();
        let open_px = (right - left - folds as f64 * FOLD_WIDTH).max(1.0);
        let mut x = left;
        let pieces = stretches
            .into_iter()
            .map(|stretch| {
                let width = if stretch.folded {
                    FOLD_WIDTH
                } else {
                    (stretch.to_ms - stretch.from_ms) / open_ms * open_px
                };
                let piece = Piece {
                    from_x: x,
                    to_x: x + width,
                    ..stretch
                };
                x += width;
                piece
            })
            .collect();
        Scale { pieces }
    }

    /// The place of a moment; moments outside stand at the nearer end.
    #[must_use]
    pub fn x(&self, ms: f64) -> f64 {
        let piece = self
            .pieces
            .iter()
            .find(|piece| ms <= piece.to_ms)
            .or(self.pieces.last());
        piece.map_or(0.0, |piece| {
            let part = (ms - piece.from_ms) / (piece.to_ms - piece.from_ms);
            piece.from_x + part.clamp(0.0, 1.0) * (piece.to_x - piece.from_x)
        })
    }

    /// The last moment on the axis.
    #[must_use]
    pub fn end_ms(&self) -> f64 {
        self.pieces.last().map_or(0.0, |piece| piece.to_ms)
    }

    /// Where the folded stretches are: their left and right ends.
    #[must_use]
    pub fn folds(&self) -> Vec<(f64, f64)> {
        self.folded()
            .map(|piece| (piece.from_x, piece.to_x))
            .collect()
    }

    /// Marks that do not touch each other, from the left; their words stay between 0 and `width`.
    #[must_use]
    pub fn ticks(&self, width: f64) -> Vec<Tick> {
        let mut ticks = Vec::new();
        let push_where_free = |ticks: &mut Vec<Tick>, tick| push_where_free(ticks, tick, width);
        for piece in self.folded() {
            push_where_free(&mut ticks, fold_tick(piece));
        }
        let after_fold = self.pieces.len() > 1;
        if let Some(last) = self.pieces.last().filter(|_| after_fold) {
            push_where_free(&mut ticks, Tick::at(last.to_x, duration(last.to_ms)));
        }
        // Behind a fold round numbers mean little: there the end alone is marked.
        if let Some(first) = self.pieces.first().filter(|first| !first.folded) {
            let px_per_ms = (first.to_x - first.from_x) / (first.to_ms - first.from_ms);
            push_where_free(&mut ticks, Tick::at(self.x(0.0), "0".to_owned()));
            for ms in multiples(round_step(76.0 / px_per_ms), first.from_ms, first.to_ms) {
                push_where_free(&mut ticks, Tick::at(self.x(ms), signed_duration(ms)));
            }
        }
        ticks.sort_by(|a, b| a.x.total_cmp(&b.x));
        ticks
    }

    fn folded(&self) -> impl Iterator<Item = &Piece> {
        self.pieces.iter().filter(|piece| piece.folded)
    }
}

fn fold_tick(piece: &Piece) -> Tick {
    Tick {
        x: f64::midpoint(piece.from_x, piece.to_x),
        text: format!("… {} …", duration(piece.to_ms - piece.from_ms)),
        fold: true,
    }
}

fn push_where_free(ticks: &mut Vec<Tick>, tick: Tick, width: f64) {
    let half = width_of(&tick.text) / 2.0;
    let x = tick.x.clamp(half, (width - half).max(half));
    let tick = Tick { x, ..tick };
    let is_free = ticks
        .iter()
        .all(|other| (other.x - tick.x).abs() >= half + width_of(&other.text) / 2.0 + 8.0);
    if is_free {
        ticks.push(tick);
    }
}

/// The stretches between neighbouring moments that are so long that they would press the rest together. Takes the
/// fewest of the longest that leave a readable rest.
fn idle_stretches(moments: &[f64]) -> Vec<(f64, f64)> {
    let mut gaps: Vec<(f64, f64)> = moments
        .windows(2)
        .filter_map(|pair| Some((*pair.first()?, *pair.last()?)))
        .collect();
    gaps.sort_by(|a, b| (b.1 - b.0).total_cmp(&(a.1 - a.0)));
    let total: f64 = gaps.iter().map(|(from, to)| to - from).sum();
    let mut folded = 0.0;
    for (i, (from, to)) in gaps.iter().take(MOST_FOLDS).enumerate() {
        folded += to - from;
        let rest = (total - folded).max(1.0);
        if to - from < SHORTEST_FOLD_MS {
            break;
        }
        if to - from > IDLE_FACTOR * rest {
            let mut idle: Vec<(f64, f64)> = gaps.iter().take(i + 1).copied().collect();
            let margin = KEPT * rest;
            idle.iter_mut()
                .for_each(|gap| *gap = (gap.0 + margin, gap.1 - margin));
            idle.sort_by(|a, b| a.0.total_cmp(&b.0));
            return idle;
        }
    }
    Vec::new()
}

/// The axis in pieces, still without places.
fn cut(from: f64, to: f64, idle: &[(f64, f64)]) -> Vec<Piece> {
    let piece = |from_ms, to_ms, folded| Piece {
        from_ms,
        to_ms,
        from_x: 0.0,
        to_x: 0.0,
        folded,
    };
    let mut pieces = Vec::with_capacity(idle.len() * 2 + 1);
    let mut at = from;
    for (start, end) in idle {
        pieces.push(piece(at, *start, false));
        pieces.push(piece(*start, *end, true));
        at = *end;
    }
    pieces.push(piece(at, to, false));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_short_story_is_linear() {
        let scale = Scale::new(&[-10.0, 0.0, 5.0, 20.0], 100.0, 400.0);
        assert!(scale.folds().is_empty());
        assert_eq!(
            (scale.x(-10.0), scale.x(5.0), scale.x(20.0)),
            (100.0, 250.0, 400.0)
        );
    }

    #[test]
    fn a_long_wait_folds_and_what_is_around_it_stays_readable() {
        let scale = Scale::new(
            &[-10.0, 0.0, 6.0, 47.0, 20_000.0, 20_004.0, 20_020.0],
            0.0,
            600.0,
        );
        assert_eq!(scale.folds().len(), 1);
        assert!(scale.x(47.0) - scale.x(0.0) > 150.0);
        assert!(scale.x(20_020.0) - scale.x(20_004.0) > 30.0);
    }

    #[test]
    fn two_waits_fold_even_where_neither_dwarfs_the_other() {
        let scale = Scale::new(
            &[0.0, 6.0, 47.0, 20_000.0, 20_010.0, 35_000.0, 35_004.0],
            0.0,
            600.0,
        );
        assert_eq!(scale.folds().len(), 2);
    }

    #[test]
    fn a_fold_says_how_long_it_is_and_the_end_says_when() {
        let texts: Vec<String> = Scale::new(&[0.0, 10.0, 60_000.0, 60_010.0], 0.0, 600.0)
            .ticks(600.0)
            .into_iter()
            .map(|tick| tick.text)
            .collect();
        assert!(texts.iter().any(|text| text == "… 1 min …"), "{texts:?}");
        assert_eq!(texts.first().map(String::as_str), Some("0"));
    }

    #[test]
    fn one_moment_still_makes_an_axis() {
        let scale = Scale::new(&[0.0], 50.0, 250.0);
        assert_eq!((scale.x(0.0), scale.x(9.0)), (50.0, 250.0));
    }

    proptest! {
        #[test]
        fn time_never_runs_backwards_and_marks_never_touch(
            moments in prop::collection::vec(-1e4..1e7f64, 1..20), width in 150.0..1500.0f64
        ) {
            let scale = Scale::new(&moments, 0.0, width);
            let mut sorted = moments.clone();
            sorted.sort_by(f64::total_cmp);
            let places: Vec<f64> = sorted.iter().map(|ms| scale.x(*ms)).collect();
            prop_assert!(places.windows(2).all(|pair| pair[0] <= pair[1] + 1e-6));
            prop_assert!(places.iter().all(|x| *x >= -1e-6 && *x <= width + 1e-6));
            let ticks = scale.ticks(width);
            for pair in ticks.windows(2) {
                let room = (width_of(&pair[0].text) + width_of(&pair[1].text)) / 2.0;
                prop_assert!(pair[1].x - pair[0].x >= room);
            }
        }
    }
}
