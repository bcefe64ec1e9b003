//! The horizon: a thin ruler that says how far the read models of a page are, and the page's own commands.

mod draw;
mod flags;
mod layout;

use leptos::html::Div;
use leptos::prelude::*;

use super::measure::width_of_box;
use super::pace::frames;
use crate::contract::Position;
pub use flags::Flag;
pub use layout::Mark;

/// How far the read models of a page are, the head at the right.
#[component]
pub fn Horizon(
    /// The head of the log.
    #[prop(into)]
    head: Signal<Position>,
    /// The read models that the page shows.
    #[prop(into)]
    marks: Signal<Vec<Mark>>,
    /// The page's own commands that are worth a flag.
    #[prop(into)]
    flags: Signal<Vec<Flag>>,
) -> impl IntoView {
    let frame = NodeRef::<Div>::new();
    let width = width_of_box(frame);
    let drawn = frames(move || {
        head.track();
        marks.track();
        flags.track();
    });
    let layout = Memo::new(move |_| {
        drawn.track();
        let (marks, flags) = (marks.read_untracked(), flags.read_untracked());
        layout::lay_out(head.get_untracked(), &marks, &flags, width.get())
    });
    view! {
        <div class="chart horizon">
            <div class="chart-box" node_ref=frame>
                <svg
                    role="img"
                    aria-label=move || layout.with(layout::sentence)
                    viewBox=move || layout.with(|l| format!("0 0 {:.0} {:.0}", l.width, l.height))
                    inner_html=move || layout.with(draw::draw)
                ></svg>
            </div>
        </div>
    }
    .into_any()
}
