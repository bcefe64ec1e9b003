//! A file that is filled without being synced: as good as any other after the process dies, and worthless after the machine
//! does. A mark beside it says since which boot, and goes once all of it is on the disk.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::files::{failed, remove_database, remove_file, sync_name};
use crate::projection::ProjectionError;

/// Linux gives each boot an id. Where there is none, files are synced as they are filled.
const BOOT: &str = "/proc/sys/kernel/random/boot_id";

/// A file that is not synced until it is complete.
#[derive(Debug)]
pub(super) struct Unsynced {
    file: PathBuf,
    mark: PathBuf,
}

impl Unsynced {
    /// Begins to fill a file, or goes on with it; what another boot has left is thrown away first. `None` where boots cannot be
    /// told apart.
    pub(super) fn begin(file: &Path) -> Result<Option<Unsynced>, ProjectionError> {
        let boot = fs::read_to_string(BOOT).ok();
        Unsynced::begin_in(file, boot.as_deref())
    }

    fn begin_in(file: &Path, boot: Option<&str>) -> Result<Option<Unsynced>, ProjectionError> {
        let mark = mark_of(file);
        let left = read(&mark).map_err(failed(&mark))?;
        if left.is_some() && left.as_deref() != boot {
            tracing::warn!(file = %file.display(), "what another boot of the machine has left half done is begun anew");
            remove_database(file)?;
        }
        let Some(boot) = boot else {
            remove_file(&mark)?;
            return Ok(None);
        };
        write(&mark, boot).map_err(failed(&mark))?;
        Ok(Some(Unsynced {
            file: file.to_owned(),
            mark,
        }))
    }

    /// Waits until the disk has the file, and takes the mark away.
    pub(super) async fn end(self) -> Result<(), ProjectionError> {
        let Unsynced { file, mark } = self;
        let path = file.clone();
        let ending = tokio::task::spawn_blocking(move || {
            sync(&file).map_err(failed(&file))?;
            remove_file(&mark)?;
            sync_name(&mark).map_err(failed(&mark))
        });
        let ended = ending.await;
        ended.map_err(|error| failed(&path)(io::Error::other(error)))?
    }
}

/// Where the mark of a file is.
fn mark_of(file: &Path) -> PathBuf {
    let mut mark = file.to_owned().into_os_string();
    mark.push("-unsynced");
    mark.into()
}

fn read(mark: &Path) -> io::Result<Option<String>> {
    match fs::read_to_string(mark) {
        Ok(boot) => Ok(Some(boot)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn write(mark: &Path, boot: &str) -> io::Result<()> {
    if let Some(folder) = mark.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = File::create(mark)?;
    file.write_all(boot.as_bytes())?;
    file.sync_all()?;
    sync_name(mark)
}

fn sync(file: &Path) -> io::Result<()> {
    File::open(file)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_this_boot_has_begun_is_gone_on_with_and_what_another_has_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("views/orders_v2.b7.db");
        let begun = Unsynced::begin_in(&file, Some("one")).unwrap().unwrap();
        fs::write(&file, "rows").unwrap();
        fs::write(file.with_extension("db-wal"), "more rows").unwrap();
        Unsynced::begin_in(&file, Some("one")).unwrap();
        assert!(file.exists());
        for boot in [Some("two"), None] {
            fs::write(&file, "rows").unwrap();
            Unsynced::begin_in(&file, boot).unwrap();
            assert!(!file.exists(), "{boot:?}");
            assert!(!file.with_extension("db-wal").exists());
            Unsynced::begin_in(&file, Some("one")).unwrap();
        }
        fs::write(&file, "all rows").unwrap();
        begun.end().await.unwrap();
        assert!(!mark_of(&file).exists());
        Unsynced::begin_in(&file, Some("two")).unwrap();
        assert!(file.exists());
    }
}
