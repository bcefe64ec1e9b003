//! Does work only when what it works on has changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::failure::Failure;

/// Work that turns inputs into an output.
pub struct Stamp<'a> {
    /// Remembers the inputs of the last time.
    pub file: PathBuf,
    /// Files, and folders with all that is in them.
    pub inputs: &'a [&'a Path],
    /// What is there once the work is done.
    pub output: &'a Path,
}

impl Stamp<'_> {
    /// Does the work unless its output is there and made of these very inputs.
    pub fn unless_current(
        &self,
        work: impl FnOnce() -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let inputs = fingerprint(self.inputs);
        if self.output.exists()
            && fs::read_to_string(&self.file).is_ok_and(|stamped| stamped == inputs)
        {
            return Ok(());
        }
        // Should the work fail, the next run must not take its remains for the real thing.
        let _ = fs::remove_file(&self.file);
        work()?;
        fs::write(&self.file, inputs).map_err(|error| Failure::at(&self.file, &error))
    }
}

/// Names, sizes and times of change of all files.
pub fn fingerprint(paths: &[&Path]) -> String {
    let mut lines = Vec::new();
    for path in paths {
        describe(path, &mut lines);
    }
    lines.sort();
    lines.concat()
}

fn describe(path: &Path, lines: &mut Vec<String>) {
    // A file that goes while we look is a change that the next look sees.
    let Ok(metadata) = fs::metadata(path) else {
        return;
    };
    if metadata.is_dir() {
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            describe(&entry.path(), lines);
        }
        return;
    }
    let changed = metadata
        .modified()
        .ok()
        .and_then(|at| at.duration_since(UNIX_EPOCH).ok())
        .unwrap_or_default();
    lines.push(format!(
        "{} {} {}\n",
        path.display(),
        metadata.len(),
        changed.as_nanos()
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_done_once_until_an_input_changes_or_the_output_goes() {
        let folder = std::env::temp_dir().join(format!("xtask-stamp-{}", std::process::id()));
        let (input, output) = (folder.join("in"), folder.join("out"));
        fs::create_dir_all(&folder).unwrap();
        fs::write(&input, "1").unwrap();
        let mut times = 0;
        let mut work = |fails: bool| {
            let stamp = Stamp {
                file: folder.join("stamp"),
                inputs: &[&input],
                output: &output,
            };
            let done = stamp.unless_current(|| {
                times += 1;
                fs::write(&output, "made").unwrap();
                if fails {
                    Err(Failure::new("no"))
                } else {
                    Ok(())
                }
            });
            assert_eq!(done.is_err(), fails && times > 0);
            times
        };
        assert_eq!(work(true), 1);
        assert_eq!(work(false), 2, "what failed is done again");
        assert_eq!(work(false), 2, "nothing has changed");
        fs::write(&input, "22").unwrap();
        assert_eq!(work(false), 3, "the input has changed");
        fs::remove_file(&output).unwrap();
        assert_eq!(work(false), 4, "the output is gone");
        fs::remove_dir_all(&folder).unwrap();
    }
}
