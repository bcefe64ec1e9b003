use super::*;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response, header};
use tower::ServiceExt;

const SCRIPT: &str = "/pkg/highwater-0123456789abcdef.js";

fn site() -> Site {
    let part = |path: &str, content: &'static str| (path.to_owned(), Bytes::from(content));
    Site::of(vec![
        part(SCRIPT, "the whole script"),
        part("/pkg/highwater-0123456789abcdef.js.br", "smallest"),
        part("/pkg/highwater-0123456789abcdef.js.gz", "quite small"),
        part("/pkg/highwater-0123456789abcdef.wasm", "wasm"),
        part("/pkg/highwater-0123456789abcdef.css", "style"),
        part("/favicon.svg", "<svg/>"),
        part("/{odd} name.txt", "cannot be asked for"),
    ])
}

async fn ask(method: &str, path: &str, headers: &[(header::HeaderName, &str)]) -> Response<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    let router: Router = site().routes();
    let request = request.body(Body::empty()).unwrap();
    router.oneshot(request).await.unwrap()
}

fn header_of(answer: &Response<Body>, name: header::HeaderName) -> Option<&str> {
    answer.headers().get(name)?.to_str().ok()
}

async fn text_of(answer: Response<Body>) -> String {
    String::from_utf8(to_bytes(answer.into_body(), 1_024).await.unwrap().to_vec()).unwrap()
}

#[test]
fn pages_are_told_the_names() {
    let assets = site().assets().unwrap();
    assert_eq!(assets.js, SCRIPT);
    assert_eq!(assets.wasm, "/pkg/highwater-0123456789abcdef.wasm");
    assert_eq!(assets.css, "/pkg/highwater-0123456789abcdef.css");
    assert_eq!(Site::default().assets(), None);
}

#[tokio::test]
async fn a_hashed_file_is_kept_for_ever() {
    let answer = ask("GET", SCRIPT, &[]).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let kept = header_of(&answer, header::CACHE_CONTROL);
    assert_eq!(kept, Some("public, max-age=31536000, immutable"));
    let kind = header_of(&answer, header::CONTENT_TYPE);
    assert_eq!(kind, Some("text/javascript; charset=utf-8"));
    assert_eq!(header_of(&answer, header::CONTENT_ENCODING), None);
    assert_eq!(text_of(answer).await, "the whole script");
}

#[tokio::test]
async fn the_smallest_form_that_is_taken_is_sent() {
    for (accepted, coding, content) in [
        ("gzip, deflate, br, zstd", Some("br"), "smallest"),
        ("gzip, br;q=0", Some("gzip"), "quite small"),
        ("zstd", None, "the whole script"),
    ] {
        let answer = ask("GET", SCRIPT, &[(header::ACCEPT_ENCODING, accepted)]).await;
        assert_eq!(header_of(&answer, header::CONTENT_ENCODING), coding);
        assert_eq!(header_of(&answer, header::VARY), Some("Accept-Encoding"));
        assert_eq!(text_of(answer).await, content);
    }
}

#[tokio::test]
async fn a_file_with_a_lasting_name_is_asked_for_again_and_answered_briefly() {
    let answer = ask("GET", "/favicon.svg", &[]).await;
    assert_eq!(header_of(&answer, header::CACHE_CONTROL), Some("no-cache"));
    let tag = header_of(&answer, header::ETAG).unwrap().to_owned();
    let known = format!("\"another\", {tag}");

    let again = ask("GET", "/favicon.svg", &[(header::IF_NONE_MATCH, &known)]).await;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(text_of(again).await, "");
    let other = [(header::IF_NONE_MATCH, "\"another\"")];
    let changed = ask("GET", "/favicon.svg", &other).await;
    assert_eq!(changed.status(), StatusCode::OK);
}

#[tokio::test]
async fn head_has_the_headers_without_the_content() {
    let answer = ask("HEAD", SCRIPT, &[]).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(header_of(&answer, header::CONTENT_LENGTH), Some("16"));
    assert_eq!(text_of(answer).await, "");
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    for path in [
        "/pkg/highwater-0000000000000000.js",
        "/pkg/",
        "/pkg/a/b",
        "/nothing.txt",
    ] {
        assert_eq!(
            ask("GET", path, &[]).await.status(),
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
}

#[test]
fn a_folder_is_a_site_too() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("pkg")).unwrap();
    for name in [
        "highwater.js",
        "highwater.wasm",
        "highwater.css",
        "highwater.js.br",
    ] {
        fs::write(folder.path().join("pkg").join(name), name).unwrap();
    }
    let site = Site::open(Some(folder.path())).unwrap();
    assert_eq!(site.assets().unwrap().js, "/pkg/highwater.js");
    assert_eq!(
        site.files.len(),
        3,
        "the compressed form is not a file of its own"
    );

    let missing = Site::open(Some(&folder.path().join("missing"))).unwrap_err();
    assert!(missing.to_string().contains("missing"), "{missing}");
}
