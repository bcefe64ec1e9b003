//! The pages' own calls: what they refuse is told as the API tells it.

use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::support::{Api, Server, answer};

const FORM: &str = "application/x-www-form-urlencoded";

/// What needs no other writing than blanks.
fn encoded(form: &[(&str, &str)]) -> String {
    let fields = form.iter().map(|(name, value)| format!("{name}={value}"));
    fields.collect::<Vec<_>>().join("&").replace(' ', "+")
}

/// Sends a form as a page's script does.
async fn call(api: &Api, path: &str, form: &[(&str, &str)]) -> (u16, Value) {
    let request = api.raw(Method::POST, &format!("/api/fn/{path}"));
    let request = request.header("content-type", FORM).body(encoded(form));
    let response = request.send().await.expect("an answer");
    if response.status() != 200 {
        let media_type = &response.headers()["content-type"];
        assert_eq!(media_type, "application/problem+json", "{path}");
    }
    answer(response).await
}

#[tokio::test]
async fn a_refusal_has_the_status_and_the_text_of_its_problem() {
    let server = Server::start();
    let api = server.api();
    api.stocked("kettle", 3).await;
    api.settled().await;
    let reason = ("reason", "a reason");
    let nobody = [("name", "nobody"), reason];
    let (status, problem) = call(&api, "operator/pause_consumer", &nobody).await;
    assert_eq!(
        (status, &problem["type"]),
        (404, &json!("/problems/not-found"))
    );
    assert_eq!(problem["detail"], "there is no consumer `nobody`");
    let (_, told) = api
        .send("/consumers/nobody/pause", &json!({ "reason": "a reason" }))
        .await;
    assert_eq!(problem, told, "as the API tells it");

    for (path, form, status, slug) in [
        (
            "operator/resume_consumer",
            vec![("name", "orders"), ("reason", " ")],
            400,
            "bad-request",
        ),
        (
            "operator/resume_consumer",
            vec![("name", "orders")],
            400,
            "bad-request",
        ),
        (
            "operator/reset_consumer",
            vec![("name", "orders"), ("to", "yesterday"), reason],
            400,
            "bad-request",
        ),
        (
            "operator/switch_back",
            vec![("name", "orders"), reason],
            409,
            "nothing-to-build",
        ),
        (
            "operator/cancel_operation",
            vec![("id", "0199a1b2-0000-7000-8000-000000000001"), reason],
            404,
            "not-found",
        ),
        (
            "user/receive_stock",
            vec![
                ("command_id", "0199a1b2-0000-7000-8000-000000000002"),
                ("sku", "nothing"),
                ("quantity", "1"),
            ],
            422,
            "command-refused",
        ),
    ] {
        let (was, problem) = call(&api, path, &form).await;
        assert_eq!(was, status, "{path} {form:?}: {problem}");
        assert_eq!(problem["type"], format!("/problems/{slug}"), "{path}");
        assert_eq!(problem["status"], status, "{path}");
    }
    let ahead = "/api/fn/view/stock_at?at=2999-01-01T00:00:00Z";
    let response = api.raw(Method::GET, ahead).send().await;
    let (status, problem) = answer(response.expect("an answer")).await;
    assert_eq!(status, 400, "{problem}");
}

#[tokio::test]
async fn a_plain_form_is_sent_back_to_its_page_which_shows_the_refusal() {
    let server = Server::start();
    server.api().settled().await;
    let page = format!("{}/consumers/orders", server.address);
    let http = Client::builder().redirect(Policy::none()).build();
    let http = http.expect("a client");
    let form = [("name", "orders"), ("reason", "a reason")];
    let sent = http
        .post(format!("{}/api/fn/operator/switch_back", server.address))
        .header("accept", "text/html")
        .header("referer", &page)
        .header("content-type", FORM)
        .body(encoded(&form))
        .send()
        .await
        .expect("an answer");
    assert_eq!(sent.status(), 302);
    let back = sent.headers()["location"].to_str().expect("an address");
    assert!(back.starts_with(&page), "{back}");
    let shown = http.get(back).send().await.expect("an answer");
    let shown = shown.text().await.expect("a page");
    assert!(
        shown.contains("no earlier build of `orders` is kept"),
        "{shown}"
    );
}

#[tokio::test]
async fn a_build_is_forgotten_once_its_name_was_typed() {
    let server = Server::start();
    let api = server.api();
    let form = |typed| [("name", "orders"), ("typed", typed), ("reason", "a reason")];
    for wrong in ["", "order", "Orders"] {
        let (status, problem) = call(&api, "operator/forget_previous", &form(wrong)).await;
        assert_eq!(status, 400, "{problem}");
        let detail = problem["detail"].as_str().expect("a detail");
        assert!(detail.contains("type `orders` to confirm"), "{detail}");
    }
    // The name is right, and there is nothing to forget.
    let (status, problem) = call(&api, "operator/forget_previous", &form("orders")).await;
    assert_eq!(
        (status, &problem["type"]),
        (409, &json!("/problems/nothing-to-build"))
    );
}
