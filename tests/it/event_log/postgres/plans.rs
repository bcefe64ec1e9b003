//! Every statement that reads walks an index, whatever the statistics say.

use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Executor, Row};
use std::path::Path;

use super::PostgresStore;
use crate::event_log::support::Store;

/// These write, or read the one row of the head.
const NO_READS: [&str; 5] = ["append", "head", "lock_head", "log_id", "recorded"];
/// What these sort is bounded: by an append, a page, or the effects of one message.
const MAY_SORT: [&str; 5] = [
    "append_streams",
    "caused_by",
    "stream_backward",
    "stream_forward",
    "stored_events",
];

#[tokio::test]
async fn no_read_scans_a_table_or_sorts_without_bound() {
    let store = PostgresStore::new();
    store.open().await.close().await;
    let mut connection = PgConnection::connect(&store.database.url()).await.unwrap();
    // As our own connections are set.
    connection
        .execute(
            "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;
             SET plan_cache_mode = force_generic_plan",
        )
        .await
        .unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/event_log/postgres/sql");
    let columns = std::fs::read_to_string(folder.join("recorded.sql")).unwrap();
    let mut looked_at = 0;
    for file in std::fs::read_dir(&folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if NO_READS.contains(&name.as_str()) {
            continue;
        }
        let mut statement = std::fs::read_to_string(&path).unwrap();
        if statement.lines().any(|line| line.starts_with("FROM")) && !statement.contains("\nSELECT")
        {
            statement = format!("{columns}{statement}");
        }
        let plan = plan(&mut connection, &name, &statement).await;
        let sorts = plan.contains("Sort Key") && !MAY_SORT.contains(&name.as_str());
        let scans = plan.contains("Seq Scan") || plan.contains("Hash Join");
        assert!(!sorts && !scans, "{name}:\n{plan}");
        assert!(plan.contains("Index Cond"), "{name}:\n{plan}");
        looked_at += 1;
    }
    assert!(looked_at >= 18, "{looked_at} statements only");
}

async fn plan(connection: &mut PgConnection, name: &str, statement: &str) -> String {
    let parameters = (1..10)
        .filter(|n| statement.contains(&format!("${n}")))
        .map(|_| "NULL")
        .collect::<Vec<_>>()
        .join(", ");
    let prepare = format!("PREPARE {name}_plan AS {statement}");
    connection
        .execute(sqlx::raw_sql(AssertSqlSafe(prepare)))
        .await
        .unwrap();
    let explain = format!("EXPLAIN EXECUTE {name}_plan({parameters})");
    let rows = sqlx::raw_sql(AssertSqlSafe(explain))
        .fetch_all(connection)
        .await
        .unwrap();
    let lines = rows.iter().map(|row| row.get::<String, _>(0));
    lines.collect::<Vec<_>>().join("\n")
}
