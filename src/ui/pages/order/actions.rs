//! What can be done with an order. What cannot be done stays visible, disabled, with the reason.

use leptos::ev::SubmitEvent;
use leptos::form::FromFormData;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::Shown;
use super::load::READ_MODEL;
use crate::api::{CancelOrder, ShipOrder};
use crate::contract::{CommandId, CommandReceipt, OrderId, OrderStatus, Problem};
use crate::ui::live::server_now;
use crate::ui::parts::{position_text, use_say};
use crate::ui::pending::{Pending, PendingWrite, use_pending};

const CANCEL_REASON: &str = "the customer changed their mind";

/// Why an order cannot be cancelled; `None` where it can.
fn cancel_refusal(status: OrderStatus) -> Option<&'static str> {
    match status {
        OrderStatus::Shipped => Some("It is on its way already."),
        OrderStatus::Cancelled => Some("It is cancelled already."),
        OrderStatus::Placed
        | OrderStatus::Reserved
        | OrderStatus::Paid
        | OrderStatus::Confirmed => None,
    }
}

/// Why an order cannot be shipped; `None` where it can.
fn ship_refusal(status: OrderStatus) -> Option<&'static str> {
    match status {
        OrderStatus::Confirmed => None,
        OrderStatus::Shipped => Some("It is on its way already."),
        OrderStatus::Cancelled => Some("It is cancelled."),
        OrderStatus::Placed | OrderStatus::Reserved | OrderStatus::Paid => {
            Some("It is not confirmed yet.")
        }
    }
}

/// Cancel and Ship.
#[component]
pub fn Actions(shown: Shown) -> impl IntoView {
    let order_id = shown.order.with_untracked(|order| order.row.order_id);
    let cancel = ServerAction::<CancelOrder>::new();
    let ship = ServerAction::<ShipOrder>::new();
    let cancelled = Signal::derive(move || cancel.value().get());
    let shipped = Signal::derive(move || ship.value().get());
    let sent = Sent::new();
    sent.follow(cancelled);
    sent.follow(shipped);
    let status = Memo::new(move |_| shown.order.with(|order| order.row.status));
    let problem = move || {
        sent.problem.get().map(|problem| {
            view! { <p class="hand-problem" role="alert">{problem.detail}</p> }
        })
    };
    view! {
        <div class="order-actions">
            {move || match cancel_refusal(status.get()) {
                Some(why) => view! { <Refused words="Cancel order" why/> }.into_any(),
                None => view! { <CancelForm order_id action=cancel sent/> }.into_any(),
            }}
            {move || match ship_refusal(status.get()) {
                Some(why) => view! { <Refused words="Ship" why/> }.into_any(),
                None => view! { <ShipForm order_id action=ship sent/> }.into_any(),
            }}
            {problem}
        </div>
    }
}

/// A button that cannot be pressed, and why.
#[component]
fn Refused(words: &'static str, why: &'static str) -> impl IntoView {
    view! {
        <span class="refused">
            <button type="button" class="button" disabled title=why>{words}</button>
            <span class="visually-hidden">{why}</span>
        </span>
    }
}

/// The command that was sent last from here.
#[derive(Clone, Copy)]
struct Sent {
    pending: Pending,
    last: StoredValue<Option<CommandId>>,
    problem: RwSignal<Option<Problem>>,
}

impl Sent {
    fn new() -> Sent {
        Sent {
            pending: use_pending(),
            last: StoredValue::new(None),
            problem: RwSignal::new(None),
        }
    }

    /// Remembers a command that is about to be sent.
    fn remember(self, command_id: CommandId, command: &str, order_id: OrderId, words: String) {
        let mut write = PendingWrite::new(command_id, command, words, READ_MODEL);
        write.order_id = Some(order_id);
        self.pending.sent(write);
        self.last.set_value(Some(command_id));
        self.problem.set(None);
    }

    /// Follows what the server answers.
    fn follow(self, answer: Signal<Option<Result<CommandReceipt, Problem>>>) {
        let say = use_say();
        Effect::new(move |_| match answer.get() {
            Some(Ok(receipt)) => {
                self.pending.committed(receipt.command_id, receipt.position);
                say.say(format!("Committed {}", position_text(receipt.position)));
            }
            Some(Err(problem)) => {
                if let Some(command_id) = self.last.get_value() {
                    self.pending.withdrawn(command_id);
                }
                self.problem.set(Some(problem));
            }
            None => {}
        });
    }
}

#[component]
fn CancelForm(order_id: OrderId, action: ServerAction<CancelOrder>, sent: Sent) -> impl IntoView {
    let pending = action.pending();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if let Ok(form) = CancelOrder::from_event(&event) {
            let command_id = CommandId::generate();
            sent.remember(command_id, "CancelOrder", order_id, form.reason.clone());
            action.dispatch(CancelOrder {
                command_id,
                sent_at: Some(server_now()),
                ..form
            });
        }
    };
    view! {
        <details class="hand-fold">
            <summary class="button">"Cancel order"</summary>
            <form class="hand-form" method="post" action=CancelOrder::url() on:submit=submit>
                <input type="hidden" name="command_id" value=CommandId::generate().to_string()/>
                <input type="hidden" name="order_id" value=order_id.to_string()/>
                <label class="field">
                    <span class="label">"Reason"</span>
                    <input class="input" type="text" name="reason" required maxlength="200" value=CANCEL_REASON/>
                </label>
                <button class="button is-danger" disabled=move || pending.get()>
                    {move || if pending.get() { "Cancelling" } else { "Cancel this order" }}
                </button>
            </form>
        </details>
    }
}

#[component]
fn ShipForm(order_id: OrderId, action: ServerAction<ShipOrder>, sent: Sent) -> impl IntoView {
    let pending = action.pending();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let command_id = CommandId::generate();
        sent.remember(command_id, "ShipOrder", order_id, "ship".to_owned());
        action.dispatch(ShipOrder {
            command_id,
            order_id,
            sent_at: Some(server_now()),
        });
    };
    view! {
        <form method="post" action=ShipOrder::url() on:submit=submit>
            <input type="hidden" name="command_id" value=CommandId::generate().to_string()/>
            <input type="hidden" name="order_id" value=order_id.to_string()/>
            <button class="button is-primary" disabled=move || pending.get()>
                {move || if pending.get() { "Shipping" } else { "Ship" }}
            </button>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_confirmed_order_can_be_shipped() {
        let shippable: Vec<OrderStatus> = OrderStatus::ALL
            .into_iter()
            .filter(|status| ship_refusal(*status).is_none())
            .collect();
        assert_eq!(shippable, [OrderStatus::Confirmed]);
    }

    #[test]
    fn what_is_shipped_or_cancelled_cannot_be_cancelled() {
        let refused: Vec<OrderStatus> = OrderStatus::ALL
            .into_iter()
            .filter(|status| cancel_refusal(*status).is_some())
            .collect();
        assert_eq!(refused, [OrderStatus::Shipped, OrderStatus::Cancelled]);
    }
}
