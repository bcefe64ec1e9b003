use std::path::PathBuf;
use std::sync::Arc;

use tempfile::TempDir;

use crate::contract::{Position, RecordedEvent};
use crate::event_log::{EventLog, LogQuery};
use crate::projection::ProjectionError;
use crate::projection::model::Model;
use crate::projection::projector::Projector;

/// Events in a page of the log.
const PAGE: usize = 1_000;

/// How long the batches of the fresh fold are, over and over: never where a runner would have cut.
const BATCHES: [usize; 5] = [1, 7, 250, 53, 689];

/// A fold of the log from its beginning, in a temporary place that goes with it.
pub(super) struct FreshFold<M> {
    projector: Projector<M>,
    folder: TempDir,
}

impl<M: Model> FreshFold<M> {
    /// An empty place.
    pub(super) async fn open() -> Result<FreshFold<M>, ProjectionError> {
        let folder = tempfile::tempdir().map_err(|source| ProjectionError::Folder {
            path: std::env::temp_dir(),
            source,
        })?;
        let projector = Projector::open(&path_in(&folder)).await?;
        Ok(FreshFold { projector, folder })
    }

    /// The place's file.
    pub(super) fn path(&self) -> PathBuf {
        path_in(&self.folder)
    }

    /// Folds the log up to `upto`, or to its end where that is before, and says where it came to.
    pub(super) async fn fold(
        &mut self,
        log: &dyn EventLog,
        upto: Position,
    ) -> Result<Position, ProjectionError> {
        let mut reached = Position::START;
        let mut sizes = BATCHES.into_iter().cycle();
        while reached < upto {
            let mut page = log.read(LogQuery::after(reached, PAGE)).await?;
            page.retain(|event| event.position <= upto);
            if page.is_empty() {
                break;
            }
            reached = self.fold_page(&page, &mut sizes).await?;
        }
        Ok(reached)
    }

    async fn fold_page(
        &mut self,
        page: &[Arc<RecordedEvent>],
        sizes: &mut impl Iterator<Item = usize>,
    ) -> Result<Position, ProjectionError> {
        let mut reached = Position::START;
        let mut rest = page;
        while !rest.is_empty() {
            let size = sizes.next().unwrap_or(PAGE).min(rest.len());
            let (batch, after) = rest.split_at(size);
            if let Some(last) = batch.last() {
                self.projector.fold(batch, last.position).await?;
                reached = last.position;
            }
            rest = after;
        }
        Ok(reached)
    }
}

fn path_in(folder: &TempDir) -> PathBuf {
    folder.path().join("fresh.db")
}
