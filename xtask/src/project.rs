//! Where things lie.

use std::path::{Path, PathBuf};

/// How the page and the server are built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Quick to build; the server reads its site from a folder.
    Quick,
    /// What is shipped: optimised, shrunk, compressed, the site inside the server.
    Release,
}

impl Mode {
    /// The name of the mode in paths and messages.
    pub fn name(self) -> &'static str {
        match self {
            Mode::Quick => "quick",
            Mode::Release => "release",
        }
    }
}

/// The project's folders and files.
pub struct Project {
    root: PathBuf,
}

impl Project {
    /// The project that this program was compiled in.
    pub fn find() -> Project {
        let own = Path::new(env!("CARGO_MANIFEST_DIR"));
        Project {
            root: own.parent().unwrap_or(own).to_owned(),
        }
    }

    /// A path inside the project.
    pub fn at(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What cargo builds into; may be set from outside, as for every cargo command.
    pub fn target(&self) -> PathBuf {
        std::env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| self.at("target"), |target| self.root.join(target))
    }

    /// Where the stages of the site's making are kept between runs.
    pub fn work(&self, mode: Mode) -> PathBuf {
        self.target().join("xtask").join(mode.name())
    }

    /// The finished site.
    pub fn site(&self, mode: Mode) -> PathBuf {
        self.work(mode).join("site")
    }

    /// The server's program.
    pub fn server(&self, mode: Mode) -> PathBuf {
        let profile = match mode {
            Mode::Quick => "debug",
            Mode::Release => "release",
        };
        self.target().join(profile).join("highwater")
    }

    /// The program that measures.
    pub fn harness(&self) -> PathBuf {
        self.target().join("release").join("highwater-bench")
    }

    /// Where benchmarks keep the peers, their data and their results.
    pub fn bench(&self) -> PathBuf {
        self.target().join("bench")
    }

    /// The page's code as the compiler leaves it.
    pub fn compiled_page(&self, mode: Mode) -> PathBuf {
        let profile = match mode {
            Mode::Quick => "debug",
            Mode::Release => "wasm-release",
        };
        self.target()
            .join("wasm32-unknown-unknown")
            .join(profile)
            .join("highwater.wasm")
    }

    /// The program of `xtask/site`.
    pub fn site_builder(&self) -> PathBuf {
        self.target().join("tool").join("site-builder")
    }
}
