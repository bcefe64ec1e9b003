//! The public API, as any program would call it.

use reqwest::{Client, RequestBuilder, Response};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use uuid::Uuid;

use super::{PATIENCE, Patience};

#[derive(Clone)]
pub struct Api {
    http: Client,
    base: String,
}

impl Api {
    pub fn new(address: &str) -> Api {
        let _installed_before = rustls::crypto::ring::default_provider().install_default();
        let http = Client::builder()
            .timeout(Duration::from_secs(20))
            // A server that was killed leaves dead connections behind, so each request makes its own.
            .pool_max_idle_per_host(0)
            .build()
            .expect("a client");
        Api {
            http,
            base: format!("{address}/api/v1"),
        }
    }

    pub fn get(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("{}{path}", self.base))
    }

    pub fn post(&self, path: &str) -> RequestBuilder {
        self.http.post(format!("{}{path}", self.base))
    }

    /// Makes a consumer group.
    pub async fn group(&self, name: &str, definition: Value) {
        let (status, group) = self.put(&format!("/consumers/{name}"), &definition).await;
        assert_eq!(status, 201, "{group}");
    }

    pub async fn put(&self, path: &str, body: &Value) -> (u16, Value) {
        let request = self.http.put(format!("{}{path}", self.base)).json(body);
        answer(request.send().await.expect("an answer")).await
    }

    pub async fn delete(&self, path: &str) -> (u16, Value) {
        let request = self.http.delete(format!("{}{path}", self.base));
        answer(request.send().await.expect("an answer")).await
    }

    /// Appends so many notes, all to one stream; the position of the last.
    pub async fn notes(&self, stream: &str, count: usize) -> u64 {
        let event = json!({ "type": "NoteTaken", "data": { "text": "a note" } });
        let body = json!({ "expected": "any", "events": vec![event; count] });
        let (status, appended) = self.send(&format!("/streams/{stream}"), &body).await;
        assert_eq!(status, 201, "{appended}");
        appended["position"].as_u64().expect("a position")
    }

    /// Any path of the server, not only of the API.
    pub fn raw(&self, method: reqwest::Method, path: &str) -> RequestBuilder {
        self.http.request(
            method,
            format!("{}{path}", self.base.trim_end_matches("/api/v1")),
        )
    }

    pub async fn read(&self, path: &str) -> (u16, Value) {
        answer(self.get(path).send().await.expect("an answer")).await
    }

    pub async fn send(&self, path: &str, body: &Value) -> (u16, Value) {
        answer(self.post(path).json(body).send().await.expect("an answer")).await
    }

    /// Carries out a command that must succeed.
    pub async fn command(&self, name: &str, body: Value) -> Value {
        let (status, receipt) = self.send(&format!("/commands/{name}"), &body).await;
        assert_eq!(status, 200, "{name} {body}: {receipt}");
        receipt
    }

    /// A product with pieces in stock.
    pub async fn stocked(&self, sku: &str, quantity: u32) {
        let unit_price = json!({ "amount": 1_250, "currency": "EUR" });
        self.command(
            "RegisterProduct",
            json!({ "sku": sku, "name": sku, "unit_price": unit_price }),
        )
        .await;
        self.command("ReceiveStock", json!({ "sku": sku, "quantity": quantity }))
            .await;
    }

    /// Places an order of one line; its id and the receipt.
    pub async fn order(&self, sku: &str, quantity: u32, card: &str) -> (Uuid, Value) {
        let id = Uuid::now_v7();
        (
            id,
            self.command("PlaceOrder", place_order(id, sku, quantity, card))
                .await,
        )
    }

    /// Asks for an order until its status is `wanted`.
    pub async fn order_becomes(&self, id: Uuid, wanted: &str) -> Value {
        let start = Instant::now();
        loop {
            let (_, order) = self.read(&format!("/orders/{id}")).await;
            if order["status"] == wanted {
                return order;
            }
            assert!(start.elapsed() < PATIENCE, "{id} is not {wanted}: {order}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Waits until every consumer is at the head and stays there.
    pub async fn settled(&self) {
        let mut patience = Patience::default();
        let mut quiet = 0;
        while quiet < 3 {
            let (_, now) = self.read("/consumers").await;
            let rows = now["consumers"].as_array().expect("consumers");
            let there = rows.iter().all(|row| row["position"] == now["head"]);
            quiet = if there { quiet + 1 } else { 0 };
            patience.see(rows);
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }
}

pub fn place_order(id: Uuid, sku: &str, quantity: u32, card: &str) -> Value {
    json!({ "order_id": id, "customer": "Nadia Okafor", "lines": [{ "sku": sku, "quantity": quantity }], "card": card })
}

pub async fn answer(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let text = response.text().await.expect("a body");
    (
        status,
        serde_json::from_str(&text).unwrap_or(Value::String(text)),
    )
}
