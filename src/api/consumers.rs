//! Consumers: where they are, how they have been doing, and the operator's hand on them.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::contract::{
    ConsumerRow, ConsumersView, HeatMap, Operation, OperationId, Problem, RebuildFrom, RebuildPlan,
    RecordedEvent, ResetPlan, Trend, TrendRange,
};

/// Every consumer, and where they all were.
#[server(prefix = "/api/fn/view", endpoint = "consumers", input = GetUrl)]
pub async fn list_consumers() -> Result<ConsumersView, Problem> {
    Ok(crate::request::provided::<crate::subscription::Monitor>()?.view())
}

/// How a consumer has been doing.
#[server(prefix = "/api/fn/view", endpoint = "trend", input = GetUrl)]
pub async fn get_trend(
    /// The consumer.
    name: String,
    /// How far back, and how fine.
    range: TrendRange,
) -> Result<Trend, Problem> {
    let trends = crate::request::provided::<crate::subscription::Trends>()?;
    Ok(trends
        .of(&name, range, crate::contract::Timestamp::now())
        .await?)
}

/// How long commands of late took until a consumer, or every one concerned, had applied them; `None` for a consumer that
/// commands are not followed to.
#[server(prefix = "/api/fn/view", endpoint = "heat", input = GetUrl)]
pub async fn get_heat(
    /// The consumer.
    name: Option<String>,
) -> Result<Option<HeatMap>, Problem> {
    let convergences = crate::request::provided::<crate::live::Convergences>()?;
    Ok(convergences.heat(name.as_deref()))
}

/// What operators did to a consumer, newest first; nothing where nobody ever did anything.
#[server(prefix = "/api/fn/view", endpoint = "deeds", input = GetUrl)]
pub async fn list_deeds(
    /// The consumer.
    name: String,
    /// At most so many.
    limit: u32,
) -> Result<Vec<RecordedEvent>, Problem> {
    use crate::contract::{Direction, ProblemKind, StreamName};
    let stream = StreamName::try_new(format!("audit-{name}"))
        .map_err(|why| Problem::new(ProblemKind::BadRequest, why.to_string()))?;
    match super::list_stream(stream, None, Direction::Backward, limit).await {
        Ok(page) => Ok(page.events),
        Err(problem) if problem.is(ProblemKind::StreamNotFound) => Ok(Vec::new()),
        Err(problem) => Err(problem),
    }
}

/// Pauses a consumer: it keeps its place and handles nothing until it is resumed.
#[server(prefix = "/api/fn/operator", endpoint = "pause_consumer")]
pub async fn pause_consumer(
    /// The consumer.
    name: String,
    /// Why; goes into the audit stream.
    reason: String,
    /// After how many minutes it resumes by itself; 0 for never.
    #[server(default)]
    minutes: u32,
) -> Result<ConsumerRow, Problem> {
    let control = crate::request::provided::<crate::subscription::Control>()?;
    let principal = crate::request::provided::<crate::contract::Principal>()?;
    let until = (minutes > 0).then(|| crate::contract::Timestamp::now().after_minutes(minutes));
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

/// What a reset would do; nothing is done.
#[server(prefix = "/api/fn/operator", endpoint = "plan_reset", input = GetUrl)]
pub async fn plan_reset(
    /// The consumer.
    name: String,
    /// `start`, `end`, a position or a time, as a form carries it.
    to: String,
) -> Result<ResetPlan, Problem> {
    let control = crate::request::provided::<crate::subscription::Control>()?;
    Ok(control.plan_reset(&name, to.parse()?).await?)
}

/// Sets a consumer to another place in the log.
#[server(prefix = "/api/fn/operator", endpoint = "reset_consumer")]
pub async fn reset_consumer(
    /// The consumer.
    name: String,
    /// `start`, `end`, a position or a time, as a form carries it.
    to: String,
    /// Why; goes into the audit stream.
    reason: String,
) -> Result<Operation, Problem> {
    let control = crate::request::provided::<crate::subscription::Control>()?;
    let principal = crate::request::provided::<crate::contract::Principal>()?;
    let operation = control
        .reset(&principal, &name, to.parse()?, &reason)
        .await?;
    // Without script the form would come back to its review.
    crate::request::redirect_plain_form(&format!("/consumers/{name}"));
    Ok(operation)
}

/// What a rebuild would do; nothing is done.
#[server(prefix = "/api/fn/operator", endpoint = "plan_rebuild", input = GetUrl)]
pub async fn plan_rebuild(
    /// The consumer.
    name: String,
    /// Where it would begin; without it, at the stored copy where one fits.
    from: Option<RebuildFrom>,
) -> Result<RebuildPlan, Problem> {
    let control = crate::request::provided::<crate::subscription::Control>()?;
    Ok(control.plan_rebuild(&name, from).await?)
}

/// Builds a read model anew beside the one that answers, and lets it answer.
#[server(prefix = "/api/fn/operator", endpoint = "rebuild_consumer")]
pub async fn rebuild_consumer(
    /// The consumer.
    name: String,
    /// Where it begins; without it, at the stored copy where one fits.
    #[server(default)]
    from: Option<RebuildFrom>,
    /// Why; goes into the audit stream.
    reason: String,
) -> Result<Operation, Problem> {
    let control = crate::request::provided::<crate::subscription::Control>()?;
    let principal = crate::request::provided::<crate::contract::Principal>()?;
    let operation = control.rebuild(&principal, &name, from, &reason).await?;
    // Without script the form would come back to its review.
    crate::request::redirect_plain_form(&format!("/consumers/{name}"));
    Ok(operation)
}

/// Lets the build of a read model answer again that did before the last switch.
#[server(prefix = "/api/fn/operator", endpoint = "switch_back")]
pub async fn switch_back(
    /// The consumer.
    name: String,
    /// Why; goes into the audit stream.
    reason: String,
) -> Result<ConsumerRow, Problem> {
    let control = crate::request::provided::<crate::subscription::Control>()?;
    let principal = crate::request::provided::<crate::contract::Principal>()?;
    Ok(control.switch_back(&principal, &name, &reason).await?)
}

/// Throws the build of a read model away that answered before the last switch. Who does it at a page types the name.
#[server(prefix = "/api/fn/operator", endpoint = "forget_previous")]
pub async fn forget_previous(
    /// The consumer.
    name: String,
    /// Its name again, as it was typed.
    #[server(default)]
    typed: String,
    /// Why; goes into the audit stream.
    reason: String,
) -> Result<ConsumerRow, Problem> {
    let control = crate::request::provided::<crate::subscription::Control>()?;
    let principal = crate::request::provided::<crate::contract::Principal>()?;
    if typed != name {
        let detail = format!("type `{name}` to confirm: what is thrown away does not come back");
        return Err(Problem::new(
            crate::contract::ProblemKind::BadRequest,
            detail,
        ));
    }
    Ok(control.forget_previous(&principal, &name, &reason).await?)
}

/// The last operations on a consumer, the latest first.
#[server(prefix = "/api/fn/view", endpoint = "operations", input = GetUrl)]
pub async fn list_operations(
    /// The consumer.
    name: String,
    /// At most so many.
    limit: usize,
) -> Result<Vec<Operation>, Problem> {
    let control = crate::request::provided::<crate::subscription::Control>()?;
    let mut operations = control.operations(&name).await?;
    operations.truncate(limit);
    Ok(operations)
}

/// Breaks an operation off.
#[server(prefix = "/api/fn/operator", endpoint = "cancel_operation")]
pub async fn cancel_operation(
    /// The operation.
    id: OperationId,
    /// Why; goes into the audit stream.
    reason: String,
) -> Result<Operation, Problem> {
    let control = crate::request::provided::<crate::subscription::Control>()?;
    let principal = crate::request::provided::<crate::contract::Principal>()?;
    Ok(control.cancel(&principal, id, &reason).await?)
}
