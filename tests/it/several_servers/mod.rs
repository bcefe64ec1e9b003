//! Several servers on one PostgreSQL: what must be done once is done by one of them, and by another when that one is gone.

mod acts;
mod fenced;
mod groups;
mod moving;
mod parking;
mod seen;
mod traffic;

use serde_json::Value;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};
use uuid::Uuid;

use crate::support::{Api, Database, PATIENCE, Postgres, Server};

/// Within so long a consumer goes on elsewhere when its server is gone, and the order of a test is carried through there. Ten
/// seconds are promised for a machine that has nothing else to do; here all other tests run beside it.
const MOVED_WITHIN: Duration = Duration::from_secs(20);

pub struct Several {
    pub servers: Vec<Server>,
    pub apis: Vec<Api>,
    pub database: Database,
}

impl Several {
    pub fn start(count: usize) -> Several {
        let database = Postgres::shared().database();
        let url = database.url();
        let servers: Vec<_> = (0..count).map(|_| Server::start_on(&url)).collect();
        let apis = servers.iter().map(Server::api).collect();
        Several {
            servers,
            apis,
            database,
        }
    }

    /// The server that runs a consumer: all of them tell the same.
    pub async fn holder(&self, consumer: &str) -> usize {
        let all: Vec<_> = (0..self.servers.len()).collect();
        self.holder_of(consumer, &all).await
    }

    /// The server that runs a consumer, as some of them tell.
    pub async fn holder_of(&self, consumer: &str, told_by: &[usize]) -> usize {
        let start = Instant::now();
        loop {
            let mut told = Vec::new();
            for server in told_by {
                let (_, row) = self.apis[*server]
                    .read(&format!("/consumers/{consumer}"))
                    .await;
                told.push(row["owner"].as_str().expect("an owner").to_owned());
            }
            let named = |server: &Server| told[0].contains(&format!("/{}/", server.id()));
            let agreed = told.iter().all(|owner| *owner == told[0]);
            match self.servers.iter().position(named) {
                Some(holder) if agreed => return holder,
                _ => assert!(start.elapsed() < PATIENCE, "{told:?}"),
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Every server but one.
    pub fn but(&self, server: usize) -> Vec<usize> {
        (0..self.servers.len())
            .filter(|one| *one != server)
            .collect()
    }

    /// How many of the process's commands some servers have had answered.
    pub async fn commands_sent(&self, servers: &[usize]) -> u64 {
        let mut sent = 0;
        for server in servers {
            let asked = self.apis[*server]
                .raw(reqwest::Method::GET, "/metrics")
                .send();
            let text = asked.await.expect("an answer").text().await.expect("text");
            let lines = text.lines();
            let counted = lines.filter_map(|line| {
                line.strip_prefix("highwater_process_commands_total{process=\"fulfilment\"} ")
            });
            sent += counted
                .map(|count| count.parse::<u64>().expect("a number"))
                .sum::<u64>();
        }
        sent
    }

    /// Every order was confirmed by exactly the events that it takes.
    pub async fn assert_done_once(&self, orders: &[Uuid]) {
        let mut types = BTreeMap::<String, Vec<String>>::new();
        let api = self.answering().await;
        let mut after = 0;
        loop {
            let (_, page) = api.read(&format!("/events?limit=1000&after={after}")).await;
            for event in page["events"].as_array().expect("events") {
                let text = |field: &str| event[field].as_str().expect(field).to_owned();
                types.entry(text("stream")).or_default().push(text("type"));
            }
            match page["next"].as_u64() {
                Some(next) => after = next,
                None => break,
            }
        }
        let confirmed = [
            "OrderPlaced",
            "OrderReserved",
            "OrderPaid",
            "OrderConfirmed",
        ];
        for id in orders {
            assert_eq!(types[&format!("order-{id}")], confirmed);
            assert_eq!(types[&format!("payment-{id}")], ["PaymentAuthorised"]);
        }
        let products = types
            .iter()
            .filter(|(stream, _)| stream.starts_with("product-"));
        let reserved = products
            .flat_map(|(_, types)| types)
            .filter(|one| *one == "StockReserved");
        assert_eq!(reserved.count(), orders.len());
    }

    async fn answering(&self) -> &Api {
        for api in &self.apis {
            if api.get("/head").send().await.is_ok() {
                return api;
            }
        }
        panic!("no server answers");
    }
}

/// Waits until a consumer's row is as wanted.
pub async fn row_becomes(api: &Api, name: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    let start = Instant::now();
    loop {
        let (_, row) = api.read(&format!("/consumers/{name}")).await;
        if wanted(&row) {
            return row;
        }
        assert!(start.elapsed() < PATIENCE, "{row}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
