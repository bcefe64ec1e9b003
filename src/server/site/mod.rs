//! The built site: script, wasm, style and pictures, compressed when they were built.
//!
//! Release builds carry it inside the program. While pages are worked on, it is read from a folder instead, so that a
//! changed page does not mean another compilation of the server; from there on both are the same.

mod coding;
mod file;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use crate::ui::SiteAssets;
use file::File;

/// Every file of the site that this program was built with: its name, and what is in it.
static EMBEDDED: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/site.rs"));

/// The files that the server serves beside the pages. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Site {
    /// By path as it is asked for, `/pkg/…`.
    files: Arc<BTreeMap<String, File>>,
}

impl Site {
    /// The site in a folder, or the one inside the program; empty in a program that was built without.
    ///
    /// # Errors
    /// When the folder or something in it cannot be read.
    pub fn open(folder: Option<&Path>) -> io::Result<Site> {
        let mut parts = Vec::new();
        match folder {
            Some(folder) => gather(folder, "/", &mut parts)?,
            None => parts.extend(
                EMBEDDED
                    .iter()
                    .map(|(name, content)| (format!("/{name}"), Bytes::from_static(content))),
            ),
        }
        Ok(Site::of(parts))
    }

    /// Compressed forms lie beside their file in a built site, with an ending of their own.
    fn of(parts: Vec<(String, Bytes)>) -> Site {
        let (forms, plain): (Vec<_>, Vec<_>) = parts
            .into_iter()
            .filter(|(path, _)| is_routable(path))
            .partition(|(path, _)| coding::of_form(path).is_some());
        let mut files: BTreeMap<String, File> = plain
            .into_iter()
            .map(|(path, content)| {
                let file = File::new(&path, content);
                (path, file)
            })
            .collect();
        for (path, content) in forms {
            let Some((of, coding)) = coding::of_form(&path) else {
                continue;
            };
            if let Some(file) = files.get_mut(of) {
                file.add_form(coding, content);
            }
        }
        Site {
            files: Arc::new(files),
        }
    }

    /// What pages need to name; `None` where the site has no script, no wasm or no style.
    #[must_use]
    pub fn assets(&self) -> Option<SiteAssets> {
        let named = |ending: &str| {
            let mut paths = self.files.keys();
            let path =
                paths.find(|path| path.starts_with("/pkg/highwater") && path.ends_with(ending))?;
            Some(path.clone())
        };
        Some(SiteAssets {
            js: named(".js")?,
            wasm: named(".wasm")?,
            css: named(".css")?,
        })
    }

    /// A route for each file. What is asked for below `/pkg/` and is not there (by a page of an older version, say) is
    /// answered without a page: no browser wants to read that as a script.
    pub fn routes<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        let mut router = Router::new().route("/pkg/{*gone}", get(StatusCode::NOT_FOUND));
        for (path, file) in self.files.iter() {
            let file = file.clone();
            let serve = move |asked: HeaderMap| async move { file.answer(&asked) };
            router = router.route(path, get(serve));
        }
        router
    }
}

/// The router gives braces a meaning, and a browser would escape what is none of these.
fn is_routable(path: &str) -> bool {
    path.chars()
        .all(|c| c.is_ascii_alphanumeric() || "/._-".contains(c))
}

/// All files below a folder.
fn gather(folder: &Path, prefix: &str, parts: &mut Vec<(String, Bytes)>) -> io::Result<()> {
    let unreadable = |path: &Path| {
        let path = path.display().to_string();
        move |error: io::Error| io::Error::new(error.kind(), format!("{path}: {error}"))
    };
    for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            gather(&path, &format!("{prefix}{name}/"), parts)?;
        } else {
            let content = fs::read(&path).map_err(unreadable(&path))?;
            parts.push((format!("{prefix}{name}"), content.into()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
