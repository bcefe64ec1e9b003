//! Read models as they were: what `as_of` takes, what it answers, and what it refuses.

use serde_json::{Value, json};

use crate::support::{Api, Server};

/// A shop in which one order was placed, confirmed and shipped; with every event of the log.
async fn shipped(api: &Api) -> (String, Vec<Value>) {
    api.stocked("teapot", 10).await;
    let (id, _) = api.order("teapot", 3, "4242424242424242").await;
    api.order_becomes(id, "confirmed").await;
    api.command("ShipOrder", json!({ "order_id": id })).await;
    api.order_becomes(id, "shipped").await;
    api.settled().await;
    let (_, log) = api.read("/events?limit=1000").await;
    (
        id.to_string(),
        log["events"].as_array().expect("events").clone(),
    )
}

/// Where an event of a type stands.
fn place<'a>(log: &'a [Value], event_type: &str) -> (u64, &'a str) {
    let event = log.iter().find(|event| event["type"] == event_type);
    let event = event.unwrap_or_else(|| panic!("no {event_type}"));
    let at = event["recorded_at"].as_str().expect("a time");
    (event["position"].as_u64().expect("a position"), at)
}

#[tokio::test]
async fn every_read_model_shows_what_it_was() {
    let server = Server::start();
    let api = server.api();
    let (id, log) = shipped(&api).await;
    let (paid, paid_at) = place(&log, "OrderPaid");
    let (placed, _) = place(&log, "OrderPlaced");
    let before = placed - 1;

    let response = api.get(&format!("/orders?as_of={paid}")).send().await;
    let response = response.expect("an answer");
    assert_eq!(
        response.headers()["x-as-of-position"],
        paid.to_string().as_str()
    );
    let list: Value = response.json().await.expect("json");
    assert_eq!(list["items"][0]["status"], "paid");
    assert_eq!(list["counts"]["paid"], 1);
    assert_eq!(list["as_of"], paid);
    assert_eq!(list["head"], log.len());
    assert_eq!(list["lag_events"], log.len() as u64 - paid);
    let (_, by_time) = api.read(&format!("/orders?as_of={paid_at}")).await;
    assert!(by_time["as_of"].as_u64() >= Some(paid), "{by_time}");
    let (_, none) = api.read(&format!("/orders?as_of={before}")).await;
    assert_eq!(
        (&none["items"], &none["counts"]["placed"]),
        (&json!([]), &json!(0))
    );
    let (_, shipped) = api
        .read(&format!("/orders?as_of={paid}&status=shipped"))
        .await;
    assert_eq!(shipped["items"], json!([]));

    let (_, order) = api.read(&format!("/orders/{id}?as_of={paid}")).await;
    let history = order["history"].as_array().expect("a history");
    assert_eq!(order["status"], "paid");
    assert_eq!(history.last().expect("an entry")["position"], paid);
    let (status, problem) = api.read(&format!("/orders/{id}?as_of={before}")).await;
    assert_eq!((status, &problem["as_of"]), (404, &json!(before)));

    let (_, found) = api
        .read(&format!("/orders/search?q=teapot%20paid&as_of={paid}"))
        .await;
    assert_eq!(found["items"][0]["order_id"], json!(id));
    assert_eq!(found["items"][0]["status"], "paid");
    let (_, found) = api
        .read(&format!("/orders/search?q=shipped&as_of={paid}"))
        .await;
    assert_eq!(found["items"], json!([]));

    let (_, stock) = api.read(&format!("/inventory?as_of={before}")).await;
    let row = &stock["items"][0];
    assert_eq!((&row["on_hand"], &row["reserved"]), (&json!(10), &json!(0)));
    let (_, one) = api.read(&format!("/inventory/teapot?as_of={paid}")).await;
    assert_eq!((&one["on_hand"], &one["reserved"]), (&json!(10), &json!(3)));
    let (status, problem) = api.read("/inventory/cup?as_of=1").await;
    assert_eq!((status, &problem["as_of"]), (404, &json!(1)));

    for bucket in ["hour", "day"] {
        let (_, sales) = api
            .read(&format!("/sales?bucket={bucket}&as_of={placed}"))
            .await;
        assert_eq!(sales["items"][0]["orders"], 1, "{sales}");
        let (_, sales) = api
            .read(&format!("/sales?bucket={bucket}&as_of={before}"))
            .await;
        assert_eq!(sales["items"], json!([]));
    }
}

#[tokio::test]
async fn the_past_is_paged_while_orders_come_in() {
    let server = Server::start();
    let api = server.api();
    api.stocked("mug", 1_000).await;
    for _ in 0..7 {
        api.order("mug", 1, "4242424242424242").await;
    }
    api.settled().await;
    let (_, head) = api.read("/head").await;
    let path = format!("/orders?limit=3&as_of={}", head["position"]);
    let (mut seen, mut cursor) = (0, String::new());
    loop {
        let (status, page) = api.read(&format!("{path}{cursor}")).await;
        assert_eq!(status, 200, "{page}");
        seen += page["items"].as_array().expect("items").len();
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
        api.order("mug", 1, "4242424242424242").await;
        api.settled().await;
    }
    assert_eq!(seen, 7);
}

#[tokio::test]
async fn what_is_no_moment_of_the_log_is_refused_by_name() {
    let server = Server::start();
    let api = server.api();
    shipped(&api).await;
    for path in [
        "/orders",
        "/orders/search?q=a",
        "/inventory",
        "/inventory/teapot",
        "/sales",
    ] {
        let sign = if path.contains('?') { '&' } else { '?' };
        for as_of in [
            "0",
            "-1",
            "1.5",
            "soon",
            "",
            "99999",
            "2999-01-01T00:00:00Z",
        ] {
            let (status, problem) = api.read(&format!("{path}{sign}as_of={as_of}")).await;
            assert_eq!(status, 400, "{path} {as_of}: {problem}");
            let detail = problem["detail"].as_str().expect("a detail");
            assert!(detail.contains("as_of"), "{path} {as_of}: {detail}");
        }
        let long_ago = format!("{path}{sign}as_of=2020-01-01T00:00:00Z");
        let (status, answer) = api.read(&long_ago).await;
        let is_one = path == "/inventory/teapot";
        assert_eq!(status, if is_one { 404 } else { 200 }, "{answer}");
        assert_eq!(answer["as_of"], 0);
    }
}

/// A read model that is not there yet does not make the past up; one who waits is answered once it is.
#[tokio::test]
async fn a_read_model_that_is_behind_says_so_and_can_be_waited_for() {
    let server = Server::start();
    let api = server.api();
    shipped(&api).await;
    let pause = json!({ "reason": "a test" });
    assert_eq!(api.send("/consumers/orders/pause", &pause).await.0, 200);
    let (_, receipt) = api.order("teapot", 1, "4242424242424242").await;
    let at = receipt["position"].as_u64().expect("a position");
    let path = format!("/orders?as_of={at}");
    let (status, problem) = api.read(&path).await;
    assert_eq!(status, 503, "{problem}");
    assert_eq!(problem["type"], "/problems/read-model-behind");
    assert_eq!(problem["min_position"], at);
    let patient = format!("{path}&wait_ms=10000");
    let wait = api.read(&patient);
    let resume = async {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        api.send("/consumers/orders/resume", &pause).await
    };
    let ((status, list), _) = tokio::join!(wait, resume);
    assert_eq!((status, &list["as_of"]), (200, &json!(at)), "{list}");
}

/// A page as it is without script.
async fn page(api: &Api, path: &str) -> String {
    let page = api.raw(reqwest::Method::GET, path).send().await;
    let page = page.expect("an answer");
    assert_eq!(page.status(), 200, "{path}");
    page.text().await.expect("a page")
}

#[tokio::test]
async fn pages_take_a_time_as_the_api_does() {
    let server = Server::start();
    let api = server.api();
    let (id, log) = shipped(&api).await;
    let (paid, paid_at) = place(&log, "OrderPaid");
    // What was recorded in the same microsecond is in the moment too.
    let (_, then) = api.read(&format!("/orders?as_of={paid_at}")).await;
    let at = then["as_of"].as_u64().expect("a position");
    assert!(at >= paid);
    for path in [
        "/shop/orders?",
        "/shop/orders?q=teapot&",
        "/shop/stock?",
        "/shop/sales?",
    ] {
        let page = page(&api, &format!("{path}as_of={paid_at}")).await;
        assert!(page.contains("As it was"), "{path}: {page}");
        assert!(page.contains(&format!("#{at}")), "{path}: #{at}: {page}");
        assert!(
            page.contains(&format!(r#"value="{paid_at}""#)),
            "{path}: {page}"
        );
    }
    let order = page(&api, &format!("/shop/orders/{id}?as_of={paid_at}")).await;
    assert!(order.contains("As it was"), "{order}");
    let by_position = page(&api, &format!("/shop/orders/{id}?as_of={paid}")).await;
    assert!(by_position.contains("As it was"), "{by_position}");
    let ahead = page(&api, &format!("/shop/orders/{id}?as_of=99999")).await;
    assert!(ahead.contains("As it is"), "{ahead}");
}

#[tokio::test]
async fn pages_say_what_is_wrong_with_a_moment() {
    let server = Server::start();
    let api = server.api();
    let (id, _) = shipped(&api).await;
    for path in [
        "/shop/orders?".to_owned(),
        "/shop/orders?q=teapot&".to_owned(),
        "/shop/stock?".to_owned(),
        "/shop/sales?".to_owned(),
        format!("/shop/orders/{id}?"),
    ] {
        let wrong = page(&api, &format!("{path}as_of=yesterday")).await;
        assert!(
            wrong.contains("`as_of` is `yesterday`: a position from 1"),
            "{path}: {wrong}"
        );
        assert!(wrong.contains("What is shown is now."), "{path}");
        let ahead = page(&api, &format!("{path}as_of=2999-01-01T00:00:00Z")).await;
        assert!(ahead.contains("has not come yet"), "{path}: {ahead}");
        let field = r#"name="as_of""#;
        assert!(wrong.contains(field), "{path}: {wrong}");
    }
}
