//! What a build does with an event that cannot be folded: it sets it aside where it may, and goes on.

use std::sync::Arc;

use super::pipeline::catch_up;
use crate::contract::{Position, RecordedEvent};
use crate::event_log::{LogQuery, SharedLog};
use crate::projection::ProjectionError;
use crate::projection::model::Model;
use crate::projection::projector::Projector;
use crate::subscription::parking::{Held, NewParked};

/// What a build may do without: anything, by policy, or what the read model that answers does not have either.
#[derive(Debug)]
pub(crate) struct MayLack {
    pub(crate) anything: bool,
    pub(crate) held: Arc<Held>,
}

impl MayLack {
    fn allows(&self, event: &RecordedEvent) -> bool {
        self.anything || self.held.lacks(event)
    }
}

/// Brings a projector to a position that is not far away. Events that cannot be folded and that it may do without are parked.
pub(crate) async fn catch_up_parking<M: Model>(
    projector: &mut Projector<M>,
    log: &SharedLog,
    upto: Position,
    may_lack: &MayLack,
) -> Result<(), ProjectionError> {
    loop {
        match catch_up(projector, &**log, upto).await {
            Err(error) => park(projector, log, error, may_lack).await?,
            Ok(()) => return Ok(()),
        }
    }
}

/// Parks the event to blame for a failure, once everything before it is folded; other failures, and events that may not be
/// lacked, come back. It is tried once only: a fold gives the same each time.
pub(super) async fn park<M: Model>(
    projector: &mut Projector<M>,
    log: &SharedLog,
    error: ProjectionError,
    may_lack: &MayLack,
) -> Result<(), ProjectionError> {
    let Some(position) = error.poison() else {
        return Err(error);
    };
    let before = Position(position.0.saturating_sub(1));
    let event = log.read(LogQuery::after(before, 1)).await?.pop();
    let Some(event) = event.filter(|event| may_lack.allows(event)) else {
        return Err(error);
    };
    catch_up(projector, &**log, before).await?;
    let parked = NewParked::new(&event, event.stream.to_string(), 1, error.to_string());
    projector.set_aside(&parked, None).await?;
    Ok(())
}
