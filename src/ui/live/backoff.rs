//! How long to wait before the next try.

const FIRST_MS: f64 = 250.0;
const LONGEST_MS: f64 = 10_000.0;

/// Milliseconds before try number `attempt` (from 0). `chance` is from 0 to 1 and spreads the pages that lost the
/// same server, so that they do not all come back at once.
#[must_use]
pub fn delay_ms(attempt: u32, chance: f64) -> f64 {
    let doubled = FIRST_MS * f64::from(1_u32 << attempt.min(16));
    let longest = doubled.min(LONGEST_MS);
    longest * (0.5 + chance.clamp(0.0, 1.0) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        assert_eq!(delay_ms(0, 1.0), 250.0);
        assert_eq!(delay_ms(3, 1.0), 2_000.0);
        assert_eq!(delay_ms(60, 1.0), LONGEST_MS);
    }

    #[test]
    fn chance_takes_up_to_half_away() {
        assert_eq!(delay_ms(1, 0.0), 250.0);
        assert_eq!(delay_ms(1, 0.5), 375.0);
    }
}
