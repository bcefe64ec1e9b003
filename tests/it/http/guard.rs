//! Guard rails: nothing that comes from outside breaks anything, and each thing is answered by the right problem.

use reqwest::{Method, StatusCode};
use serde_json::Value;

use crate::support::{Server, answer};

#[tokio::test]
async fn what_nobody_serves_is_answered_with_the_right_problem() {
    let server = Server::start();
    let api = server.api();
    let cases = [
        (Method::GET, "/api/v1/nothing", None, 404, "not-found"),
        (
            Method::DELETE,
            "/api/v1/orders",
            None,
            405,
            "method-not-allowed",
        ),
        (
            Method::POST,
            "/api/v1/commands/PlaceOrder",
            Some("{"),
            400,
            "invalid-command",
        ),
        (
            Method::POST,
            "/api/v1/streams/note-1",
            Some("[]"),
            400,
            "bad-request",
        ),
        (
            Method::POST,
            "/api/v1/streams/note-1",
            Some("not json"),
            400,
            "bad-request",
        ),
        (
            Method::GET,
            "/api/v1/orders/seven",
            None,
            400,
            "bad-request",
        ),
        (
            Method::GET,
            "/api/v1/events?limit=0",
            None,
            400,
            "bad-request",
        ),
        (
            Method::GET,
            "/api/v1/events?limt=5",
            None,
            400,
            "bad-request",
        ),
        (
            Method::GET,
            "/api/v1/events?after=-1",
            None,
            400,
            "bad-request",
        ),
    ];
    for (method, path, body, status, kind) in cases {
        let request = api
            .raw(method, path)
            .header("content-type", "application/json");
        let request = body
            .into_iter()
            .fold(request, |request, body| request.body(body));
        let response = request.send().await.expect("an answer");
        let content_type = response.headers().get("content-type").cloned();
        let (answered, problem) = answer(response).await;
        assert_eq!(answered, status, "{path}: {problem}");
        assert_eq!(
            content_type.expect("a type"),
            "application/problem+json",
            "{path}"
        );
        assert_eq!(
            problem["type"],
            format!("/problems/{kind}"),
            "{path}: {problem}"
        );
    }
    let page = api
        .raw(Method::GET, "/no/such/page")
        .send()
        .await
        .expect("an answer");
    assert_eq!(page.status(), StatusCode::NOT_FOUND);
    assert!(
        page.text().await.expect("text").contains("<html"),
        "a person gets a page"
    );
}

#[tokio::test]
async fn bodies_have_a_limit_and_a_kind() {
    let server = Server::start_with(&["--max-body-bytes", "4096"]);
    let api = server.api();
    let send = |body: String, kind: &'static str| {
        api.raw(Method::POST, "/api/v1/commands/PlaceOrder")
            .header("content-type", kind)
            .body(body)
            .send()
    };
    let (status, problem) = answer(
        send("x".repeat(5_000), "application/json")
            .await
            .expect("an answer"),
    )
    .await;
    assert_eq!(
        (status, problem["type"].as_str()),
        (413, Some("/problems/body-too-large"))
    );
    let (status, problem) = answer(
        send("a=b".to_owned(), "text/plain")
            .await
            .expect("an answer"),
    )
    .await;
    assert_eq!(
        (status, problem["type"].as_str()),
        (415, Some("/problems/unsupported-media-type"))
    );
    let deep = "[".repeat(2_000);
    let (status, _) = answer(send(deep, "application/json").await.expect("an answer")).await;
    assert_eq!(status, 400);
}

#[tokio::test]
async fn other_sites_cannot_act_through_a_browser() {
    let server = Server::start();
    let api = server.api();
    let with = |name: &'static str, value: &'static str| {
        api.raw(Method::POST, "/api/v1/consumers/orders/pause")
            .header(name, value)
            .json(&serde_json::json!({ "reason": "x" }))
    };
    for (name, value) in [
        ("host", "evil.example"),
        ("origin", "http://evil.example"),
        ("origin", "null"),
    ] {
        let (status, problem) = answer(with(name, value).send().await.expect("an answer")).await;
        assert_eq!(
            (status, problem["type"].as_str()),
            (403, Some("/problems/forbidden-origin")),
            "{name}: {value}"
        );
    }
    let upgrade = api
        .raw(Method::GET, "/live")
        .header("upgrade", "websocket")
        .header("origin", "http://evil.example");
    assert_eq!(
        upgrade.send().await.expect("an answer").status(),
        StatusCode::FORBIDDEN
    );
    let (_, head) = api.read("/head").await;
    assert_eq!(head["position"], 0);
}

#[tokio::test]
async fn every_answer_carries_the_security_headers_and_pages_a_strict_policy() {
    let server = Server::start();
    let api = server.api();
    for path in ["/", "/api/v1/head", "/no/such/page", "/healthz"] {
        let response = api.raw(Method::GET, path).send().await.expect("an answer");
        let headers = response.headers();
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        let policy = headers["content-security-policy"].to_str().expect("text");
        assert!(policy.contains("default-src 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe-inline"), "{path}: {policy}");
    }
}

#[tokio::test]
async fn health_readiness_and_counters_answer() {
    let server = Server::start();
    let api = server.api();
    api.stocked("kettle", 1).await;
    let get = |path: &'static str| async {
        answer(api.raw(Method::GET, path).send().await.expect("an answer")).await
    };
    assert_eq!(get("/healthz").await.0, 200);
    let (status, ready) = get("/readyz").await;
    assert_eq!(
        (status, &ready["ready"]),
        (200, &Value::Bool(true)),
        "{ready}"
    );
    let (_, text) = get("/metrics").await;
    let text = text.as_str().expect("text").to_owned();
    assert!(text.contains("highwater_head_position 2"), "{text}");
    assert!(
        text.contains("highwater_consumer_lag_events{consumer=\"orders\"}"),
        "{text}"
    );
}

#[test]
fn without_credentials_only_loopback_is_served() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_highwater"))
        .args(["serve", "--listen", "0.0.0.0:0", "--database"])
        .arg(format!("sqlite:{}", folder.path().join("data").display()))
        .output()
        .expect("an end");
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("not a loopback address"));
    assert!(!folder.path().join("data").exists(), "nothing was made");
}
