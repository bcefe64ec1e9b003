use std::path::PathBuf;
use std::sync::Arc;

use tempfile::TempDir;

use crate::contract::{ParkedRow, Position, RecordedEvent};
use crate::event_log::{EventLog, LogQuery};
use crate::projection::ProjectionError;
use crate::projection::model::Model;
use crate::projection::projector::Projector;
use crate::subscription::parking::NewParked;

/// Events in a page of the log.
const PAGE: usize = 1_000;

/// How long the batches of the fresh fold are, over and over: never where a runner would have cut.
const BATCHES: [usize; 5] = [1, 7, 250, 53, 689];

/// A fold of the log from its beginning, in a temporary place that goes with it.
pub(super) struct FreshFold<M> {
    projector: Projector<M>,
    folder: TempDir,
    /// What could not be folded although the read model has it.
    unfoldable: Vec<String>,
}

impl<M: Model> FreshFold<M> {
    /// An empty place.
    pub(super) async fn open() -> Result<FreshFold<M>, ProjectionError> {
        let folder = tempfile::tempdir().map_err(|source| ProjectionError::Folder {
            path: std::env::temp_dir(),
            source,
        })?;
        let projector = Projector::open(&path_in(&folder)).await?;
        Ok(FreshFold {
            projector,
            folder,
            unfoldable: Vec::new(),
        })
    }

    /// The place's file.
    pub(super) fn path(&self) -> PathBuf {
        path_in(&self.folder)
    }

    /// Leaves out what the read model has set aside.
    pub(super) async fn set_aside(
        &mut self,
        parked: Vec<ParkedRow>,
    ) -> Result<(), ProjectionError> {
        for row in parked {
            self.projector.set_aside(&row.into(), None).await?;
        }
        Ok(())
    }

    /// What could not be folded, a sentence each: the read model has it, or says that it has.
    pub(super) fn unfoldable(&mut self) -> Vec<String> {
        std::mem::take(&mut self.unfoldable)
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
                self.fold_batch(batch, last.position).await?;
                reached = last.position;
            }
            rest = after;
        }
        Ok(reached)
    }

    /// Folds a batch. An event that cannot be folded is noted and set aside, so that the others are compared all the same.
    async fn fold_batch(
        &mut self,
        mut batch: &[Arc<RecordedEvent>],
        upto: Position,
    ) -> Result<(), ProjectionError> {
        while let Err(error) = self.projector.fold(batch, upto).await {
            let poison = error.poison();
            let is_before = |event: &Arc<RecordedEvent>| Some(event.position) < poison;
            let (before, rest) = batch.split_at(batch.partition_point(is_before));
            let Some(event) = rest.first().filter(|_| poison.is_some()) else {
                return Err(error);
            };
            self.projector
                .fold(before, Position(event.position.0 - 1))
                .await?;
            let parked = NewParked::new(event, event.stream.to_string(), 1, error.to_string());
            self.projector.set_aside(&parked, None).await?;
            self.unfoldable.push(format!(
                "event #{} cannot be folded, so that rows of {} cannot be compared: {error}",
                event.position, event.stream
            ));
            batch = rest;
        }
        Ok(())
    }
}

fn path_in(folder: &TempDir) -> PathBuf {
    folder.path().join("fresh.db")
}
