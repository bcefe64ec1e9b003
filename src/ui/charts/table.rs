//! The numbers of a chart as a table, for those who do not see the drawing or want to copy them.

use leptos::prelude::*;

/// A table that unfolds. The first column names the row; the others are right-aligned.
#[component]
pub fn ChartTable(
    /// What the table holds.
    caption: String,
    /// The heads of the columns.
    heads: &'static [&'static str],
    /// The rows, each with a text for every column.
    rows: Signal<Vec<Vec<String>>>,
) -> impl IntoView {
    let row = |texts: Vec<String>| {
        let mut texts = texts.into_iter();
        let name = texts.next();
        let cells: Vec<_> = texts
            .map(|text| view! { <td class="num">{text}</td> })
            .collect();
        view! { <tr><th scope="row">{name}</th>{cells}</tr> }
    };
    let head = |(i, text): (usize, &'static &'static str)| {
        view! { <th scope="col" class:num=(i > 0)>{*text}</th> }
    };
    let heads: Vec<_> = heads.iter().enumerate().map(head).collect();
    let label = format!("Table: {caption}");
    view! {
        <details class="chart-table">
            <summary>"Table"</summary>
            <div class="chart-table-scroll" tabindex="0" role="region" aria-label=label>
                <table>
                    <caption class="visually-hidden">{caption}</caption>
                    <thead><tr>{heads}</tr></thead>
                    <tbody>{move || rows.get().into_iter().map(row).collect::<Vec<_>>()}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}
