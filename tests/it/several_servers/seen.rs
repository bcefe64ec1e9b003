//! How the process is doing is the same on every server's page, whoever runs it.

use super::traffic::CARD;
use super::{Several, row_becomes};
use crate::support::PATIENCE;

#[tokio::test]
async fn every_server_shows_what_the_holder_does() {
    let several = Several::start(2);
    let holder = several.holder("fulfilment").await;
    several.apis[holder].stocked("mug", 100).await;
    let (id, _) = several.apis[holder].order("mug", 1, CARD).await;
    for api in &several.apis {
        api.order_becomes(id, "confirmed").await;
        api.settled().await;
    }
    // The process cannot store anything: it tries again and again, and nobody shows it as up to date.
    let table = "ALTER TABLE fulfilment_v2_outgoing";
    several
        .database
        .execute(&format!("{table} RENAME TO elsewhere"));
    let (id, _) = several.apis[1 - holder].order("mug", 1, CARD).await;
    for api in &several.apis {
        let row = row_becomes(api, "fulfilment", |row| row["state"] == "retrying").await;
        let error = row["last_error"].as_str().expect("an error");
        assert!(error.contains("fulfilment_v2_outgoing"), "{row}");
        assert_ne!(row["lag_events"], 0);
    }
    // What the one cannot do makes the other no worse.
    for (server, status) in [(holder, 503), (1 - holder, 200)] {
        let ready = several.apis[server].raw(reqwest::Method::GET, "/readyz");
        assert_eq!(ready.send().await.expect("an answer").status(), status);
    }
    let rename = "ALTER TABLE elsewhere RENAME TO fulfilment_v2_outgoing";
    several.database.execute(rename);
    for api in &several.apis {
        api.order_becomes(id, "confirmed").await;
        row_becomes(api, "fulfilment", |row| row["state"] == "ok").await;
        api.settled().await;
    }
    // A command that was sent here converges here too.
    let (_, receipt) = several.apis[1 - holder].order("mug", 1, CARD).await;
    let path = format!(
        "/commands/{}",
        receipt["command_id"].as_str().expect("an id")
    );
    let start = std::time::Instant::now();
    while several.apis[1 - holder].read(&path).await.1["converged"] != true {
        assert!(start.elapsed() < PATIENCE);
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}
