//! Runs the process as its runner does, but under the test's hand.

use std::sync::Arc;

use highwater::contract::RecordedEvent;
use highwater::event_log::{LogQuery, SharedLog};
use highwater::process_manager::fulfilment::Opened;
use highwater::subscription::parking::ParkedEvents;
use highwater::subscription::{Consumer, ConsumerError, Recall};

/// A process that works when it is told to.
pub struct Worker {
    pub process: Box<dyn Consumer>,
    pub parked: Box<dyn ParkedEvents>,
    log: SharedLog,
    recall: Recall,
}

impl Worker {
    pub fn over(opened: Opened, log: &SharedLog) -> Worker {
        Worker {
            process: opened.consumer,
            parked: opened.parked,
            log: log.clone(),
            recall: Recall::new(log.clone()),
        }
    }

    /// Handles everything there is, also what follows from it.
    pub async fn work(&mut self) -> Result<(), ConsumerError> {
        while self.batch().await? {}
        Ok(())
    }

    /// Handles one batch, small enough that an order's life spans several; whether there was one.
    pub async fn batch(&mut self) -> Result<bool, ConsumerError> {
        let mut after = self.process.checkpoint().await?.position;
        while let Some(checkpoint) = self.process.attend(&self.recall).await? {
            after = checkpoint.position;
        }
        let wanted = self.process.wanted();
        let events = self.log.read(LogQuery::after(after, 7)).await.unwrap();
        let Some(upto) = events.last().map(|event| event.position) else {
            return Ok(false);
        };
        let events: Vec<Arc<RecordedEvent>> = events
            .into_iter()
            .filter(|event| wanted.wants(event))
            .collect();
        self.process.handle(&events, upto).await?;
        Ok(true)
    }
}
