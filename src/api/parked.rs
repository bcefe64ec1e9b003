//! Parked events of consumer groups: looked at, sent again, given up.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::contract::{ParkedAct, ParkedRow, Problem};

/// Parked events of a consumer, in the order in which they were parked. The server's own consumers park none.
#[server(prefix = "/api/fn/view", endpoint = "parked", input = GetUrl)]
pub async fn list_parked(
    /// The consumer.
    name: String,
    /// At most so many.
    limit: u32,
) -> Result<Vec<ParkedRow>, Problem> {
    use crate::subscription::group::{GroupError, Groups};
    let groups = crate::request::provided::<Groups>()?;
    match groups.parked(&name, 0, limit).await {
        Err(GroupError::Unknown(_)) => Ok(Vec::new()),
        parked => Ok(parked?),
    }
}

/// How many parked events an act would be on; nothing is done.
#[server(prefix = "/api/fn/operator", endpoint = "plan_parked", input = GetUrl)]
pub async fn plan_parked(
    /// The group.
    name: String,
    /// What would be done.
    act: ParkedAct,
    /// Only with this one; without it with all that are parked now.
    id: Option<u64>,
) -> Result<u64, Problem> {
    use crate::subscription::group::{Choice, Groups};
    let groups = crate::request::provided::<Groups>()?;
    let principal = crate::request::provided::<crate::contract::Principal>()?;
    let choice = Choice {
        ids: id.map(|id| vec![id]),
        up_to: None,
    };
    // A look needs no reason, and none is written down.
    let plan = groups.act_on_parked(&principal, &name, act, choice, "a look", true);
    Ok(plan.await?.events)
}

/// Sends parked events again or gives them up. Answers how many.
#[server(prefix = "/api/fn/operator", endpoint = "act_on_parked")]
pub async fn act_on_parked(
    /// The group.
    name: String,
    /// What is to be done.
    act: ParkedAct,
    /// Only with this one; without it with all that are parked now.
    #[server(default)]
    id: Option<u64>,
    /// Why; goes into the audit stream.
    reason: String,
) -> Result<u64, Problem> {
    use crate::subscription::group::{Choice, Groups};
    let groups = crate::request::provided::<Groups>()?;
    let principal = crate::request::provided::<crate::contract::Principal>()?;
    let choice = Choice {
        ids: id.map(|id| vec![id]),
        up_to: None,
    };
    let acted = groups.act_on_parked(&principal, &name, act, choice, &reason, false);
    let events = acted.await?.events;
    // Without script the form would come back to its review.
    crate::request::redirect_plain_form(&format!("/consumers/{name}"));
    Ok(events)
}
