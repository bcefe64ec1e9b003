//! What people are told about the API: what each call is for, with examples that are taken as they stand.

pub(super) mod commands;
pub(super) mod consumers;
pub(super) mod groups;
pub(super) mod log;
pub(super) mod parked;
pub(super) mod read_models;
pub(super) mod running;

pub(super) const LOG: &str = "\
Append events, and read them by stream or over the whole log. A position is an event's place in the whole log: from 1, \
without gaps, in the order of the commits. A version is its place in its stream, from 1.";
pub(super) const COMMANDS: &str = "\
Ask the built-in shop to do something. A command is decided on by its aggregate, which may refuse it, and what it decides \
is in the log before the answer comes.";
pub(super) const READ_MODELS: &str = "\
What the projections have made of the log. Each answer says which position it is as of; ask for at least the position of \
your own write with `min_position`, and wait for it with `wait_ms`. With `as_of` it is what the read model was at any \
position of the log, or at any time: `lag_events` is then how much has happened since.";
pub(super) const CONSUMERS: &str = "\
Who reads the log, how far each has come, and stopping and starting them. What is done to a consumer is written to its \
audit stream with the reason.";
pub(super) const RUNNING: &str = "\
How the server is doing, for those who keep it running, and this description.";

const ORDER: &str = "01998f4e-6c00-7000-8000-000000000010";
const COMMAND: &str = "01998f4e-6c00-7000-8000-000000000020";

fn order_stream() -> String {
    format!("order-{ORDER}")
}
