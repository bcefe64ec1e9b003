//! What can go wrong: only ever told to a person.

use std::error::Error;

pub type Failure = Box<dyn Error + Send + Sync>;
pub type Outcome<T> = Result<T, Failure>;
