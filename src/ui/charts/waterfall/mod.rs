//! The convergence waterfall: how one command's events reached everyone.

mod draw;
mod lanes;
mod layout;
mod places;
mod scale;
mod story;
mod words;

use leptos::html::Div;
use leptos::prelude::*;

use super::measure::width_of_box;
use super::pace::growth;
use super::table::ChartTable;
use crate::contract::{CommandConvergence, Timestamp};
use story::Story;

/// Ticks of `growth` between two renewals of the table.
const TABLE_EVERY: u32 = 10;

/// The waterfall of one command. What is not over yet grows with `now`, the server's clock.
#[component]
pub fn Waterfall(
    /// The command's stages.
    #[prop(into)]
    convergence: Signal<CommandConvergence>,
    /// The server's clock, as well as the page knows it.
    #[prop(into)]
    now: Signal<Timestamp>,
) -> impl IntoView {
    let frame = NodeRef::<Div>::new();
    let width = width_of_box(frame);
    let growing = Memo::new(move |_| convergence.with(|c| Story::of(c, c.at).is_open()));
    let tick = growth(growing.into());
    // The first drawing is the server's: it is as of the moment that the numbers are of.
    let story = move || {
        let ticked = tick.get() > 0;
        convergence.with(|c| Story::of(c, if ticked { now.get_untracked() } else { c.at }))
    };
    let layout = Memo::new(move |_| layout::lay_out(&story(), width.get()));
    let table_tick = Memo::new(move |_| tick.get() / TABLE_EVERY);
    let rows = Signal::derive(move || {
        let ticked = table_tick.get() > 0;
        convergence.with(|c| {
            words::rows(&Story::of(
                c,
                if ticked { now.get_untracked() } else { c.at },
            ))
        })
    });
    let sentence = Memo::new(move |_| convergence.with(|c| words::sentence(&Story::of(c, c.at))));
    let caption = convergence.with_untracked(|c| format!("How {} converged", c.name));
    view! {
        <div class="chart waterfall">
            <div class="chart-box" node_ref=frame>
                <svg
                    role="img"
                    aria-label=move || sentence.get()
                    viewBox=move || layout.with(|l| format!("0 0 {:.0} {:.0}", l.width, l.height))
                    inner_html=move || layout.with(draw::draw)
                ></svg>
            </div>
            <ChartTable caption heads=words::HEADS rows/>
        </div>
    }
    .into_any()
}
