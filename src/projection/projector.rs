use std::marker::PhantomData;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;

use super::ProjectionError;
use super::model::{Fact, Model};
use super::place::Place;
use crate::contract::{ConsumerKind, Position, RecordedEvent, Selection};
use crate::schema;
use crate::subscription::{Checkpoint, Consumer, ConsumerError, ResetAct};

/// The consumer that keeps one read model in its place.
pub(crate) struct Projector<M> {
    place: Place,
    /// Where we left the place; `None` until we have looked, and again after a failure.
    checkpoint: Option<Position>,
    model: PhantomData<M>,
}

impl<M: Model> Projector<M> {
    /// Opens the place at `path`, and makes it where it is not there.
    pub(crate) async fn open(path: &Path) -> Result<Projector<M>, ProjectionError> {
        Ok(Projector {
            place: Place::open(path, M::NAME, M::SCHEMA).await?,
            checkpoint: None,
            model: PhantomData,
        })
    }

    /// Where the place stands.
    pub(crate) async fn stands_at(&mut self) -> Result<Checkpoint, ProjectionError> {
        let found = self.place.checkpoint().await?;
        self.checkpoint = Some(found.position);
        Ok(found)
    }

    /// Folds what lies in `(checkpoint, upto]`.
    pub(crate) async fn fold(
        &mut self,
        events: &[Arc<RecordedEvent>],
        upto: Position,
    ) -> Result<(), ProjectionError> {
        let from = match self.checkpoint.take() {
            Some(known) => known,
            None => self.stands_at().await?.position,
        };
        check_order::<M>(events, from, upto)?;
        let written = self.write(events, from, upto).await;
        match written {
            Ok(()) => self.checkpoint = Some(upto),
            Err(_) => self.place.doubt(),
        }
        written
    }

    async fn write(
        &mut self,
        events: &[Arc<RecordedEvent>],
        from: Position,
        upto: Position,
    ) -> Result<(), ProjectionError> {
        let facts = facts::<M>(events)?;
        if facts.is_empty() {
            self.place.move_checkpoint(from, upto).await?;
        } else {
            let mut tx = self.place.begin_move(from, upto).await?;
            M::apply_in_tx(&mut tx, &facts).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}

/// Positions must rise, and lie after the checkpoint and not after `upto`: applied twice or in another order, the rows
/// would be wrong without anybody noticing.
fn check_order<M: Model>(
    events: &[Arc<RecordedEvent>],
    checkpoint: Position,
    upto: Position,
) -> Result<(), ProjectionError> {
    let out_of_order = |given| ProjectionError::OutOfOrder {
        name: M::NAME,
        checkpoint,
        given,
        upto,
    };
    let mut last = checkpoint;
    for event in events {
        if event.position <= last {
            return Err(out_of_order(event.position));
        }
        last = event.position;
    }
    if upto < last {
        return Err(out_of_order(last));
    }
    Ok(())
}

fn facts<M: Model>(events: &[Arc<RecordedEvent>]) -> Result<Vec<Fact<'_>>, ProjectionError> {
    events
        .iter()
        .filter(|event| M::WANTS.contains(&event.event_type.as_str()))
        .map(|event| fact(event))
        .collect()
}

fn fact(recorded: &RecordedEvent) -> Result<Fact<'_>, ProjectionError> {
    let position = recorded.position;
    match schema::decode(recorded) {
        Ok(Some(event)) => Ok(Fact { recorded, event }),
        Ok(None) => Err(ProjectionError::UnknownType {
            position,
            event_type: recorded.event_type.clone(),
        }),
        Err(source) => Err(ProjectionError::Undecodable { position, source }),
    }
}

#[async_trait]
impl<M: Model> Consumer for Projector<M> {
    fn name(&self) -> &'static str {
        M::NAME
    }

    fn kind(&self) -> ConsumerKind {
        ConsumerKind::Projection
    }

    fn wanted(&self) -> Selection {
        Selection::of_types(M::WANTS)
    }

    async fn checkpoint(&mut self) -> Result<Checkpoint, ConsumerError> {
        Ok(self.stands_at().await?)
    }

    async fn handle(
        &mut self,
        events: &[Arc<RecordedEvent>],
        upto: Position,
    ) -> Result<(), ConsumerError> {
        Ok(self.fold(events, upto).await?)
    }

    /// A read model is made of all that came before: wherever it is to go back to, it begins anew.
    async fn reset(&mut self, reset: ResetAct) -> Result<Checkpoint, ConsumerError> {
        self.checkpoint = None;
        let cleared = self.place.clear(M::TABLES, M::SCHEMA, reset.at).await;
        if cleared.is_err() {
            self.place.doubt();
        }
        cleared?;
        Ok(self.stands_at().await?)
    }
}
