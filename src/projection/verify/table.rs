//! Two copies of one table, row by row in key order: `main` is the read model, `fresh` what it should be.

use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use crate::projection::ProjectionError;
use crate::projection::model::Table;

/// Differences that are named for one table; after so many, the first ones say what went wrong.
const MOST_NAMED: usize = 20;

/// Which rows are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rows {
    /// All of both.
    All,
    /// Those that the fresh fold has.
    Fresh,
}

/// How many rows there are to compare.
pub(super) async fn count_in_tx(
    tx: &mut SqliteConnection,
    table: &Table,
    which: Rows,
) -> Result<u64, ProjectionError> {
    let copy = match which {
        Rows::All => "main",
        Rows::Fresh => "fresh",
    };
    let sql = format!("SELECT count(*) FROM {copy}.{}", table.name);
    let rows: i64 = QueryBuilder::<Sqlite>::new(sql)
        .build_query_scalar()
        .fetch_one(tx)
        .await?;
    Ok(u64::try_from(rows).unwrap_or(0))
}

/// What differs, a sentence for each row.
pub(super) async fn differences_in_tx(
    tx: &mut SqliteConnection,
    table: &Table,
    which: Rows,
) -> Result<Vec<String>, ProjectionError> {
    let columns: Vec<String> = sqlx::query_scalar("SELECT name FROM pragma_table_info(?1)")
        .bind(table.name)
        .fetch_all(&mut *tx)
        .await?;
    let found: Vec<(String, String)> =
        QueryBuilder::<Sqlite>::new(statement(table, &columns, which))
            .build_query_as()
            .fetch_all(tx)
            .await?;
    let more = found.len() > MOST_NAMED;
    let mut differences: Vec<String> = found
        .into_iter()
        .take(MOST_NAMED)
        .map(|(key, what)| format!("{} {key} {what}", table.name))
        .collect();
    if more {
        differences.push(format!("{} differs in more rows", table.name));
    }
    Ok(differences)
}

/// Every name in it is one of ours, from [`Table`] or from the table's own definition.
fn statement(table: &Table, columns: &[String], which: Rows) -> String {
    let name = table.name;
    let join = match which {
        Rows::All => "FULL",
        Rows::Fresh => "RIGHT",
    };
    let first = table.key.first().copied().unwrap_or("rowid");
    let same_key = each(table.key, " AND ", |key| format!("f.{key} = m.{key}"));
    let shown = each(table.key, ", ", |key| {
        format!(
            "coalesce(iif(typeof(m.{key}) = 'blob', lower(hex(m.{key})), m.{key}), \
             iif(typeof(f.{key}) = 'blob', lower(hex(f.{key})), f.{key}))"
        )
    });
    let order = each(table.key, ", ", |key| format!("coalesce(m.{key}, f.{key})"));
    let changed = each(columns, ", ", |c| {
        format!("iif(m.{c} IS f.{c}, NULL, '{c}')")
    });
    let ours = each(columns, ", ", |c| format!("m.{c}"));
    let theirs = each(columns, ", ", |c| format!("f.{c}"));
    format!(
        "SELECT concat_ws(' / ', {shown}), \
         CASE WHEN m.{first} IS NULL THEN 'is missing' \
         WHEN f.{first} IS NULL THEN 'should not be there' \
         ELSE 'differs in ' || concat_ws(', ', {changed}) END \
         FROM main.{name} AS m {join} JOIN fresh.{name} AS f ON {same_key} \
         WHERE ({ours}) IS NOT ({theirs}) \
         ORDER BY {order} LIMIT {limit}",
        limit = MOST_NAMED + 1,
    )
}

fn each<T: AsRef<str>>(names: &[T], between: &str, put: impl Fn(&str) -> String) -> String {
    names
        .iter()
        .map(|name| put(name.as_ref()))
        .collect::<Vec<_>>()
        .join(between)
}
