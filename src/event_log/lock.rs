//! One process at a time: the head, the tail and the writer's memory are true only while nobody else writes.

use chrono::{SecondsFormat, Utc};
use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::Path;
use std::time::Duration;

use super::LogError;

/// Holds a data folder until it is dropped, or the process ends in whatever way.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Takes a folder that exists, for a program that may have a name.
    pub fn take(folder: &Path, program: &str) -> Result<FolderLock, LogError> {
        let unusable = |error: io::Error| LogError::Folder {
            folder: folder.to_owned(),
            detail: error.to_string(),
        };
        let mut file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(folder.join("log.lock"))
            .map_err(unusable)?;
        if !lock(&file).map_err(unusable)? {
            return Err(LogError::InUse {
                folder: folder.to_owned(),
                holder: holder(&mut file),
            });
        }
        write_holder(&mut file, program).map_err(unusable)?;
        Ok(FolderLock { _file: file })
    }
}

/// Whether it could be had. It is asked for a moment: a process that is being started still holds what its parent had open,
/// though the parent has given it back.
fn lock(file: &File) -> io::Result<bool> {
    const ATTEMPTS: u32 = 10;
    const PAUSE: Duration = Duration::from_millis(10);
    for _ in 0..ATTEMPTS {
        match file.try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Ok(false)
}

fn write_holder(file: &mut File, program: &str) -> io::Result<()> {
    let id = std::process::id();
    let since = Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true);
    let named = if program.is_empty() {
        String::new()
    } else {
        format!("{program}, ")
    };
    file.set_len(0)?;
    file.rewind()?;
    write!(file, "process {id} ({named}since {since})")
}

fn holder(file: &mut File) -> String {
    let mut name = String::new();
    match file.take(400).read_to_string(&mut name) {
        Ok(read) if read > 0 => name,
        _ => "another process".to_owned(),
    }
}
