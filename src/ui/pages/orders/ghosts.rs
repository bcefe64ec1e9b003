//! One's own orders that the read model does not have yet: as rows that say whom they wait for.

use leptos::prelude::*;

use crate::contract::{OrderId, Position};
use crate::ui::live::use_live;
use crate::ui::parts::{Time, money, order_code, order_href, position_text};
use crate::ui::pending::{PendingWrite, use_pending};

/// The ghosts of orders, for the order list's columns.
#[component]
pub fn GhostOrders(
    /// What the list shows: whatever it has is no ghost.
    #[prop(into)]
    as_of: Signal<Position>,
) -> impl IntoView {
    let pending = use_pending();
    let ghosts = move || {
        let as_of = as_of.get();
        let mut writes = pending.waiting_for("orders");
        writes.retain(|write| write.position.is_none_or(|position| position > as_of));
        writes
    };
    view! {
        <For
            each=ghosts
            key=|write| (write.command_id.0.to_string(), write.position.map(|position| position.0))
            children=|write| view! { <GhostRow write=write /> }
        />
    }
    .into_any()
}

#[component]
fn GhostRow(write: PendingWrite) -> impl IntoView {
    let live = use_live();
    let waits_for = write.waits_for.clone();
    let position = write.position;
    let wait = move || {
        let wait = live.describe_wait(&waits_for);
        match position {
            Some(position) => format!("committed {}, waiting for {wait}", position_text(position)),
            None => "sent, not yet committed".to_owned(),
        }
    };
    let title = wait.clone();
    let is_new = write.command == "PlaceOrder";
    let code = write.order_id.map(|id: OrderId| {
        view! {
            <a class="row-link mono" href=order_href(id) data-row="">
                {order_code(id)}
            </a>
        }
    });
    view! {
        <tr class="ghost">
            <td class="col-code is-wide">{code}</td>
            <td class="col-customer">{write.customer.clone().unwrap_or_else(|| "you".to_owned())}</td>
            <td class="col-status spills" title=title>
                {(!is_new).then(|| format!("{}: ", write.command))}
                {wait}
            </td>
            <td class="col-items is-wide"></td>
            <td class="n col-total">{write.total.map(money)}</td>
            <td class="n col-time is-wide">
                <Time at=write.sent_at />
            </td>
        </tr>
    }
    .into_any()
}
