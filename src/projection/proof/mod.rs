//! Compares read models with the log while the server runs: a sample of streams every minute, and all of it where the sample
//! does not agree.

mod sample;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::ProjectionError;
use super::copies::distrust;
use super::model::Model;
use super::place::{Builds, CopyFiles};
use super::verify::report;
use crate::contract::{Position, Proof, Timestamp};
use crate::event_log::{EventLog, SharedLog};
use crate::subscription::{Board, Slot};

/// How often a sample is taken of each read model.
const EVERY: Duration = Duration::from_secs(60);

/// A read model that can be compared with the log.
#[async_trait]
pub(crate) trait Prove: Send + Sync {
    /// The consumer's name.
    fn name(&self) -> &'static str;

    /// Compares it; `None` where there was nothing to compare.
    async fn compare(&self, log: &dyn EventLog) -> Result<Option<Proof>, ProjectionError>;

    /// It is not what the log says.
    fn distrust(&self, slot: &Slot);
}

/// One read model below a data folder.
pub(crate) struct Prover<M> {
    data: PathBuf,
    model: std::marker::PhantomData<M>,
}

impl<M> Prover<M> {
    pub(crate) fn new(data: &Path) -> Prover<M> {
        Prover {
            data: data.to_owned(),
            model: std::marker::PhantomData,
        }
    }
}

#[async_trait]
impl<M: Model> Prove for Prover<M> {
    fn name(&self) -> &'static str {
        M::NAME
    }

    async fn compare(&self, log: &dyn EventLog) -> Result<Option<Proof>, ProjectionError> {
        compare_file::<M>(&Builds::of::<M>(&self.data).answering()?, log).await
    }

    fn distrust(&self, slot: &Slot) {
        distrust(&CopyFiles::of::<M>(&self.data), slot);
    }
}

/// Compares a file of a read model with the log: a few streams, and all of it where these do not agree. `None` where there was
/// nothing to compare.
pub(crate) async fn compare_file<M: Model>(
    file: &Path,
    log: &dyn EventLog,
) -> Result<Option<Proof>, ProjectionError> {
    match sample::prove::<M>(file, log).await? {
        // A sample may disagree where other programs write of an order elsewhere than in its stream.
        Some(sample) if !sample.differences.is_empty() => whole::<M>(file, log).await.map(Some),
        sample => Ok(sample),
    }
}

async fn whole<M: Model>(file: &Path, log: &dyn EventLog) -> Result<Proof, ProjectionError> {
    let report = report::<M>(file, log).await?;
    Ok(Proof {
        at: Timestamp::now(),
        as_of: report.as_of,
        rows: report.rows,
        whole: true,
        parked: report.parked,
        differences: report.differences,
    })
}

/// The read models that are compared with the log.
pub struct Proofs(Vec<Box<dyn Prove>>);

impl Proofs {
    pub(super) fn new(models: Vec<Box<dyn Prove>>) -> Proofs {
        Proofs(models)
    }

    /// Compares until told to stop, and tells the board what was found.
    pub async fn run(self, log: SharedLog, board: Board, stop: CancellationToken) {
        let proving = async {
            loop {
                tokio::time::sleep(EVERY).await;
                self.round(&*log, &board).await;
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = proving => {}
        }
    }

    /// Compares each of them once.
    pub async fn round(&self, log: &dyn EventLog, board: &Board) {
        for model in &self.0 {
            if let Some(slot) = board.slot(model.name()) {
                prove(&**model, log, &slot).await;
            }
        }
    }
}

/// Compares one read model.
async fn prove(model: &dyn Prove, log: &dyn EventLog, slot: &Arc<Slot>) {
    let known = slot.health().proof;
    if !is_worth_it(known.as_ref(), slot.position()) {
        return;
    }
    match model.compare(log).await {
        Ok(Some(proof)) => {
            if !proof.differences.is_empty() {
                model.distrust(slot);
            }
            tell(slot, proof);
        }
        Ok(None) => {}
        Err(error) => {
            tracing::warn!(consumer.name = %slot.name, error = %error, "a read model could not be compared with the log");
        }
    }
}

/// Where nothing has come since, the next sample would say the same; but what was wrong may have been mended.
fn is_worth_it(known: Option<&Proof>, position: Position) -> bool {
    known.is_none_or(|known| known.as_of < position || !known.differences.is_empty())
}

fn tell(slot: &Slot, proof: Proof) {
    if !proof.differences.is_empty() {
        metrics::counter!("highwater_read_model_differences_total", "consumer" => Arc::clone(&slot.name))
            .increment(proof.differences.len() as u64);
        tracing::error!(
            consumer.name = %slot.name,
            consumer.position = proof.as_of.0,
            "the read model is not what the log says: rebuild it"
        );
    }
    slot.report(|health| health.proof = Some(proof));
}
