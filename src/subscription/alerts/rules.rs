//! The rules. Pure.

use std::time::Duration;

use crate::contract::{AlertRule, ConsumerKind, ConsumerRow, ConsumerState, Percentiles};

/// Commands that a verdict on their windows needs: with fewer, one slow one would be a hundredth.
const ENOUGH: u64 = 100;

/// What may be used up before somebody is told.
#[derive(Clone, Copy, Debug)]
pub struct Budgets {
    /// How far behind a consumer may be.
    pub age: Duration,
    /// Within what time 99 of 100 commands are to be seen by every consumer concerned.
    pub window: Duration,
}

/// A rule that is broken.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) rule: AlertRule,
    pub(super) consumer: Option<String>,
    pub(super) detail: String,
}

/// Which rules are broken. A consumer that somebody paused breaks none but that on parked events: it was meant to stand still.
pub(super) fn broken(rows: &[ConsumerRow], window: &Percentiles, budgets: &Budgets) -> Vec<Broken> {
    let mut broken: Vec<Broken> = rows.iter().flat_map(|row| of_row(row, budgets)).collect();
    broken.extend(of_window(window, budgets));
    broken
}

fn of_row(row: &ConsumerRow, budgets: &Budgets) -> Vec<Broken> {
    let behind = format!(
        "{} is {} events and {} behind",
        row.name,
        row.lag_events,
        seconds(row.lag_age_ms)
    );
    let mut broken = Vec::new();
    let mut add = |rule, detail| {
        broken.push(Broken {
            rule,
            consumer: Some(row.name.clone()),
            detail,
        });
    };
    let over = u128::from(row.lag_age_ms) > budgets.age.as_millis();
    match row.state {
        ConsumerState::Paused => {}
        // Nobody is connected; as long as nothing waits for long, nobody is missed.
        ConsumerState::Offline if row.kind == ConsumerKind::Group && !over => {}
        ConsumerState::Offline | ConsumerState::Faulted => {
            let why = row.last_error.clone().unwrap_or_else(|| behind.clone());
            let state = row.state.label().to_lowercase();
            add(
                AlertRule::Stopped,
                format!("{} is {state}: {why}", row.name),
            );
        }
        ConsumerState::Stalled => add(AlertRule::Stalled, format!("{behind} and does not move")),
        _ if over => add(AlertRule::AgeOverBudget, behind),
        _ => {}
    }
    if let Some(proof) = row
        .proof
        .as_ref()
        .filter(|proof| !proof.differences.is_empty())
    {
        let first = &proof.differences[0];
        let more = proof.differences.len() - 1;
        let also = if more > 0 {
            format!(", and {more} more")
        } else {
            String::new()
        };
        add(
            AlertRule::Differs,
            format!("{} is not what the log says: {first}{also}", row.name),
        );
    }
    if row.parked > 0 {
        let events = if row.parked == 1 { "event" } else { "events" };
        add(
            AlertRule::Parked,
            format!("{} has {} parked {events}", row.name, row.parked),
        );
    }
    broken
}

fn of_window(window: &Percentiles, budgets: &Budgets) -> Option<Broken> {
    let p99 = window.p99?;
    let budget = budgets.window.as_secs_f64() * 1_000.0;
    (window.count >= ENOUGH && p99 > budget).then(|| Broken {
        rule: AlertRule::WindowOverBudget,
        consumer: None,
        detail: format!(
            "one command in a hundred took {p99:.0} ms or longer to be seen everywhere; {budget:.0} ms are allowed"
        ),
    })
}

fn seconds(millis: u64) -> String {
    format!("{:.1} s", millis as f64 / 1_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Paused, Position, Proof, Timestamp};

    const BUDGETS: Budgets = Budgets {
        age: Duration::from_secs(10),
        window: Duration::from_secs(1),
    };

    fn row(state: ConsumerState, lag_age_ms: u64) -> ConsumerRow {
        ConsumerRow {
            position: Position(7),
            head: Position(9),
            lag_events: 2,
            lag_age_ms,
            ..ConsumerRow::plain("orders", state)
        }
    }

    fn rules(row: &ConsumerRow) -> Vec<AlertRule> {
        let rows = std::slice::from_ref(row);
        let broken = broken(rows, &Percentiles::default(), &BUDGETS);
        broken.into_iter().map(|one| one.rule).collect()
    }

    #[test]
    fn each_rule_has_its_case() {
        use AlertRule::{AgeOverBudget, Differs, Parked, Stalled, Stopped};
        assert_eq!(rules(&row(ConsumerState::Ok, 0)), []);
        assert_eq!(rules(&row(ConsumerState::CatchingUp, 10_000)), []);
        let late = row(ConsumerState::CatchingUp, 10_001);
        assert_eq!(rules(&late), [AgeOverBudget]);
        assert_eq!(rules(&row(ConsumerState::Stalled, 11_000)), [Stalled]);
        assert_eq!(rules(&row(ConsumerState::Faulted, 11_000)), [Stopped]);
        assert_eq!(rules(&row(ConsumerState::Offline, 0)), [Stopped]);
        let mut group = row(ConsumerState::Offline, 0);
        group.kind = ConsumerKind::Group;
        assert_eq!(rules(&group), []);
        group.lag_age_ms = 10_001;
        assert_eq!(rules(&group), [Stopped]);
        let mut parked = row(ConsumerState::Ok, 0);
        parked.parked = 1;
        assert_eq!(rules(&parked), [Parked]);
        let mut wrong = row(ConsumerState::Ok, 0);
        let mut proof = Proof {
            at: Timestamp::from_micros(0),
            as_of: Position(7),
            rows: 3,
            whole: true,
            parked: 0,
            differences: Vec::new(),
        };
        wrong.proof = Some(proof.clone());
        assert_eq!(rules(&wrong), []);
        proof.differences = vec!["orders 7 is missing".to_owned()];
        wrong.proof = Some(proof);
        assert_eq!(rules(&wrong), [Differs]);
    }

    #[test]
    fn who_was_paused_is_not_late() {
        let mut paused = row(ConsumerState::Paused, 99_000);
        paused.paused = Some(Paused {
            by: "Ada".to_owned(),
            reason: "a look".to_owned(),
            at: Timestamp::from_micros(0),
            until: None,
        });
        assert_eq!(rules(&paused), []);
        paused.parked = 3;
        assert_eq!(rules(&paused), [AlertRule::Parked]);
    }

    #[test]
    fn a_few_slow_commands_are_no_verdict() {
        let window = |count, p99| Percentiles {
            count,
            p50: Some(1.0),
            p95: Some(2.0),
            p99: Some(p99),
        };
        let rules = |window| broken(&[], &window, &BUDGETS).len();
        assert_eq!(rules(window(99, 5_000.0)), 0);
        assert_eq!(rules(window(100, 1_000.0)), 0);
        assert_eq!(rules(window(100, 1_001.0)), 1);
    }
}
