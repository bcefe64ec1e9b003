//! The lease of one consumer: taken, held, lost, given back.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;

use super::{HOLDS, Held, Holder, LeaseError, Leases, in_time, millis, until};
use crate::contract::Timestamp;

/// The lease of one consumer. Cheap to clone.
#[derive(Clone)]
pub struct Lease {
    leases: Leases,
    consumer: Arc<str>,
}

impl Lease {
    pub(super) fn new(leases: Leases, consumer: &str) -> Lease {
        Lease {
            leases,
            consumer: consumer.into(),
        }
    }

    /// Our token, while the lease is ours.
    #[must_use]
    pub fn token(&self) -> Option<i64> {
        self.held().filter(Held::holds).map(|held| held.token)
    }

    /// Who has it, as far as we have looked; `None` where nobody ever had it.
    #[must_use]
    pub fn holder(&self) -> Option<Holder> {
        self.leases.0.holders.borrow().get(&self.consumer).cloned()
    }

    /// The other server that has it.
    #[must_use]
    pub fn elsewhere(&self) -> Option<Holder> {
        let own = &self.leases.0.owner.name;
        let other = |holder: &Holder| holder.holds && *holder.owner != **own;
        self.holder().filter(other)
    }

    /// Takes it where nobody has it. Whether it is ours now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn take(&self) -> Result<bool, LeaseError> {
        if self.token().is_some() {
            return Ok(true);
        }
        if self.holder().is_some_and(|holder| holder.holds) {
            return Ok(false);
        }
        let inner = &self.leases.0;
        let begun = Instant::now();
        let taking = sqlx::query_scalar(include_str!("take.sql"))
            .bind(&*self.consumer)
            .bind(&inner.owner.name)
            .bind(&inner.owner.address)
            .bind(millis(HOLDS))
            .fetch_optional(&inner.pool);
        let Some(token) = in_time(taking).await? else {
            return Ok(false);
        };
        self.count("highwater_lease_taken_total");
        let until = until(begun);
        let mut held = self.leases.lock();
        held.insert(Arc::clone(&self.consumer), Held { token, until });
        self.show_ours();
        Ok(true)
    }

    /// Returns once the lease is not ours any more.
    pub async fn lost(&self) {
        let mut running_out = pin!(self.run_out());
        // Looked at whenever the work is: where this process was frozen, the clock has moved on before any timer has.
        poll_fn(|context| match self.token() {
            None => Poll::Ready(()),
            Some(_) => running_out.as_mut().poll(context),
        })
        .await;
        self.count("highwater_lease_lost_total");
    }

    async fn run_out(&self) {
        let mut looks = self.leases.0.holders.subscribe();
        while let Some(held) = self.held().filter(Held::holds) {
            tokio::select! {
                () = tokio::time::sleep_until(held.until.into()) => {}
                _ = looks.changed() => {}
            }
        }
    }

    /// Gives it back, so that another server may take it at once. Where that fails it runs out.
    pub async fn release(&self) {
        let Some(held) = self.leases.lock().remove(&self.consumer) else {
            return;
        };
        let releasing = sqlx::query(include_str!("release.sql"))
            .bind(&*self.consumer)
            .bind(held.token)
            .execute(&self.leases.0.pool);
        if let Err(error) = in_time(releasing).await {
            tracing::warn!(consumer.name = &*self.consumer, error = %error, "a lease could not be given back; it runs out");
        }
    }

    /// Returns when we have looked again who has it.
    pub(in crate::subscription) async fn looked(&self) {
        let _closed = self.leases.0.holders.subscribe().changed().await;
    }

    fn held(&self) -> Option<Held> {
        self.leases.lock().get(&self.consumer).copied()
    }

    fn count(&self, counter: &'static str) {
        metrics::counter!(counter, "consumer" => Arc::clone(&self.consumer)).increment(1);
    }

    /// What others told of the consumer is over.
    fn show_ours(&self) {
        if let Some(slot) = self.leases.0.board.slot(&self.consumer) {
            slot.report(|health| {
                health.run_by = None;
                health.owner = None;
                health.attempt = 0;
                health.failing = None;
                health.faulted = false;
                health.last_error = None;
                health.heartbeat_at = Timestamp::now();
            });
        }
    }
}
