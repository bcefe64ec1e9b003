//! What the write model's aggregates have in common.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Refusal;

/// A consistency boundary: its state is the fold of one stream, and it decides on the commands to that stream.
///
/// The state is written as JSON where it is kept as a snapshot, and where people look at it as it was.
pub trait Aggregate:
    Clone + Default + Serialize + DeserializeOwned + Send + Sync + 'static
{
    /// The category of its streams, `order` in `order-<uuid>`.
    const CATEGORY: &'static str;
    /// The shape of the state, from 1. Raise it whenever the state's JSON changes, or what `evolve` makes of an event: then
    /// states that were kept before are of no use.
    const SHAPE: u32;
    /// What it can be asked.
    type Command: Send + Sync;
    /// What can have happened to it.
    type Event: Send + Sync;
    /// Why it can say no.
    type Refusal: Into<Refusal>;

    /// The events that follow from a command, at least one; they have not happened until the log has them.
    ///
    /// # Errors
    /// The reason why the command may not be carried out in this state.
    fn decide(&self, command: &Self::Command) -> Result<Vec<Self::Event>, Self::Refusal>;

    /// Takes in what has happened. Never fails: what is in the log is true, also where `decide` would not have said so.
    fn evolve(&mut self, event: &Self::Event);
}
