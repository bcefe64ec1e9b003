//! Alerts: rules over what the monitor sees, told on the pages, by `/readyz` and `/metrics`, and to a webhook.

mod rules;
mod webhook;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::Monitor;
use crate::contract::{Alert, AlertRule, Timestamp};
use crate::convergence::Convergence;
use rules::Broken;

pub use rules::Budgets;
pub use webhook::{Notice, Webhook};

/// Which rule is broken, and by whom.
type Key = (AlertRule, Option<String>);

/// The rules that are broken now. Cheap to clone.
#[derive(Clone)]
pub struct Alerts {
    monitor: Monitor,
    convergence: Arc<Convergence>,
    budgets: Budgets,
    active: Arc<Mutex<BTreeMap<Key, Alert>>>,
    told: Arc<watch::Sender<Arc<Vec<Alert>>>>,
}

impl Alerts {
    /// Watches over these budgets.
    #[must_use]
    pub fn new(monitor: Monitor, convergence: Arc<Convergence>, budgets: Budgets) -> Alerts {
        Alerts {
            monitor,
            convergence,
            budgets,
            active: Arc::default(),
            told: Arc::default(),
        }
    }

    /// The rules that are broken, worst first.
    #[must_use]
    pub fn active(&self) -> Arc<Vec<Alert>> {
        Arc::clone(&self.told.borrow())
    }

    /// Looks whenever the monitor has, until told to stop.
    pub async fn run(self, webhook: Option<Webhook>, stop: CancellationToken) {
        let mut rows = self.monitor.watch_rows();
        loop {
            for notice in self.look(Timestamp::now()) {
                notice.count();
                if let Some(webhook) = &webhook {
                    webhook.tell(notice);
                }
            }
            tokio::select! {
                () = stop.cancelled() => return,
                changed = rows.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Compares what is broken now with what was, and says what has changed.
    fn look(&self, now: Timestamp) -> Vec<Notice> {
        let window = self.convergence.usual_window_of_all();
        let broken = rules::broken(&self.monitor.rows(), &window, &self.budgets);
        // Only whole alerts are put in and taken out under this lock, so a poisoned one is still right.
        let mut active = self.active.lock().unwrap_or_else(PoisonError::into_inner);
        let notices = update(&mut active, broken, now);
        self.told
            .send_replace(Arc::new(active.values().cloned().collect()));
        notices
    }
}

/// Brings the alerts to what is broken now.
fn update(active: &mut BTreeMap<Key, Alert>, broken: Vec<Broken>, now: Timestamp) -> Vec<Notice> {
    let mut before = std::mem::take(active);
    let mut notices = Vec::new();
    for Broken {
        rule,
        consumer,
        detail,
    } in broken
    {
        let key = (rule, consumer.clone());
        let known = before.remove(&key);
        let alert = Alert {
            rule,
            consumer,
            since: known.as_ref().map_or(now, |known| known.since),
            detail,
        };
        if known.is_none() {
            notices.push(Notice::Raised(alert.clone()));
        }
        active.insert(key, alert);
    }
    notices.extend(before.into_values().map(Notice::Cleared));
    notices
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(rule: AlertRule, consumer: &str, detail: &str) -> Broken {
        Broken {
            rule,
            consumer: Some(consumer.to_owned()),
            detail: detail.to_owned(),
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_micros(second * 1_000_000)
    }

    #[test]
    fn an_alert_is_told_when_it_comes_and_when_it_goes() {
        let mut active = BTreeMap::new();
        let stalled = |detail| broken(AlertRule::Stalled, "orders", detail);
        let raised = update(&mut active, vec![stalled("for 11 s")], at(1));
        assert!(matches!(&raised[..], [Notice::Raised(alert)] if alert.since == at(1)));
        // The same is not told again, but what is shown is fresh.
        let parked = broken(AlertRule::Parked, "orders", "1 event");
        let raised = update(&mut active, vec![stalled("for 12 s"), parked], at(2));
        assert!(matches!(&raised[..], [Notice::Raised(alert)] if alert.rule == AlertRule::Parked));
        let shown = &active[&(AlertRule::Stalled, Some("orders".to_owned()))];
        assert_eq!((shown.since, shown.detail.as_str()), (at(1), "for 12 s"));
        let cleared = update(&mut active, vec![], at(3));
        assert_eq!(cleared.len(), 2);
        assert!(cleared.iter().all(|n| matches!(n, Notice::Cleared(_))));
        assert!(active.is_empty());
    }
}
