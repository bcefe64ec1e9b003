//! Orders placed all the while, on whichever server answers, and an eye on the process's checkpoint.

use serde_json::Value;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::support::{Api, place_order};

pub const CARD: &str = "4242 4242 4242 4242";

pub struct Traffic {
    stop: CancellationToken,
    orders: Arc<Mutex<Vec<Uuid>>>,
    tasks: Vec<JoinHandle<()>>,
}

impl Traffic {
    /// Places orders on these servers, and watches the checkpoint there. A server may go meanwhile.
    pub async fn start(apis: &[Api]) -> Traffic {
        apis[0].stocked("mug", 1_000_000).await;
        let (stop, orders) = (CancellationToken::new(), Arc::<Mutex<Vec<Uuid>>>::default());
        let mut tasks = vec![tokio::spawn(place(
            apis.to_vec(),
            orders.clone(),
            stop.clone(),
        ))];
        for api in apis {
            tasks.push(tokio::spawn(watch(api.clone(), stop.clone())));
        }
        Traffic {
            stop,
            orders,
            tasks,
        }
    }

    /// Waits until so many orders more were placed.
    pub async fn more(&self, orders: usize) {
        let goal = self.placed() + orders;
        let start = Instant::now();
        while self.placed() < goal {
            assert!(start.elapsed() < Duration::from_secs(60), "no orders");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// An order that somebody else has placed.
    pub fn placed_too(&self, order: Uuid) {
        self.orders.lock().expect("orders").push(order);
    }

    fn placed(&self) -> usize {
        self.orders.lock().expect("orders").len()
    }

    /// Ends; what was placed.
    pub async fn stop(self) -> Vec<Uuid> {
        self.stop.cancel();
        for task in self.tasks {
            task.await.expect("sound");
        }
        let orders = self.orders.lock().expect("orders");
        orders.clone()
    }
}

async fn place(apis: Vec<Api>, orders: Arc<Mutex<Vec<Uuid>>>, stop: CancellationToken) {
    let mut server = 0;
    while !stop.is_cancelled() {
        let (order, command) = (Uuid::now_v7(), Uuid::now_v7());
        // The same command to another server, where one does not answer.
        while !place_on(&apis[server % apis.len()], order, command).await {
            server += 1;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        orders.lock().expect("orders").push(order);
        server += 1;
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn place_on(api: &Api, order: Uuid, command: Uuid) -> bool {
    let request = api
        .post("/commands/PlaceOrder")
        .header("Idempotency-Key", command.to_string())
        .timeout(Duration::from_secs(2))
        .json(&place_order(order, "mug", 1, CARD));
    let answer = request.send().await;
    answer.is_ok_and(|answer| answer.status().is_success())
}

/// The process's checkpoint never goes back, whoever runs it.
async fn watch(api: Api, stop: CancellationToken) {
    let mut before = 0;
    while !stop.is_cancelled() {
        let asked = api
            .get("/consumers/fulfilment")
            .timeout(Duration::from_secs(2))
            .send();
        if let Ok(answer) = asked.await {
            let row: Value = answer.json().await.unwrap_or_default();
            let position = row["position"].as_u64().unwrap_or(before);
            assert!(position >= before, "{position} after {before}");
            before = position;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
