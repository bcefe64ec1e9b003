//! The public API, as a client program uses it.

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use super::catalogue::{FIRST_DELIVERY, PRODUCTS};
use crate::contract::{CommandId, CommandReceipt, ConsumerRow, Position, Problem};

/// Why a call did not succeed.
#[derive(Debug, thiserror::Error)]
pub(super) enum CallError {
    /// The server said what is wrong.
    #[error("{0}")]
    Problem(Box<Problem>),
    /// The server could not be reached, or its answer not be read.
    #[error("{0}")]
    Transport(#[from] reqwest::Error),
}

/// A server's API.
#[derive(Clone)]
pub(super) struct ApiClient {
    http: Client,
    base: String,
}

#[derive(serde::Deserialize)]
pub(super) struct Consumers {
    pub consumers: Vec<ConsumerRow>,
    pub head: Position,
}

impl ApiClient {
    /// The API below a server's address.
    pub fn new(url: &str) -> Result<ApiClient, CallError> {
        let http = Client::builder()
            .pool_max_idle_per_host(usize::MAX)
            .build()?;
        Ok(ApiClient {
            http,
            base: url.trim_end_matches('/').to_owned(),
        })
    }

    /// Sends a command with a fresh id.
    pub async fn command(&self, name: &str, body: &Value) -> Result<CommandReceipt, CallError> {
        let url = format!("{}/api/v1/commands/{name}", self.base);
        let id = CommandId::generate().to_string();
        let answer = self
            .http
            .post(url)
            .header("idempotency-key", id)
            .json(body)
            .send()
            .await?;
        read(answer).await
    }

    /// Where the consumers are.
    pub async fn consumers(&self) -> Result<Consumers, CallError> {
        read(
            self.http
                .get(format!("{}/api/v1/consumers", self.base))
                .send()
                .await?,
        )
        .await
    }

    /// The counters, as text.
    pub async fn metrics(&self) -> Result<String, CallError> {
        Ok(self
            .http
            .get(format!("{}/metrics", self.base))
            .send()
            .await?
            .text()
            .await?)
    }

    /// Registers the products that are missing, with a first delivery of each.
    pub async fn open_shop(&self) -> Result<(), CallError> {
        for product in &PRODUCTS {
            let unit_price = json!({ "amount": product.cents, "currency": "EUR" });
            let body =
                json!({ "sku": product.sku, "name": product.name, "unit_price": unit_price });
            match self.command("RegisterProduct", &body).await {
                Ok(_) => {}
                Err(CallError::Problem(problem)) if problem.status == 422 => {}
                Err(error) => return Err(error),
            }
            let delivery = json!({ "sku": product.sku, "quantity": FIRST_DELIVERY });
            self.command("ReceiveStock", &delivery).await?;
        }
        Ok(())
    }
}

async fn read<T: serde::de::DeserializeOwned>(answer: reqwest::Response) -> Result<T, CallError> {
    if answer.status() == StatusCode::OK {
        return Ok(answer.json().await?);
    }
    Err(CallError::Problem(Box::new(answer.json().await?)))
}
