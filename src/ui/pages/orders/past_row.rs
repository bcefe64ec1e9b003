//! An order as it was, with what has changed since.

use leptos::prelude::*;

use crate::contract::{Money, OrderId, OrderStatus, Timestamp};
use crate::ui::pages::past::Since;
use crate::ui::parts::{MoneyText, OrderBadge, Time, order_code, order_href, order_label};

/// What a row shows of an order.
#[derive(Clone, PartialEq)]
pub struct Shown {
    /// The order.
    pub order_id: OrderId,
    /// Who ordered.
    pub customer: String,
    /// How far it had come.
    pub status: OrderStatus,
    /// Why it was cancelled, in words.
    pub reason: Option<String>,
    /// What was ordered, in words.
    pub items: String,
    /// What it costs.
    pub total: Money,
    /// When it was placed.
    pub placed_at: Timestamp,
}

/// The table around the rows.
#[component]
pub fn PastTable(children: Children) -> impl IntoView {
    view! {
        <table class="table orders">
            <thead>
                <tr>
                    <th scope="col" class="col-code is-wide">"Order"</th>
                    <th scope="col" class="col-customer">"Customer"</th>
                    <th scope="col" class="col-status">"Status"</th>
                    <th scope="col" class="col-items is-wide">"Items"</th>
                    <th scope="col" class="n col-total">"Total"</th>
                    <th scope="col" class="n col-time is-wide">"Placed"</th>
                </tr>
            </thead>
            <tbody>{children()}</tbody>
        </table>
    }
    .into_any()
}

/// One row; `now` where it is something else by now.
#[component]
pub fn PastRow(then: Shown, now: Option<Shown>) -> impl IntoView {
    let differs = now.is_some();
    let since = now.map(|now| since_words(&then, &now));
    view! {
        <tr class:differs=differs>
            <td class="col-code is-wide">
                <a class="row-link mono" href=order_href(then.order_id) data-row="" title=then.order_id.to_string()>
                    {order_code(then.order_id)}
                </a>
            </td>
            <td class="col-customer" title=then.customer.clone()>
                <a class="row-link" href=order_href(then.order_id)>{then.customer.clone()}</a>
            </td>
            <td class="col-status">
                <OrderBadge status=then.status/>
                <span class="reason">{then.reason}</span>
                {since.map(|since| view! { <Since text=Some(since.clone()) full=since/> })}
            </td>
            <td class="col-items is-wide" title=then.items.clone()>{then.items.clone()}</td>
            <td class="n col-total">
                <MoneyText value=then.total/>
            </td>
            <td class="n col-time is-wide">
                <Time at=then.placed_at/>
            </td>
        </tr>
    }
    .into_any()
}

/// "now shipped"; where the status is the same again, something has happened nevertheless.
fn since_words(then: &Shown, now: &Shown) -> String {
    if then.status == now.status {
        return "changed since".to_owned();
    }
    format!("now {}", order_label(now.status).to_lowercase())
}
