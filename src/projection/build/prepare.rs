//! Builds the read models of a new version of the program before that version serves.
//!
//! Another version of a read model is another file, which the server that runs does not know: it goes on answering from its own.
//! What is being prepared has a name of its own until it is whole, so that a file that answers is never one that was left half
//! done; begun again, it goes on where it was.

use std::path::Path;

use crate::contract::Position;
use crate::event_log::SharedLog;
use crate::projection::ProjectionError;
use crate::projection::model::Model;
use crate::projection::place::{Build, Builds, put_in_place};
use crate::projection::projector::Projector;

use super::pipeline::{self, Folded};

/// What became of one read model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prepared {
    /// The projection.
    pub name: &'static str,
    /// Its version in this program.
    pub version: u32,
    /// Up to where it was built; `None` where it was there already.
    pub upto: Option<Position>,
}

/// Builds one read model up to where the log ends, where its file is not there. `came_to` is told how far it is.
pub(crate) async fn prepare<M: Model>(
    data: &Path,
    log: &SharedLog,
    came_to: &mut (impl FnMut(&'static str, Position) + Send),
) -> Result<Prepared, ProjectionError> {
    let builds = Builds::of::<M>(data);
    let mut prepared = Prepared {
        name: M::NAME,
        version: M::VERSION,
        upto: None,
    };
    if builds.answering()?.exists() {
        return Ok(prepared);
    }
    let unfinished = builds.unfinished();
    let projector = Projector::<M>::open_to_build(&unfinished).await?;
    let head = log.head().position;
    let folded = pipeline::fold(projector, log, head, |position| {
        came_to(M::NAME, position);
    });
    let Folded {
        mut projector,
        outcome,
    } = folded.await?;
    outcome?;
    prepared.upto = Some(projector.stands_at().await?.position);
    projector.complete().await?;
    // The last connection that closes writes the WAL into the file.
    projector.close().await?;
    put_in_place(&unfinished, &builds.path(Build::default()))?;
    Ok(prepared)
}
