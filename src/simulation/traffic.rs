//! The built-in stream of orders: products, stock, and orders at a chosen rate, until it is stopped.

use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, Semaphore, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::catalogue::{FIRST_DELIVERY, PRODUCTS};
use super::shopper::{Fate, Wish, wish};
use crate::command::{CommandBus, CommandError};
use crate::contract::{CommandId, TrafficStatus};

/// Orders a second, at most.
const FASTEST: u32 = 500;
/// Orders under way at once; more are not placed, so that a slow system is not buried.
const UNDER_WAY: usize = 256;
/// After so many orders another delivery arrives.
const DELIVERY_EVERY: u64 = 50_000;
/// How long after an order its customer or the warehouse acts on it.
const LATER: Duration = Duration::from_secs(4);

/// Why the stream did not start.
#[derive(Debug, thiserror::Error)]
pub enum TrafficError {
    /// The rate is out of bounds.
    #[error("`rate` must be from 1 to {FASTEST} orders a second")]
    Rate,
    /// The products could not be set up.
    #[error(transparent)]
    Command(#[from] CommandError),
}

/// Starts and stops the stream of orders. Cheap to clone.
#[derive(Clone)]
pub struct Traffic {
    bus: CommandBus,
    status: Arc<watch::Sender<TrafficStatus>>,
    running: Arc<Mutex<Option<Stream>>>,
    stop: CancellationToken,
}

struct Stream {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Traffic {
    /// No traffic yet. `stop` ends it together with the server.
    #[must_use]
    pub fn new(bus: CommandBus, stop: CancellationToken) -> Traffic {
        let status = Arc::new(watch::Sender::new(TrafficStatus::default()));
        Traffic {
            bus,
            status,
            running: Arc::default(),
            stop,
        }
    }

    /// Follows what the traffic is doing.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<TrafficStatus> {
        self.status.subscribe()
    }

    /// Registers products and stock where there are none, and places orders at this rate; a stream that runs changes
    /// its rate.
    ///
    /// # Errors
    /// When the rate is out of bounds, or the products cannot be set up.
    pub async fn start(&self, rate: u32) -> Result<TrafficStatus, TrafficError> {
        if !(1..=FASTEST).contains(&rate) {
            return Err(TrafficError::Rate);
        }
        let mut running = self.running.lock().await;
        self.open_shop().await?;
        end(running.take()).await;
        self.status.send_modify(|status| status.rate = rate);
        let stop = self.stop.child_token();
        let task = tokio::spawn(self.clone().place_orders(rate, stop.clone()));
        *running = Some(Stream { stop, task });
        Ok(*self.status.borrow())
    }

    /// Stops placing orders; what is under way is finished.
    pub async fn stop(&self) -> TrafficStatus {
        end(self.running.lock().await.take()).await;
        self.status.send_modify(|status| status.rate = 0);
        *self.status.borrow()
    }

    async fn open_shop(&self) -> Result<(), TrafficError> {
        for product in &PRODUCTS {
            let unit_price = crate::contract::Money::eur(product.cents);
            let body =
                json!({ "sku": product.sku, "name": product.name, "unit_price": unit_price });
            match self.send("RegisterProduct", body).await {
                Ok(()) => self.deliver(product.sku).await?,
                // Registered before: the shop has been open already.
                Err(CommandError::Refused(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    async fn deliver(&self, sku: &str) -> Result<(), CommandError> {
        self.send(
            "ReceiveStock",
            json!({ "sku": sku, "quantity": FIRST_DELIVERY }),
        )
        .await
    }

    async fn place_orders(self, rate: u32, stop: CancellationToken) {
        let under_way = Arc::new(Semaphore::new(UNDER_WAY));
        let mut tick = tokio::time::interval(Duration::from_secs(1) / rate);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = tick.tick() => {}
            }
            let Ok(permit) = Arc::clone(&under_way).try_acquire_owned() else {
                continue;
            };
            let (traffic, stop) = (self.clone(), stop.clone());
            let wish = wish(&mut rand::rng());
            tokio::spawn(async move {
                traffic.place(&wish).await;
                drop(permit);
                traffic.follow_up(&wish, &stop).await;
            });
        }
    }

    async fn place(&self, wish: &Wish) {
        match self.send("PlaceOrder", wish.body.clone()).await {
            Ok(()) => {}
            Err(CommandError::Refused(_)) => return,
            Err(error) => return tracing::warn!(error = %error, "a simulated order was not placed"),
        }
        self.status.send_modify(|status| status.placed += 1);
        let placed = self.status.borrow().placed;
        if placed.is_multiple_of(DELIVERY_EVERY) {
            for product in &PRODUCTS {
                if let Err(error) = self.deliver(product.sku).await {
                    tracing::warn!(error = %error, "a simulated delivery did not arrive");
                }
            }
        }
    }

    /// What the customer or the warehouse does a little later. A refusal is an answer: the order went another way.
    async fn follow_up(&self, wish: &Wish, stop: &CancellationToken) {
        let (name, body) = match wish.fate {
            Fate::Waits => return,
            Fate::Ships => ("ShipOrder", json!({ "order_id": wish.order_id })),
            Fate::Cancels => (
                "CancelOrder",
                json!({ "order_id": wish.order_id, "reason": "changed their mind" }),
            ),
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LATER) => {}
        }
        match self.send(name, body).await {
            Ok(()) | Err(CommandError::Refused(_)) => {}
            Err(error) => {
                tracing::warn!(error = %error, command.name = name, "a simulated command failed")
            }
        }
    }

    async fn send(&self, name: &str, body: serde_json::Value) -> Result<(), CommandError> {
        self.bus
            .submit(
                name,
                CommandId::generate(),
                None,
                body.to_string().as_bytes(),
            )
            .await
            .map(drop)
    }
}

async fn end(stream: Option<Stream>) {
    let Some(stream) = stream else { return };
    stream.stop.cancel();
    if let Err(error) = stream.task.await {
        tracing::error!(error = %error, "the stream of orders ended badly");
    }
}
