//! Builds one read model anew beside the one that answers.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::oneshot;

use super::handover::{Handover, Ready};
use super::parking::{MayLack, catch_up_parking};
use super::pipeline::Folded;
use super::{Job, Rebuild, parking, pipeline};
use crate::contract::{OnPoison, Position, RebuildFrom};
use crate::projection::ProjectionError;
use crate::projection::copies::{begin_at_copy, distrust, show};
use crate::projection::model::Model;
use crate::projection::place::{Build, Builds, CopyFiles, Reader};
use crate::projection::projector::Projector;
use crate::projection::verify::Pair;
use crate::schema::ConsumerRebuildCompared;

/// So close behind the read model that answers, the rest is folded while it is compared with it.
const NEAR: u64 = 1_000;

/// How a build came about that was to begin with the stored copy, for whoever asked for it.
const UNUSABLE: &str = "The stored copy could not be used: it was built from the log's start.";
const DIFFERED: &str = "What was built from the stored copy differed from what answered: it was built once more, from the log's start.";

/// Builds read models of one kind.
pub(crate) struct Builder<M> {
    builds: Builds,
    copies: CopyFiles,
    handover: Arc<Handover<M>>,
}

impl<M: Model> Builder<M> {
    /// Beside those below the data folder, for whoever keeps them.
    pub(crate) fn new(data: &Path, handover: Arc<Handover<M>>) -> Builder<M> {
        Builder {
            builds: Builds::of::<M>(data),
            copies: CopyFiles::of::<M>(data),
            handover,
        }
    }

    /// Opens the build. One that is not there yet begins with the stored copy, where that is wanted; and what to tell where there
    /// is none to begin with.
    async fn open(
        &self,
        build: Build,
        from: RebuildFrom,
        job: &Job,
    ) -> Result<(Projector<M>, Option<&'static str>), ProjectionError> {
        let path = self.builds.path(build);
        let mut told = None;
        if from == RebuildFrom::Copy && !path.exists() {
            let begun = begin_at_copy(&self.copies, &path, job.slot.position()).await?;
            told = begun.is_none().then_some(UNUSABLE);
            show(self.copies.newest(), &job.slot);
        }
        let mut projector = Projector::<M>::open_to_build(&path).await?;
        projector.begun_at(job.act).await?;
        Ok((projector, told))
    }

    /// Folds until it is near the read model that answers, which goes on meanwhile.
    async fn fold(
        &self,
        mut projector: Projector<M>,
        job: &Job,
    ) -> Result<Projector<M>, ProjectionError> {
        loop {
            let here = projector.stands_at().await?.position;
            let there = job.slot.position();
            if there.events_after(here) <= NEAR {
                return Ok(projector);
            }
            let speed = Speed::from(here);
            let folded = pipeline::fold(projector, &job.log, there, |position| {
                job.came_to(position, speed.at(position));
            });
            let Folded {
                projector: back,
                outcome,
            } = folded.await?;
            projector = back;
            if let Err(error) = outcome {
                let may_lack = self.may_lack(job).await?;
                parking::park(&mut projector, &job.log, error, &may_lack).await?;
            }
        }
    }

    /// What the new build may do without.
    async fn may_lack(&self, job: &Job) -> Result<MayLack, ProjectionError> {
        let reader = Reader::open(&self.builds.answering()?).await?;
        Ok(MayLack {
            anything: job.slot.health().on_poison == Some(OnPoison::Park),
            held: Arc::new(reader.held().await?),
        })
    }

    /// Compares the two as of where the one that answers is now. With what was found comes whether anything is set aside, which makes
    /// them differ for a good reason.
    async fn compare(
        &self,
        projector: &mut Projector<M>,
        build: Build,
        job: &Job,
    ) -> Result<(ConsumerRebuildCompared, bool), ProjectionError> {
        let new = self.builds.path(build);
        let mut pair = Pair::open_in_background(&self.builds.answering()?, &new).await?;
        if projector.stands_at().await?.position <= pair.as_of() {
            let may_lack = self.may_lack(job).await?;
            catch_up_parking(projector, &job.log, pair.as_of(), &may_lack).await?;
        }
        let (rows, mut differences) = pair.differences(M::TABLES).await?;
        let (before, now) = (pair.parked().await?.len(), projector.held().parked());
        if before as u64 != now {
            let lacking = format!("{before} events were parked, and {now} are in the new build");
            differences.insert(0, lacking);
        }
        let compared = ConsumerRebuildCompared {
            consumer: M::NAME.to_owned(),
            operation: job.operation,
            as_of: pair.as_of(),
            rows,
            differences,
        };
        Ok((compared, before > 0 || now > 0))
    }
}

#[async_trait]
impl<M: Model> Rebuild for Builder<M> {
    fn name(&self) -> &'static str {
        M::NAME
    }

    async fn run(&self, job: &Job) -> Result<Option<&'static str>, ProjectionError> {
        let build = Build::wanted_at(job.act);
        let mut from = job.from;
        let mut told = None;
        // Until it answers: a server that died at the last step has nothing left to do.
        while self.builds.current()?.answers != build {
            let (projector, unusable) = self.open(build, from, job).await?;
            told = told.or(unusable);
            let mut projector = self.fold(projector, job).await?;
            projector.complete().await?;
            let (compared, lacking) = self.compare(&mut projector, build, job).await?;
            if !lacking && !compared.differences.is_empty() {
                // One of them is wrong, and the copy was made of the one that answers, or of one before it.
                distrust(&self.copies, &job.slot);
                if from == RebuildFrom::Copy {
                    tracing::warn!(
                        consumer.name = M::NAME,
                        "what was built from a stored copy differs from what answers: the log is folded from its start"
                    );
                    told = Some(DIFFERED);
                    from = RebuildFrom::Start;
                    projector.close().await?;
                    self.builds.delete(build)?;
                    continue;
                }
            }
            job.compared(compared).await?;
            let (taken, answers) = oneshot::channel();
            self.handover.offer(Ready {
                projector,
                build,
                log: Arc::clone(&job.log),
                taken,
            });
            if answers.await.is_ok() {
                break;
            }
        }
        Ok(told)
    }

    fn discard(&self, act: Position) -> Result<(), ProjectionError> {
        // Nobody is to take it over any more.
        drop(self.handover.take());
        let build = Build::wanted_at(act);
        if self.builds.current()?.answers == build {
            return Ok(());
        }
        self.builds.delete(build)
    }
}

/// Events a second since a beginning.
struct Speed {
    begun: std::time::Instant,
    from: Position,
}

impl Speed {
    fn from(position: Position) -> Speed {
        Speed {
            begun: std::time::Instant::now(),
            from: position,
        }
    }

    fn at(&self, position: Position) -> f64 {
        let seconds = self.begun.elapsed().as_secs_f64();
        position.events_after(self.from) as f64 / seconds.max(0.001)
    }
}
