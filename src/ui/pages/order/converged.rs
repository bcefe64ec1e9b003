//! How the commands of an order converged.

use leptos::prelude::*;

use crate::api::get_convergence;
use crate::contract::{CommandConvergence, CommandId, Delta, OrderId, Position, Topic};
use crate::ui::charts::Waterfall;
use crate::ui::live::{server_now, use_live};
use crate::ui::parts::Panel;
use crate::ui::pending::use_pending;

/// The waterfall of one command, live while anything of it is open.
#[component]
pub fn Converged(
    /// How it had converged when the page was made.
    first: CommandConvergence,
) -> impl IntoView {
    let live = use_live();
    let command_id = first.command_id;
    let title = format!("How {} converged", first.name);
    let convergence = RwSignal::new(first);
    live.watch(
        Topic::Command { command_id },
        Position::START,
        move |frame| {
            if let Delta::Command { convergence: newer } = frame.delta {
                convergence.set(*newer);
            }
        },
    );
    // Cut off, nothing is known to grow: the time stands still where the server was last heard.
    let now = Signal::derive(move || match live.status.get().cut_off_since() {
        Some(since) => since,
        None => server_now(),
    });
    let legend = move || "hollow waits, solid works, grey is the usual p50 to p95";
    view! {
        <Panel title aside=legend>
            <Waterfall convergence now/>
        </Panel>
    }
}

/// The waterfalls of what this page itself did to the order since it was placed, newest first.
#[component]
pub fn OwnCommands(
    /// The order.
    order_id: OrderId,
) -> impl IntoView {
    let pending = use_pending();
    let commands = Memo::new(move |_| {
        pending.writes.with(|writes| {
            let later = writes
                .iter()
                .rev()
                .filter(|write| write.order_id == Some(order_id) && write.command != "PlaceOrder");
            later
                .filter_map(|write| Some((write.command_id, write.position?)))
                .collect::<Vec<(CommandId, Position)>>()
        })
    });
    view! {
        <For each=move || commands.get() key=|command| *command let:command>
            <Fetched command_id=command.0/>
        </For>
    }
}

#[component]
fn Fetched(command_id: CommandId) -> impl IntoView {
    let first = Resource::new(move || command_id, get_convergence);
    view! {
        <Suspense>
            {Suspend::new(async move {
                let known = first.await.ok().flatten();
                known.map(|first| view! { <Converged first/> })
            })}
        </Suspense>
    }
}
