use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;

use super::ProjectionError;
use super::build::{Handover, MayLack, catch_up_parking};
use super::decoded::Decoded;
use super::model::Model;
use super::place::{Builds, Current, Place, Reader};
use crate::contract::{ConsumerKind, Position, RecordedEvent, Selection};
use crate::subscription::parking::{self, Held, NewParked, Parking, WhichParked};
use crate::subscription::{Checkpoint, Consumer, ConsumerError, ResetAct, Switch, SwitchAct};

/// The consumer that keeps one read model in its place.
pub(crate) struct Projector<M> {
    place: Place,
    /// Where we left the place; `None` until we have looked, and again after a failure.
    checkpoint: Option<Position>,
    /// Where the read model lives with its other builds; `None` for one that nobody asks.
    home: Option<Home<M>>,
}

/// Where a read model lives.
pub(crate) struct Home<M> {
    pub(crate) builds: Builds,
    /// Those who ask it.
    pub(crate) reader: Reader,
    /// Where another build is offered.
    pub(crate) handover: Arc<Handover<M>>,
}

impl<M: Model> Projector<M> {
    /// Opens the place at `path`, and makes it where it is not there.
    pub(crate) async fn open(path: &Path) -> Result<Projector<M>, ProjectionError> {
        Ok(Projector {
            place: Place::open(path, M::NAME, M::SCHEMA).await?,
            checkpoint: None,
            home: None,
        })
    }

    /// The same, to fill it beside the one that answers.
    pub(crate) async fn open_to_build(path: &Path) -> Result<Projector<M>, ProjectionError> {
        Ok(Projector {
            place: Place::open_to_fill::<M>(path).await?,
            checkpoint: None,
            home: None,
        })
    }

    /// Once it is near: from then on it can be asked.
    pub(crate) async fn complete(&mut self) -> Result<(), ProjectionError> {
        self.place.complete::<M>().await
    }

    /// The same, for those who ask the read model, and ready to go over to another build.
    pub(crate) fn at_home(self, home: Home<M>) -> Projector<M> {
        Projector {
            home: Some(home),
            ..self
        }
    }

    /// Leaves the file in order.
    pub(crate) async fn close(self) -> Result<(), ProjectionError> {
        self.place.close().await
    }

    /// Where the place stands.
    pub(crate) async fn stands_at(&mut self) -> Result<Checkpoint, ProjectionError> {
        let found = self.place.checkpoint().await?;
        self.checkpoint = Some(found.position);
        let previous = match &self.home {
            Some(home) => home.builds.current()?.previous.is_some(),
            None => false,
        };
        Ok(Checkpoint { previous, ..found })
    }

    /// Notes the act that a new place was begun for.
    pub(crate) async fn begun_at(&mut self, act: Position) -> Result<(), ProjectionError> {
        self.place.note(act).await
    }

    /// Folds what lies in `(checkpoint, upto]`.
    pub(crate) async fn fold(
        &mut self,
        events: &[Arc<RecordedEvent>],
        upto: Position,
    ) -> Result<(), ProjectionError> {
        let from = match self.checkpoint {
            Some(known) => known,
            None => self.stands_at().await?.position,
        };
        check_order::<M>(events, from, upto)?;
        let decoded = Decoded::of::<M>(events, self.place.held())?;
        self.fold_decoded(decoded, upto).await
    }

    /// Folds events one by one, so that the one whose rows the database refuses is known, and what lies before it is folded.
    async fn fold_singly(
        &mut self,
        events: &[Arc<RecordedEvent>],
        upto: Position,
    ) -> Result<(), ProjectionError> {
        for event in events {
            let folded = self.fold(std::slice::from_ref(event), event.position).await;
            folded.map_err(|error| error.blaming(event.position))?;
        }
        self.fold(&[], upto).await
    }

    /// What must not be folded now.
    pub(crate) fn held(&self) -> &Arc<Held> {
        self.place.held()
    }

    /// Sets an event aside, and notes the act that wants it, where one does. What was folded already stays folded.
    pub(crate) async fn set_aside(
        &mut self,
        parked: &NewParked,
        act: Option<Position>,
    ) -> Result<Checkpoint, ProjectionError> {
        let here = self.stands_at().await?.position;
        let set_aside = match (parked.position > here, act) {
            (true, act) => self.place.park(parked, act).await,
            (false, Some(act)) => self.place.note(act).await,
            (false, None) => Ok(()),
        };
        if set_aside.is_err() {
            self.place.doubt();
        }
        set_aside?;
        self.stands_at().await
    }

    /// The same, for events that are known to be those that come next.
    pub(crate) async fn fold_decoded(
        &mut self,
        mut decoded: Decoded,
        upto: Position,
    ) -> Result<(), ProjectionError> {
        let from = match self.checkpoint.take() {
            Some(known) => known,
            None => self.place.checkpoint().await?.position,
        };
        let written = self.write(&mut decoded, from, upto).await;
        match written {
            Ok(()) => self.checkpoint = Some(upto),
            Err(_) => self.place.doubt(),
        }
        written
    }

    async fn write(
        &mut self,
        decoded: &mut Decoded,
        from: Position,
        upto: Position,
    ) -> Result<(), ProjectionError> {
        if decoded.is_empty() {
            return self
                .place
                .move_checkpoint(from, upto, decoded.waiting())
                .await;
        }
        let mut tx = self.place.begin_move(from, upto).await?;
        parking::sqlite::wait_in_tx(&mut tx, decoded.waiting()).await?;
        M::apply_in_tx(&mut tx, &decoded.facts()).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Goes over to the build that is offered: it is brought to where we are, then it answers, and we keep it from now on.
    async fn go_over(&mut self) -> Result<Option<Checkpoint>, ProjectionError> {
        let Some(ready) = self.home.as_ref().and_then(|home| home.handover.take()) else {
            return Ok(None);
        };
        let here = self.stands_at().await?;
        let mut new = ready.projector;
        let may_lack = MayLack {
            anything: false,
            held: Arc::clone(self.held()),
        };
        catch_up_parking(&mut new, &ready.log, here.position, &may_lack).await?;
        if let Some(home) = &self.home {
            let before = home.builds.current()?;
            let after = Current {
                answers: ready.build,
                previous: Some(before.answers),
            };
            home.change(after).await?;
            if let Some(forgotten) = before.previous {
                home.builds.delete(forgotten)?;
            }
        }
        // What filled it did so in the background; whoever keeps it does not.
        new.place.close().await?;
        let path = self.home.as_ref().map(|home| home.builds.path(ready.build));
        if let Some(path) = path {
            self.keep(Place::open(&path, M::NAME, M::SCHEMA).await?)
                .await?;
        }
        // Whoever waits for this has gone only where the server stops.
        let _ = ready.taken.send(());
        Ok(Some(self.stands_at().await?))
    }

    /// Lets the build answer again that did before.
    async fn go_back(&mut self, act: Position) -> Result<(), ProjectionError> {
        let Some(home) = &self.home else {
            return Ok(());
        };
        let before = home.builds.current()?;
        let Some(previous) = before.previous else {
            return self.place.note(act).await;
        };
        let mut place = Place::open(&home.builds.path(previous), M::NAME, M::SCHEMA).await?;
        place.note(act).await?;
        let after = Current {
            answers: previous,
            previous: Some(before.answers),
        };
        home.change(after).await?;
        self.keep(place).await
    }

    /// Throws away the build that answered before.
    async fn forget_previous(&mut self, act: Position) -> Result<(), ProjectionError> {
        if let Some(home) = &self.home {
            let before = home.builds.current()?;
            if let Some(previous) = before.previous {
                home.builds.switch(Current {
                    previous: None,
                    ..before
                })?;
                home.builds.delete(previous)?;
            }
        }
        self.place.note(act).await
    }

    /// Keeps another place from now on.
    async fn keep(&mut self, place: Place) -> Result<(), ProjectionError> {
        let left = std::mem::replace(&mut self.place, place);
        self.checkpoint = None;
        left.close().await
    }
}

impl<M> Home<M> {
    /// Lets another file answer: all questions from now on, and those after every restart.
    async fn change(&self, current: Current) -> Result<(), ProjectionError> {
        let path = self.builds.path(current.answers);
        self.reader
            .go_over_to(&path, || self.builds.switch(current))
            .await
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
        match self.fold(events, upto).await {
            Err(error) if error.refuses_rows() => Ok(self.fold_singly(events, upto).await?),
            folded => Ok(folded?),
        }
    }

    async fn park(&mut self, parking: &Parking) -> Result<Checkpoint, ConsumerError> {
        let parked = parking.under(parking.event.stream.to_string());
        Ok(self.set_aside(&parked, parking.act).await?)
    }

    /// Nothing can be folded late: what is parked is tried again by a build beside this one.
    async fn retry(
        &mut self,
        act: Position,
        _which: &WhichParked,
    ) -> Result<Checkpoint, ConsumerError> {
        self.place.note(act).await?;
        Ok(self.stands_at().await?)
    }

    /// Nothing can be left out for good.
    async fn discard(
        &mut self,
        act: Position,
        which: &WhichParked,
    ) -> Result<Checkpoint, ConsumerError> {
        self.retry(act, which).await
    }

    /// A read model is made of all that came before: wherever it is to go back to, it begins anew.
    async fn reset(&mut self, reset: ResetAct) -> Result<Checkpoint, ConsumerError> {
        self.checkpoint = None;
        let cleared = self.place.clear::<M>(reset.at).await;
        if cleared.is_err() {
            self.place.doubt();
        }
        cleared?;
        Ok(self.stands_at().await?)
    }

    async fn take_over(&mut self) -> Result<Option<Checkpoint>, ConsumerError> {
        Ok(self.go_over().await?)
    }

    async fn switch(&mut self, act: SwitchAct) -> Result<Checkpoint, ConsumerError> {
        match act.what {
            Switch::Back => self.go_back(act.at).await?,
            Switch::Forget => self.forget_previous(act.at).await?,
        }
        Ok(self.stands_at().await?)
    }
}
