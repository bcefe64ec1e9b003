//! The state at a step, each field beside what it was before.

use leptos::prelude::*;

use super::Past;
use super::words::{FieldRow, field_rows};

/// What the event changed, and what the order was after it.
#[component]
pub fn StateAt(past: Past) -> impl IntoView {
    let event = move || {
        past.history
            .with(|history| history.step().map(|step| step.event_type.clone()))
            .unwrap_or_default()
    };
    let rows = move || {
        past.history.with(|history| {
            let changes = history.step().map_or(&[][..], |step| &step.changes);
            field_rows(&history.at.state, changes)
                .into_iter()
                .map(field)
                .collect::<Vec<_>>()
        })
    };
    view! {
        <table class="table state">
            <caption class="visually-hidden">
                {move || format!("The order before and after {}", event())}
            </caption>
            <thead>
                <tr>
                    <th scope="col">"State"</th>
                    <th scope="col">"Before"</th>
                    <th scope="col">"After"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn field(row: FieldRow) -> impl IntoView {
    let class = if row.is_changed { "is-changed" } else { "" };
    let (before, after) = match row.is_changed {
        true => (
            view! { <del>{row.before}</del> }.into_any(),
            view! { <ins>{row.after}</ins> }.into_any(),
        ),
        false => (row.before.into_any(), row.after.into_any()),
    };
    view! {
        <tr class=class>
            <th scope="row" class="mono">{row.path}</th>
            <td>{before}</td>
            <td>{after}</td>
        </tr>
    }
}
