//! Looks at the consumers all the time, and believes nothing.

use serde_json::Value;
use std::collections::BTreeMap;

use super::members::{GROUPS, is_wanted};
use crate::support::Api;

/// Events that only the console writes; they concern no consumer.
const AUDIT: &str = "audit-";

pub struct Watcher {
    api: Api,
    /// Where each consumer was last seen.
    seen: BTreeMap<String, u64>,
    /// How often each may still be found further back: once for each act that sets it back.
    may_go_back: BTreeMap<String, usize>,
}

impl Watcher {
    pub fn new(api: Api) -> Watcher {
        Watcher {
            api,
            seen: BTreeMap::new(),
            may_go_back: BTreeMap::new(),
        }
    }

    /// An act sets the consumer back, at whatever time.
    pub fn may_go_back(&mut self, consumer: &str) {
        *self.may_go_back.entry(consumer.to_owned()).or_default() += 1;
    }

    /// Looks at every consumer, unless the server is away.
    pub async fn look(&mut self) {
        let Ok(answer) = self.api.get("/consumers").send().await else {
            return;
        };
        let Ok(list) = answer.json::<Value>().await else {
            return;
        };
        let Some(rows) = list["consumers"].as_array() else {
            return;
        };
        for row in rows {
            self.does_not_go_back(row);
            self.misses_nothing(row).await;
        }
    }

    fn does_not_go_back(&mut self, row: &Value) {
        let name = row["name"].as_str().expect("a name");
        let position = row["position"].as_u64().expect("a position");
        let before = self.seen.insert(name.to_owned(), position).unwrap_or(0);
        if position < before {
            let left = self.may_go_back.entry(name.to_owned()).or_default();
            assert!(*left > 0, "{name} went back from {before} to {position}");
            *left -= 1;
        }
    }

    /// Where a consumer says that it has everything, no event that it wants lies between its checkpoint and the head that it
    /// saw. Every type of an order's life concerns `orders`, and of the rest only few concern the others, so that it is asked;
    /// and the groups, which want whole streams.
    async fn misses_nothing(&self, row: &Value) {
        let name = row["name"].as_str().expect("a name");
        let is_asked = name == "orders" || GROUPS.contains(&name);
        if row["lag_events"] != 0 || !is_asked {
            return;
        }
        let position = row["position"].as_u64().expect("a position");
        let head = row["head"].as_u64().expect("a head");
        let path = format!("/events?after={position}&limit=1000");
        let Ok(answer) = self.api.get(&path).send().await else {
            return;
        };
        let Ok(page) = answer.json::<Value>().await else {
            return;
        };
        for event in page["events"].as_array().into_iter().flatten() {
            let stream = event["stream"].as_str().expect("a stream");
            let concerns = match name {
                "orders" => concerns_orders(stream, event["type"].as_str().expect("a type")),
                _ => is_wanted(stream),
            };
            let missing = event["position"].as_u64() <= Some(head) && concerns;
            assert!(!missing, "{name} says it lacks nothing, and lacks {event}");
        }
    }
}

fn concerns_orders(stream: &str, event_type: &str) -> bool {
    !stream.starts_with(AUDIT) && !["ProductRegistered", "StockReceived"].contains(&event_type)
}
