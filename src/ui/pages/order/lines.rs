//! What was ordered.

use leptos::prelude::*;

use super::Shown;
use crate::contract::OrderLine;
use crate::ui::parts::{money, thousands};

/// The lines of the order with their sum.
#[component]
pub fn Lines(shown: Shown) -> impl IntoView {
    let rows = move || {
        shown
            .order
            .with(|order| order.row.lines.iter().map(line_row).collect::<Vec<_>>())
    };
    let total = move || shown.order.with(|order| money(order.row.total));
    let units = move || shown.order.with(|order| thousands(order.row.units()));
    view! {
        <table class="table lines">
            <thead>
                <tr>
                    <th scope="col">"Product"</th>
                    <th scope="col" class="n">"Pieces"</th>
                    <th scope="col" class="n">"Price"</th>
                    <th scope="col" class="n">"Sum"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
            <tfoot>
                <tr>
                    <th scope="row">"Total"</th>
                    <td class="n">{units}</td>
                    <td></td>
                    <td class="n"><b>{total}</b></td>
                </tr>
            </tfoot>
        </table>
    }
}

fn line_row(line: &OrderLine) -> impl IntoView + use<> {
    let sum = line
        .unit_price
        .times(line.quantity)
        .map_or("—".to_owned(), money);
    view! {
        <tr>
            <td title=line.sku.to_string()>{line.name.clone()}</td>
            <td class="n">{thousands(u64::from(line.quantity))}</td>
            <td class="n">{money(line.unit_price)}</td>
            <td class="n">{sum}</td>
        </tr>
    }
}
