//! No statement reads a whole table, except where it answers with it.

use rusqlite::Connection;

use super::model::Model;
use super::orders::OrdersModel;
use super::sales::SalesModel;
use super::search::SearchModel;
use super::stock::StockModel;

/// The plan of a statement, on a database with this schema.
pub(crate) fn plan(schema: &str, statement: &str) -> String {
    let database = Connection::open_in_memory().expect("a database");
    database.execute_batch(schema).expect("a schema");
    let explained = format!("EXPLAIN QUERY PLAN {statement}");
    let mut prepared = database.prepare(&explained).expect("a statement");
    let steps = prepared
        .raw_query()
        .mapped(|row| row.get::<_, String>(3))
        .collect::<Result<Vec<_>, _>>();
    steps.expect("a plan").join("\n")
}

macro_rules! plans {
    ($($room:literal $model:ty: $($statement:literal),* $(,)?;)*) => {
        [$($((
            concat!($room, "/", $statement),
            <$model as Model>::SCHEMA,
            include_str!(concat!($room, "/", $statement)),
        ),)*)*]
    };
}

#[test]
fn statements_find_their_rows_by_key() {
    for (name, schema, statement) in plans! {
        "orders" OrdersModel: "load.sql", "update.sql", "counts.sql", "history.sql";
        "search" SearchModel: "load.sql", "update.sql", "find.sql", "words_then.sql", "words_still.sql";
        "stock" StockModel: "load.sql", "list.sql", "get.sql", "changed_since.sql", "list_at.sql", "get_at.sql";
        "sales" SalesModel: "load_orders.sql", "load_hours.sql", "close_orders.sql", "hours.sql",
            "hours_changed_since.sql", "days_changed_since.sql", "days.sql", "hours_at.sql", "days_at.sql";
    } {
        let plan = plan(schema, statement);
        for line in plan.lines() {
            let whole = line.starts_with("SCAN")
                && !line.contains("VIRTUAL TABLE")
                && line != "SCAN newest";
            assert!(!whole, "{name}:\n{plan}");
        }
    }
}
