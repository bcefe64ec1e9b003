//! Read models: lists, search, stock, sales, and how fresh they are.

use serde_json::json;

use crate::support::Server;

#[tokio::test]
async fn every_read_model_shows_the_order_and_its_position() {
    let server = Server::start();
    let api = server.api();
    api.stocked("teapot", 10).await;
    let (id, receipt) = api.order("teapot", 3, "4242424242424242").await;
    api.order_becomes(id, "confirmed").await;
    api.settled().await;
    let at = receipt["position"].as_u64().expect("a position");

    let response = api
        .get(&format!("/orders?min_position={at}&wait_ms=5000"))
        .send()
        .await
        .expect("an answer");
    let header = response.headers()["x-as-of-position"]
        .to_str()
        .expect("text")
        .to_owned();
    let list: serde_json::Value = response.json().await.expect("json");
    assert_eq!(header, list["as_of"].to_string());
    assert_eq!(list["items"][0]["order_id"], json!(id));
    assert_eq!(list["lag_events"], 0);

    for words in ["teapot", "okafor", "Nadia tea", &id.to_string()] {
        let response = api
            .get("/orders/search")
            .query(&[("q", words)])
            .send()
            .await
            .expect("an answer");
        let found: serde_json::Value = response.json().await.expect("json");
        assert_eq!(found["items"][0]["order_id"], json!(id), "{words}: {found}");
    }
    let (_, nothing) = api.read("/orders/search?q=%22%29%20OR%20*").await;
    assert_eq!(
        nothing["items"],
        json!([]),
        "words are words, whatever they look like"
    );

    for bucket in ["hour", "day"] {
        let (_, sales) = api.read(&format!("/sales?bucket={bucket}")).await;
        let row = &sales["items"][0];
        assert_eq!(
            (&row["orders"], &row["units"], &row["revenue"]["amount"]),
            (&json!(1), &json!(3), &json!(3_750)),
            "{sales}"
        );
    }
    let (_, stock) = api.read("/inventory").await;
    assert_eq!(
        (&stock["items"][0]["sku"], &stock["items"][0]["reserved"]),
        (&json!("teapot"), &json!(3))
    );
}

#[tokio::test]
async fn the_order_list_pages_through_everything_once() {
    let server = Server::start();
    let api = server.api();
    api.stocked("mug", 1_000).await;
    let mut placed = Vec::new();
    for _ in 0..25 {
        placed.push(api.order("mug", 1, "4242424242424242").await.0.to_string());
    }
    api.settled().await;
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let (status, page) = api
            .read(&format!("/orders?limit=10&sort=oldest{cursor}"))
            .await;
        assert_eq!(status, 200, "{page}");
        let items = page["items"].as_array().expect("items");
        seen.extend(
            items
                .iter()
                .map(|row| row["order_id"].as_str().expect("an id").to_owned()),
        );
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, placed);
    let (status, _) = api.read("/orders?cursor=nonsense").await;
    assert_eq!(status, 400);
    let (status, problem) = api.read("/orders?status=lost").await;
    assert_eq!(status, 400, "{problem}");
    let (status, _) = api.read(&format!("/orders/{}", uuid::Uuid::now_v7())).await;
    assert_eq!(status, 404);
}
