//! How long the disk takes.

use std::fs::OpenOptions;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::failure::Outcome;
use crate::measurement::{Measurement, Times};

const BLOCK: [u8; 4096] = [7; 4096];
/// Blocks of a file that is there before it is written.
const BLOCKS: u64 = 16_384;

/// Whether the file becomes longer by what is written, which the file system has to note as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Growing {
    Yes,
    No,
}

/// Writes a block and syncs it, again and again.
pub fn measure(folder: &Path, growing: Growing, lasting: Duration) -> Outcome<Measurement> {
    let mut file = OpenOptions::new()
        .create_new(true)
        .write(true)
        .open(folder.join("blocks"))?;
    if growing == Growing::No {
        for _ in 0..BLOCKS {
            file.write_all(&BLOCK)?;
        }
        file.sync_all()?;
    }
    file.seek(SeekFrom::Start(0))?;
    let mut times = Times::new()?;
    let begun = Instant::now();
    while begun.elapsed() < lasting {
        if growing == Growing::No && times.count().is_multiple_of(BLOCKS) {
            file.seek(SeekFrom::Start(0))?;
        }
        let one = Instant::now();
        file.write_all(&BLOCK)?;
        file.sync_data()?;
        times.add(one.elapsed())?;
    }
    Ok(Measurement::rate(times.count(), begun.elapsed()).with_latency(&times))
}
