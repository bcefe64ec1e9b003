//! The finished folder: every file that the server serves, with its compressed forms, and a manifest.

use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::compression;

/// What the site is made of, and where it goes.
pub struct Parts<'a> {
    /// What [`crate::bindings::generate`] wrote; the wasm perhaps shrunk since.
    pub bindings: &'a Path,
    /// All styles in one file.
    pub css: &'a Path,
    /// Files that are served as they are, under their own names.
    pub public: &'a Path,
    /// The folder that is laid; what it holds besides is removed.
    pub site: &'a Path,
    /// Whether compressed forms lie beside the files.
    pub compressed: bool,
}

/// Lays the site. A file that is right already is not touched, so that its time says when its content changed.
pub fn publish(parts: &Parts<'_>) -> io::Result<()> {
    let files = gather(parts)?;
    let mut kept = BTreeSet::new();
    for (name, content) in &files {
        let path = parts.site.join(name);
        let changed = write_if_changed(&path, content)?;
        if parts.compressed && name != "manifest.json" {
            kept.extend(lay_forms(&path, name, content, changed)?);
        }
        kept.insert(path);
    }
    for path in files_under(parts.site)? {
        if !kept.contains(&path) {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// Every file of the site by its name in it.
fn gather(parts: &Parts<'_>) -> io::Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let mut add_hashed = |role: &str, source: &Path| -> io::Result<String> {
        let content = fs::read(source)?;
        let name = format!("pkg/highwater-{}.{role}", short_hash(&content));
        files.insert(name.clone(), content);
        Ok(name)
    };
    let js = add_hashed("js", &parts.bindings.join("highwater.js"))?;
    let wasm = add_hashed("wasm", &parts.bindings.join("highwater_bg.wasm"))?;
    let css = add_hashed("css", parts.css)?;
    // Names made of a role and hexadecimal digits: nothing to escape.
    let manifest =
        format!("{{\n  \"js\": \"{js}\",\n  \"wasm\": \"{wasm}\",\n  \"css\": \"{css}\"\n}}\n");
    files.insert("manifest.json".to_owned(), manifest.into_bytes());

    let snippets = parts.bindings.join("snippets");
    for (folder, prefix) in [(snippets.as_path(), "pkg/snippets/"), (parts.public, "")] {
        for path in files_under(folder)? {
            files.insert(
                format!("{prefix}{}", name_under(folder, &path)),
                fs::read(path)?,
            );
        }
    }
    Ok(files)
}

/// Writes the compressed forms of a file that changed and says where they lie.
fn lay_forms(path: &Path, name: &str, content: &[u8], changed: bool) -> io::Result<Vec<PathBuf>> {
    let with_ending = |ending: &str| PathBuf::from(format!("{}{ending}", path.display()));
    let present: Vec<PathBuf> = [".br", ".gz"]
        .map(with_ending)
        .into_iter()
        .filter(|path| path.exists())
        .collect();
    if !changed && !present.is_empty() {
        return Ok(present);
    }
    let mut laid = Vec::new();
    for (ending, form) in compression::forms(name, content)? {
        let path = with_ending(ending);
        write_if_changed(&path, &form)?;
        laid.push(path);
    }
    Ok(laid)
}

/// Whether the file had to be written.
fn write_if_changed(path: &Path, content: &[u8]) -> io::Result<bool> {
    if fs::read(path).is_ok_and(|present| present == content) {
        return Ok(false);
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, content)?;
    Ok(true)
}

/// Every file in a folder and the folders in it; none where there is no such folder.
fn files_under(folder: &Path) -> io::Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_under(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}

fn name_under(folder: &Path, path: &Path) -> String {
    let inner = path.strip_prefix(folder).unwrap_or(path);
    let parts: Vec<_> = inner.iter().map(|part| part.to_string_lossy()).collect();
    parts.join("/")
}

/// The first 64 bits of the content's SHA-256.
fn short_hash(content: &[u8]) -> String {
    Sha256::digest(content)
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Folder {
            let path =
                std::env::temp_dir().join(format!("site-builder-{name}-{}", std::process::id()));
            for inner in ["bindings/snippets/helper", "public"] {
                fs::create_dir_all(path.join(inner)).unwrap();
            }
            fs::write(
                path.join("bindings/highwater.js"),
                "export const hydrate = 1;".repeat(100),
            )
            .unwrap();
            fs::write(
                path.join("bindings/highwater_bg.wasm"),
                "wasm ".repeat(1_000),
            )
            .unwrap();
            fs::write(
                path.join("bindings/snippets/helper/inline0.js"),
                "export {}",
            )
            .unwrap();
            fs::write(path.join("main.css"), "a{color:red}").unwrap();
            fs::write(path.join("public/favicon.svg"), "<svg/>").unwrap();
            Folder(path)
        }

        fn publish(&self) -> Vec<String> {
            let site = self.0.join("site");
            publish(&Parts {
                bindings: &self.0.join("bindings"),
                css: &self.0.join("main.css"),
                public: &self.0.join("public"),
                site: &site,
                compressed: true,
            })
            .unwrap();
            let mut names: Vec<String> = files_under(&site)
                .unwrap()
                .iter()
                .map(|path| name_under(&site, path))
                .collect();
            names.sort();
            names
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn names_carry_the_hash_of_the_content_and_the_manifest_names_them() {
        let folder = Folder::new("names");
        let names = folder.publish();
        assert_eq!(
            names.len(),
            10,
            "three hashed files, two of them in two more forms, a snippet, a public file, the manifest: {names:?}"
        );
        let css = format!("pkg/highwater-{}.css", short_hash(b"a{color:red}"));
        assert!(names.contains(&css));
        assert!(names.contains(&"pkg/snippets/helper/inline0.js".to_owned()));
        assert!(names.contains(&"favicon.svg".to_owned()));
        let manifest = fs::read_to_string(folder.0.join("site/manifest.json")).unwrap();
        assert!(
            manifest.contains(&format!("\"css\": \"{css}\"")),
            "{manifest}"
        );
    }

    #[test]
    fn what_changed_is_replaced_and_what_did_not_is_not_touched() {
        let folder = Folder::new("again");
        let before = folder.publish();
        let time_of = |name: &str| {
            fs::metadata(folder.0.join("site").join(name))
                .unwrap()
                .modified()
                .unwrap()
        };
        let script = before.iter().find(|name| name.ends_with(".js.br")).unwrap();
        let (script_before, old_style) = (
            time_of(script),
            before.iter().find(|name| name.ends_with(".css")).unwrap(),
        );

        std::thread::sleep(std::time::Duration::from_millis(20));
        fs::write(folder.0.join("main.css"), "a{color:blue}").unwrap();
        let after = folder.publish();
        assert!(!after.contains(old_style), "the old style sheet is gone");
        assert_eq!(after.len(), before.len());
        assert_eq!(time_of(script), script_before);
    }
}
