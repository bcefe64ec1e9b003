//! Files below `views/` that this version of the program has no use for.

use std::fs;
use std::path::{Path, PathBuf};

use super::ProjectionError;
use super::model::Model;
use super::orders::OrdersModel;
use super::place::{
    Build, Builds, CopyFiles, Current, Part, failed, names_in, parse, remove_file, stem_of,
};
use super::sales::SalesModel;
use super::search::SearchModel;
use super::stock::StockModel;
use crate::contract::Position;

/// A file that is not needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leftover {
    /// The file.
    pub path: PathBuf,
    /// How large it is.
    pub bytes: u64,
    /// Why it is not needed.
    pub why: String,
}

impl Leftover {
    /// Removes it.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn delete(&self) -> Result<(), ProjectionError> {
        remove_file(&self.path)
    }
}

/// The files of read models below a data folder that no server of this version would use, by name: those of other versions and of
/// read models that it does not know, and what was left half done. Files that are called otherwise are nobody's here.
///
/// # Errors
/// When the folder cannot be read.
pub fn leftovers(data: &Path) -> Result<Vec<Leftover>, ProjectionError> {
    let known = [
        Known::of::<OrdersModel>(data)?,
        Known::of::<SearchModel>(data)?,
        Known::of::<StockModel>(data)?,
        Known::of::<SalesModel>(data)?,
    ];
    let folder = data.join("views");
    let mut names = names_in(&folder)?;
    names.sort();
    let mut leftovers = Vec::new();
    for name in names {
        let Some(why) = why_left(&name, &known) else {
            continue;
        };
        let path = folder.join(name);
        let file = fs::metadata(&path).map_err(failed(&path))?;
        if file.is_file() {
            leftovers.push(Leftover {
                path,
                bytes: file.len(),
                why,
            });
        }
    }
    Ok(leftovers)
}

/// Why a file is not needed; `None` for one that is, or is none of ours.
fn why_left(name: &str, known: &[Known]) -> Option<String> {
    let (stem, part) = parse(name)?;
    match known.iter().find(|model| model.stem == stem) {
        Some(model) => model.why_left(part).map(str::to_owned),
        None => Some(of_another(stem, known)),
    }
}

fn of_another(stem: &str, known: &[Known]) -> String {
    let (name, version) = stem.rsplit_once("_v").unwrap_or((stem, ""));
    match known.iter().find(|model| model.name == name) {
        Some(Known { version: ours, .. }) => {
            format!("version {version} of {name}; this program has version {ours}")
        }
        None => format!("this program knows no read model {name}"),
    }
}

/// A read model of this program, and which of its files it uses.
struct Known {
    name: &'static str,
    version: u32,
    stem: String,
    current: Current,
    /// Whether the file that answers is there.
    answers: bool,
    /// What its stored copy is as of.
    copy: Option<Position>,
}

impl Known {
    fn of<M: Model>(data: &Path) -> Result<Known, ProjectionError> {
        let builds = Builds::of::<M>(data);
        let newest = CopyFiles::of::<M>(data).newest()?;
        Ok(Known {
            name: M::NAME,
            version: M::VERSION,
            stem: stem_of::<M>(),
            current: builds.current()?,
            answers: builds.answering()?.exists(),
            copy: newest.map(|copy| copy.as_of),
        })
    }

    fn why_left(&self, part: Part) -> Option<&'static str> {
        let (is_needed, why) = match part {
            Part::Build(act) => (
                self.needs(Build::wanted_at(act)),
                "a build that neither answers nor is the one before",
            ),
            Part::Copy(as_of) => (
                self.copy == Some(as_of),
                "a copy that a newer one has replaced",
            ),
            Part::Copying => (false, "a copy that was not finished"),
            Part::Unfinished => (!self.answers, "prepared, and not needed any more"),
            Part::Pointer => (true, ""),
            Part::New => (false, "left on its way to another name"),
        };
        (!is_needed).then_some(why)
    }

    /// A build that is wanted later than the one that answers may be under way: a server goes on with it.
    fn needs(&self, build: Build) -> bool {
        let Current { answers, previous } = self.current;
        build == answers || Some(build) == previous || build.act() > answers.act()
    }
}
