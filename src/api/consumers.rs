//! Consumers: where they are, and the operator's hand on them.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::contract::{ConsumerRow, ConsumersView, Problem, Timestamp};

/// Every consumer, and where they all were.
#[server(prefix = "/api/fn/view", endpoint = "consumers", input = GetUrl)]
pub async fn list_consumers() -> Result<ConsumersView, Problem> {
    Ok(crate::request::provided::<crate::subscription::Monitor>()?.view())
}

/// Pauses a consumer: it keeps its place and handles nothing until it is resumed.
#[server(prefix = "/api/fn/operator", endpoint = "pause_consumer")]
pub async fn pause_consumer(
    /// The consumer.
    name: String,
    /// Why; goes into the audit stream.
    reason: String,
    /// When it resumes by itself.
    until: Option<Timestamp>,
) -> Result<ConsumerRow, Problem> {
    let control = crate::request::provided::<crate::subscription::Control>()?;
    let principal = crate::request::provided::<crate::contract::Principal>()?;
    Ok(control.pause(&principal, &name, &reason, until).await?)
}

/// Lets a paused consumer go on from its place.
#[server(prefix = "/api/fn/operator", endpoint = "resume_consumer")]
pub async fn resume_consumer(
    /// The consumer.
    name: String,
    /// Why; goes into the audit stream.
    reason: String,
) -> Result<ConsumerRow, Problem> {
    let control = crate::request::provided::<crate::subscription::Control>()?;
    let principal = crate::request::provided::<crate::contract::Principal>()?;
    Ok(control.resume(&principal, &name, &reason).await?)
}
