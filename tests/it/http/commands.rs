//! Commands: receipts, refusals, repeats, and how they converge.

use serde_json::json;
use std::time::{Duration, Instant};
use uuid::Uuid;

use crate::support::{PATIENCE, Server, answer, place_order};

#[tokio::test]
async fn an_order_goes_its_way_by_itself() {
    let server = Server::start();
    let api = server.api();
    api.stocked("kettle", 10).await;
    let (id, receipt) = api.order("kettle", 2, "4242424242424242").await;
    assert_eq!(receipt["stream"], format!("order-{id}"));
    assert_eq!(receipt["version"], 1);
    assert_eq!(receipt["events"][0]["type"], "OrderPlaced");
    assert_eq!(receipt["duplicate"], false);

    let order = api.order_becomes(id, "confirmed").await;
    assert_eq!(
        order["total"],
        json!({ "amount": 2_500, "currency": "EUR" })
    );
    assert_eq!(order["cancel_reason"], json!(null));
    let types: Vec<_> = order["history"]
        .as_array()
        .expect("history")
        .iter()
        .map(|e| e["type"].clone())
        .collect();
    let whole = [
        "OrderPlaced",
        "StockReserved",
        "OrderReserved",
        "PaymentAuthorised",
        "OrderPaid",
        "OrderConfirmed",
    ];
    assert_eq!(types, whole, "each step once, in order");

    api.command("ShipOrder", json!({ "order_id": id })).await;
    api.order_becomes(id, "shipped").await;
    api.settled().await;
    let (_, stock) = api.read("/inventory/kettle").await;
    assert_eq!(
        (&stock["on_hand"], &stock["reserved"], &stock["available"]),
        (&json!(8), &json!(0), &json!(8))
    );
}

#[tokio::test]
async fn without_stock_or_payment_an_order_is_cancelled_and_everything_given_back() {
    let server = Server::start();
    let api = server.api();
    api.stocked("mug", 5).await;
    let (too_many, _) = api.order("mug", 6, "4242424242424242").await;
    let (declined, _) = api.order("mug", 2, "4000000000000002").await;
    let (third_time, _) = api.order("mug", 1, "4000000000000119").await;

    let order = api.order_becomes(too_many, "cancelled").await;
    assert!(
        order["cancel_reason"]
            .as_str()
            .expect("a reason")
            .contains("out_of_stock"),
        "{order}"
    );
    let order = api.order_becomes(declined, "cancelled").await;
    assert!(
        order["cancel_reason"]
            .as_str()
            .expect("a reason")
            .contains("payment_declined"),
        "{order}"
    );
    let order = api.order_becomes(third_time, "confirmed").await;
    let failed = order["history"]
        .as_array()
        .expect("history")
        .iter()
        .filter(|e| e["type"] == "PaymentAttemptFailed");
    assert_eq!(failed.count(), 2);

    api.settled().await;
    let (_, stock) = api.read("/inventory/mug").await;
    assert_eq!(
        (&stock["reserved"], &stock["available"]),
        (&json!(1), &json!(4)),
        "{stock}"
    );
}

#[tokio::test]
async fn a_command_is_carried_out_once_however_often_it_is_sent() {
    let server = Server::start();
    let api = server.api();
    api.stocked("kettle", 10).await;
    let (key, body) = (
        Uuid::now_v7().to_string(),
        place_order(Uuid::now_v7(), "kettle", 1, "4242424242424242"),
    );
    let send = || async {
        let request = api
            .post("/commands/PlaceOrder")
            .header("idempotency-key", &key)
            .json(&body);
        answer(request.send().await.expect("an answer")).await
    };
    let (first_status, first) = send().await;
    api.settled().await;
    let (second_status, second) = send().await;
    assert_eq!((first_status, second_status), (200, 200));
    assert_eq!(second["duplicate"], true);
    for same in ["command_id", "stream", "version", "position", "events"] {
        assert_eq!(first[same], second[same], "{same}");
    }
}

#[tokio::test]
async fn refusals_and_bad_commands_say_what_is_wrong() {
    let server = Server::start();
    let api = server.api();
    api.stocked("kettle", 10).await;
    let (id, _) = api.order("kettle", 1, "4242424242424242").await;
    api.order_becomes(id, "confirmed").await;
    api.command("ShipOrder", json!({ "order_id": id })).await;

    let (status, problem) = api
        .send(
            "/commands/CancelOrder",
            &json!({ "order_id": id, "reason": "late" }),
        )
        .await;
    assert_eq!(
        (status, problem["refusal"].as_str()),
        (422, Some("already_shipped")),
        "{problem}"
    );
    assert_eq!(problem["type"], "/problems/command-refused");
    let unknown = place_order(Uuid::now_v7(), "nothing-like-it", 1, "4242424242424242");
    let (status, problem) = api.send("/commands/PlaceOrder", &unknown).await;
    assert_eq!(
        (status, problem["refusal"].as_str()),
        (422, Some("unknown_product")),
        "{problem}"
    );

    let (status, problem) = api.send("/commands/MakeTea", &json!({})).await;
    assert_eq!(
        (status, problem["type"].as_str()),
        (404, Some("/problems/unknown-command"))
    );
    for (body, named) in [
        (json!({ "order_id": id }), "reason"),
        (
            json!({ "order_id": id, "reason": "x", "colour": "red" }),
            "colour",
        ),
        (json!({ "order_id": "seven", "reason": "x" }), "order_id"),
        (json!([]), ""),
    ] {
        let (status, problem) = api.send("/commands/CancelOrder", &body).await;
        assert_eq!(
            (status, problem["type"].as_str()),
            (400, Some("/problems/invalid-command")),
            "{body}"
        );
        assert!(
            problem["detail"]
                .as_str()
                .expect("a detail")
                .contains(named),
            "{problem}"
        );
    }
}

#[tokio::test]
async fn a_command_tells_how_it_converged() {
    let server = Server::start();
    let api = server.api();
    api.stocked("kettle", 10).await;
    let (_, receipt) = api.order("kettle", 1, "4242424242424242").await;
    let path = format!(
        "/commands/{}",
        receipt["command_id"].as_str().expect("an id")
    );
    let start = Instant::now();
    let convergence = loop {
        let (_, convergence) = api.read(&path).await;
        if convergence["converged"] == true {
            break convergence;
        }
        assert!(start.elapsed() < PATIENCE, "{convergence}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    assert_eq!(convergence["name"], "PlaceOrder");
    assert_eq!(convergence["position"], receipt["position"]);
    let consumers = convergence["consumers"].as_array().expect("consumers");
    let mut names: Vec<_> = consumers
        .iter()
        .map(|c| c["name"].as_str().expect("a name"))
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["fulfilment", "orders", "sales", "search"]);
    for consumer in consumers {
        assert!(
            consumer["elapsed_ms"].as_f64().expect("a time") >= 0.0,
            "{consumer}"
        );
    }
    let (status, _) = api.read(&format!("/commands/{}", Uuid::now_v7())).await;
    assert_eq!(status, 404);
}
