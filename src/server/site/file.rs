//! One file, and how it is answered.

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::coding;

/// A file of the site with its compressed forms. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct File {
    content_type: &'static str,
    content: Bytes,
    /// The same by coding, the smallest first.
    forms: Vec<(&'static str, Bytes)>,
    freshness: Freshness,
}

/// For how long a browser may keep the file.
#[derive(Clone, Debug)]
enum Freshness {
    /// The name carries a hash of the content: what has another content has another name.
    ForEver,
    /// The name stays while the content changes: the browser asks each time whether it still has this one.
    AskedEachTime(HeaderValue),
}

impl File {
    pub fn new(path: &str, content: Bytes) -> File {
        let freshness = if is_hashed(path) {
            Freshness::ForEver
        } else {
            Freshness::AskedEachTime(tag(&content))
        };
        File {
            content_type: content_type(path),
            content,
            forms: Vec::new(),
            freshness,
        }
    }

    /// Adds the same content in a coding.
    pub fn add_form(&mut self, coding: &'static str, content: Bytes) {
        self.forms.push((coding, content));
        self.forms.sort_by_key(|(_, content)| content.len());
    }

    /// Answers a request by its headers.
    pub fn answer(&self, asked: &HeaderMap) -> Response {
        let mut headers = HeaderMap::new();
        let mut set = |name: HeaderName, value: &'static str| {
            headers.insert(name, HeaderValue::from_static(value));
        };
        set(header::CONTENT_TYPE, self.content_type);
        set(header::VARY, "Accept-Encoding");
        match &self.freshness {
            Freshness::ForEver => {
                set(header::CACHE_CONTROL, "public, max-age=31536000, immutable");
            }
            Freshness::AskedEachTime(tag) => {
                set(header::CACHE_CONTROL, "no-cache");
                headers.insert(header::ETAG, tag.clone());
                if knows(asked, tag) {
                    return (StatusCode::NOT_MODIFIED, headers).into_response();
                }
            }
        }
        let (coding, content) = self.form_for(asked);
        if let Some(coding) = coding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
        }
        (headers, Body::from(content)).into_response()
    }

    /// The smallest form that the browser takes.
    fn form_for(&self, asked: &HeaderMap) -> (Option<&'static str>, Bytes) {
        let accepted = asked.get(header::ACCEPT_ENCODING);
        let accepted = accepted
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        self.forms
            .iter()
            .find(|(coding, _)| coding::accepts(accepted, coding))
            .map_or_else(
                || (None, self.content.clone()),
                |(coding, form)| (Some(*coding), form.clone()),
            )
    }
}

/// Whether the name ends in a hash, as those that the build gives: `highwater-0123456789abcdef.js`.
fn is_hashed(path: &str) -> bool {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let hash = stem.rsplit_once('-').map_or("", |(_, hash)| hash);
    path.starts_with("/pkg/") && hash.len() == 16 && hash.chars().all(|c| c.is_ascii_hexdigit())
}

/// Weak, as it is the same for every coding.
fn tag(content: &Bytes) -> HeaderValue {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    HeaderValue::from_str(&format!("W/\"{:016x}\"", hasher.finish()))
        .unwrap_or(HeaderValue::from_static("W/\"\""))
}

fn knows(asked: &HeaderMap, tag: &HeaderValue) -> bool {
    let known = asked.get_all(header::IF_NONE_MATCH).into_iter();
    known
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|known| known.trim().as_bytes() == tag.as_bytes())
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "ico" => "image/x-icon",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}
