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
    if are_equal_in_tx(tx, table, &columns, which).await? {
        return Ok(Vec::new());
    }
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

/// Whether nothing differs. To look for each row of one copy in the other takes a fraction of what a full join takes, and
/// is enough where all are found unchanged and there are no others.
async fn are_equal_in_tx(
    tx: &mut SqliteConnection,
    table: &Table,
    columns: &[String],
    which: Rows,
) -> Result<bool, ProjectionError> {
    let name = table.name;
    let from = match which {
        Rows::All => format!("main.{name} AS m LEFT JOIN fresh.{name} AS f"),
        Rows::Fresh => format!("fresh.{name} AS f LEFT JOIN main.{name} AS m"),
    };
    let same_key = same_key(table);
    let (ours, theirs) = (columns_of("m", columns), columns_of("f", columns));
    let sql = format!(
        "SELECT NOT EXISTS (SELECT 1 FROM {from} ON {same_key} WHERE ({ours}) IS NOT ({theirs}))"
    );
    let all_found: bool = QueryBuilder::<Sqlite>::new(sql)
        .build_query_scalar()
        .fetch_one(&mut *tx)
        .await?;
    if !all_found || which == Rows::Fresh {
        return Ok(all_found);
    }
    Ok(count_in_tx(tx, table, Rows::All).await? == count_in_tx(tx, table, Rows::Fresh).await?)
}

fn same_key(table: &Table) -> String {
    each(table.key, " AND ", |key| format!("f.{key} = m.{key}"))
}

fn columns_of(copy: &str, columns: &[String]) -> String {
    each(columns, ", ", |column| format!("{copy}.{column}"))
}

/// Every name in it is one of ours, from [`Table`] or from the table's own definition.
fn statement(table: &Table, columns: &[String], which: Rows) -> String {
    let name = table.name;
    let join = match which {
        Rows::All => "FULL",
        Rows::Fresh => "RIGHT",
    };
    let first = table.key.first().copied().unwrap_or("rowid");
    let same_key = same_key(table);
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
    let (ours, theirs) = (columns_of("m", columns), columns_of("f", columns));
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
