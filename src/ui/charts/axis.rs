//! Round numbers for axes.

/// The smallest of 1, 2, 5, 10, 20, 50, ... that is at least `least`; at least 1 where `least` is.
#[must_use]
pub fn round_step(least: f64) -> f64 {
    if !least.is_finite() || least <= 0.0 {
        return 1.0;
    }
    let magnitude = 10f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * magnitude)
        .find(|step| *step >= least * (1.0 - 1e-9))
        .unwrap_or(10.0 * magnitude)
}

/// A round step for clock times, in milliseconds: whole seconds, minutes and hours as clocks divide them.
#[must_use]
pub fn round_clock_step(least_ms: f64) -> f64 {
    const SECONDS: [f64; 16] = [
        1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1_800.0, 3_600.0, 7_200.0,
        10_800.0, 21_600.0, 43_200.0,
    ];
    SECONDS
        .into_iter()
        .map(|seconds| seconds * 1_000.0)
        .find(|step| *step >= least_ms)
        .unwrap_or(86_400_000.0)
}

/// The multiples of `step` in `from..=to`; none where there would be more than 200.
#[must_use]
pub fn multiples(step: f64, from: f64, to: f64) -> Vec<f64> {
    let first = (from / step - 1e-9).ceil();
    let last = (to / step + 1e-9).floor();
    if !(last - first).is_finite() || last - first > 200.0 {
        return Vec::new();
    }
    (0..)
        .map(|i| first + f64::from(i))
        .take_while(|k| *k <= last)
        // The sum turns a negative zero into a positive one.
        .map(|k| k * step + 0.0)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round() {
        for (least, step) in [
            (0.03, 0.05),
            (1.0, 1.0),
            (7.0, 10.0),
            (23.0, 50.0),
            (101.0, 200.0),
        ] {
            assert!((round_step(least) - step).abs() < 1e-9, "{least}");
        }
        assert_eq!(round_step(f64::NAN), 1.0);
    }

    #[test]
    fn clock_steps_follow_the_clock() {
        assert_eq!(round_clock_step(11_000.0), 15_000.0);
        assert_eq!(round_clock_step(70_000.0), 120_000.0);
        assert_eq!(round_clock_step(4_000_000.0), 7_200_000.0);
    }

    #[test]
    fn multiples_take_both_ends() {
        assert_eq!(multiples(5.0, -5.0, 10.0), [-5.0, 0.0, 5.0, 10.0]);
        assert!(multiples(1e-9, 0.0, 1.0).is_empty());
    }
}
