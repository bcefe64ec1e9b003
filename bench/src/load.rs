//! Writers in a closed loop: each sends its next request when the last one is answered.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

use crate::failure::Outcome;
use crate::measurement::{Measurement, Times};

/// Events of a request that fills.
const FILLING: u32 = 1_000;

/// One client with a connection of its own.
pub trait Writer: Send + 'static {
    /// Appends so many events in one request; returns once they are durable.
    fn append(&mut self, events: u32) -> impl Future<Output = Outcome<()>> + Send;
}

/// How much is sent.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Events of one request.
    pub events: u32,
    /// Not counted: connections, caches and batches find their size.
    pub warm_up: Duration,
    pub lasting: Duration,
}

/// Lets writers work, and counts the events whose requests were answered within the time.
pub async fn drive<W: Writer>(load: Load, writers: Vec<W>) -> Outcome<Measurement> {
    let from = Instant::now() + load.warm_up;
    let to = from + load.lasting;
    let mut working = JoinSet::new();
    for writer in writers {
        working.spawn(work(writer, load.events, from, to));
    }
    let mut times = Times::new()?;
    while let Some(done) = working.join_next().await {
        times.merge(&done??)?;
    }
    let events = times.count() * u64::from(load.events);
    Ok(Measurement::rate(events, load.lasting).with_latency(&times))
}

async fn work<W: Writer>(mut writer: W, events: u32, from: Instant, to: Instant) -> Outcome<Times> {
    let mut times = Times::new()?;
    loop {
        let begun = Instant::now();
        if begun >= to {
            return Ok(times);
        }
        writer.append(events).await?;
        let ended = Instant::now();
        if ended >= from && ended < to {
            times.add(ended - begun)?;
        }
    }
}

/// Lets writers append so many events together, a thousand in one request.
pub async fn fill<W: Writer>(writers: Vec<W>, events: u64) -> Outcome<()> {
    let requests = AtomicU64::new(events.div_ceil(u64::from(FILLING)));
    let requests = Arc::new(requests);
    let mut working = JoinSet::new();
    for mut writer in writers {
        let requests = Arc::clone(&requests);
        working.spawn(async move {
            while take_one(&requests) {
                writer.append(FILLING).await?;
            }
            Outcome::Ok(())
        });
    }
    while let Some(done) = working.join_next().await {
        done??;
    }
    Ok(())
}

fn take_one(left: &AtomicU64) -> bool {
    left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
        left.checked_sub(1)
    })
    .is_ok()
}

/// Does something so many times, one after the other.
pub async fn repeat<F>(times: u32, mut act: impl FnMut() -> F) -> Outcome<Measurement>
where
    F: Future<Output = Outcome<()>>,
{
    let mut each = Times::new()?;
    let begun = Instant::now();
    for _ in 0..times {
        let one = Instant::now();
        act().await?;
        each.add(one.elapsed())?;
    }
    Ok(Measurement::rate(u64::from(times), begun.elapsed()).with_latency(&each))
}
