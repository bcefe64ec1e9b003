//! The built-in stream of orders.

use leptos::prelude::*;

use crate::contract::{Problem, TrafficStatus};

/// Registers products and stock where there are none, and places orders at this rate until it is stopped.
#[server(prefix = "/api/fn/operator", endpoint = "start_traffic")]
pub async fn start_traffic(
    /// Orders a second, from 1 to 500.
    rate: u32,
) -> Result<TrafficStatus, Problem> {
    let traffic = crate::request::provided::<crate::simulation::Traffic>()?;
    traffic.start(rate).await.map_err(Problem::from)
}

/// Stops the stream of orders; what is under way is finished.
#[server(prefix = "/api/fn/operator", endpoint = "stop_traffic")]
pub async fn stop_traffic() -> Result<TrafficStatus, Problem> {
    Ok(crate::request::provided::<crate::simulation::Traffic>()?
        .stop()
        .await)
}
