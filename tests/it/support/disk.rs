//! A disk that the test can fill: a file system in memory, in a mount namespace of the test's own, so that it needs no
//! rights on the machine and is gone with the test.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Tells the test inside of the namespace where the disk is.
const PLACE: &str = "HIGHWATER_TEST_SMALL_DISK";

pub struct SmallDisk {
    folder: PathBuf,
}

impl SmallDisk {
    /// The disk, inside of the namespace. Outside of it, runs the test of this name once more, inside, with a disk of so
    /// many MiB, and fails if it does.
    pub fn for_test(name: &str, mib: u32) -> Option<SmallDisk> {
        if let Some(folder) = std::env::var_os(PLACE) {
            let folder = PathBuf::from(folder);
            return Some(SmallDisk { folder });
        }
        run_inside(name, mib);
        None
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Takes all the room that is left.
    pub fn fill(&self) {
        let mut ballast = File::create(self.ballast()).expect("a file");
        for size in [1 << 16, 1 << 12, 1] {
            let part = vec![0_u8; size];
            let error = loop {
                if let Err(error) = ballast.write_all(&part) {
                    break error;
                }
            };
            assert_eq!(error.kind(), ErrorKind::StorageFull, "{error}");
        }
    }

    /// Gives it back.
    pub fn make_room(&self) {
        std::fs::remove_file(self.ballast()).expect("removed");
    }

    fn ballast(&self) -> PathBuf {
        self.folder.join("ballast")
    }
}

fn run_inside(test: &str, mib: u32) {
    let folder = tempfile::tempdir().expect("a folder");
    let mount = format!(r#"mount -t tmpfs -o size={mib}m tmpfs "$0" && exec "$@""#);
    let output = Command::new("unshare")
        .args(["--mount", "--map-root-user", "sh", "-c", &mount])
        .arg(folder.path())
        .arg(std::env::current_exe().expect("this program"))
        .args(["--exact", test, "--nocapture"])
        .env(PLACE, folder.path())
        .output()
        .expect("unshare, of the package util-linux");
    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "inside: {said}");
    assert!(said.contains("1 passed"), "no such test: {said}");
}
