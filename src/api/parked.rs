//! Parked events: looked at, tried again, given up; and setting the event aside at which a consumer has stopped.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::contract::{ParkPlan, ParkedAct, ParkedRow, Position, Problem};

/// Parked events of a consumer, in the order in which they were parked.
#[server(prefix = "/api/fn/view", endpoint = "parked", input = GetUrl)]
pub async fn list_parked(
    /// The consumer.
    name: String,
    /// Where the page starts, this number left out; 0 for the first one.
    after: u64,
    /// At most so many.
    limit: u32,
) -> Result<Vec<ParkedRow>, Problem> {
    use crate::subscription::group::GroupError;
    let parked = crate::request::provided::<crate::subscription::parking::ParkedHand>()?;
    match parked.list(&name, after, limit).await {
        Err(GroupError::Unknown(_)) => Ok(Vec::new()),
        parked => Ok(parked?),
    }
}

/// What parking the event would mean at which a consumer has stopped; nothing is done.
#[server(prefix = "/api/fn/operator", endpoint = "plan_park", input = GetUrl)]
pub async fn plan_park(
    /// The consumer.
    name: String,
) -> Result<ParkPlan, Problem> {
    let control = crate::request::provided::<crate::subscription::Control>()?;
    Ok(control.plan_park(&name).await?)
}

/// Parks the event at which a consumer has stopped, and lets it go on.
#[server(prefix = "/api/fn/operator", endpoint = "park_event")]
pub async fn park_event(
    /// The consumer.
    name: String,
    /// The event that the operator has seen.
    position: Position,
    /// Why; goes into the audit stream.
    reason: String,
) -> Result<ParkPlan, Problem> {
    let control = crate::request::provided::<crate::subscription::Control>()?;
    let principal = crate::request::provided::<crate::contract::Principal>()?;
    let plan = control
        .park(&principal, &name, Some(position), &reason)
        .await?;
    // Without script the form would come back to its review.
    crate::request::redirect_plain_form(&format!("/consumers/{name}"));
    Ok(plan)
}

/// How many parked events an act would be on; nothing is done.
#[server(prefix = "/api/fn/operator", endpoint = "plan_parked", input = GetUrl)]
pub async fn plan_parked(
    /// The consumer.
    name: String,
    /// What would be done.
    act: ParkedAct,
    /// Only with this one; without it with all that are parked now.
    id: Option<u64>,
) -> Result<u64, Problem> {
    use crate::subscription::parking::{Choice, ParkedHand};
    let parked = crate::request::provided::<ParkedHand>()?;
    let principal = crate::request::provided::<crate::contract::Principal>()?;
    let choice = Choice {
        ids: id.map(|id| vec![id]),
        up_to: None,
    };
    // A look needs no reason, and none is written down.
    let plan = parked.act(&principal, &name, act, choice, "a look", true);
    Ok(plan.await?.events)
}

/// Has parked events tried again or given up. Answers how many.
#[server(prefix = "/api/fn/operator", endpoint = "act_on_parked")]
pub async fn act_on_parked(
    /// The consumer.
    name: String,
    /// What is to be done.
    act: ParkedAct,
    /// Only with this one; without it with all that are parked now.
    #[server(default)]
    id: Option<u64>,
    /// Why; goes into the audit stream.
    reason: String,
) -> Result<u64, Problem> {
    use crate::subscription::parking::{Choice, ParkedHand};
    let parked = crate::request::provided::<ParkedHand>()?;
    let principal = crate::request::provided::<crate::contract::Principal>()?;
    let choice = Choice {
        ids: id.map(|id| vec![id]),
        up_to: None,
    };
    let acted = parked.act(&principal, &name, act, choice, &reason, false);
    let events = acted.await?.events;
    // Without script the form would come back to its review.
    crate::request::redirect_plain_form(&format!("/consumers/{name}"));
    Ok(events)
}
