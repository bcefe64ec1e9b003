//! The convergence heat map: commit time across, elapsed until applied up; a stall is a diagonal.

mod cells;
mod cursor;
mod draw;
mod layout;
mod words;

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html::Div;
use leptos::prelude::*;

use super::clock::ClockAxis;
use super::keys::Step;
use super::measure::{pointer_in, width_of_box};
use super::table::ChartTable;
use crate::contract::HeatMap;
use cells::Place;
use layout::HEIGHT;

/// How long commands of late took to be applied.
#[component]
pub fn Heat(
    /// The cells.
    #[prop(into)]
    map: Signal<HeatMap>,
    /// How times are said.
    #[prop(into)]
    clock: Signal<ClockAxis>,
) -> impl IntoView {
    let frame = NodeRef::<Div>::new();
    let width = width_of_box(frame);
    let layout = Memo::new(move |_| layout::lay_out(&map.read(), clock.get(), width.get()));
    let cursor = RwSignal::new(None::<Place>);
    let said = Memo::new(move |_| {
        let place = cursor.get()?;
        let now = map.with(|map| map.at);
        layout.with(|layout| words::cell(&layout.cells, place, clock.get(), now))
    });
    let follow = move |event: PointerEvent| {
        if let Some(at) = pointer_in(&event) {
            cursor.set(layout.with_untracked(|layout| layout.nearest(at)));
        }
    };
    let step = move |event: KeyboardEvent| {
        if let Some(step) = Step::of_key(&event.key(), event.shift_key()) {
            event.prevent_default();
            let layout = layout.read_untracked();
            cursor.update(|cursor| *cursor = cursor::stepped(*cursor, step, &layout.cells));
        }
    };
    let overlay = move || {
        let shown = cursor.get().filter(|_| said.with(Option::is_some));
        let draw = |place| layout.with(|layout| draw::draw_cursor(layout, place));
        shown.map(draw).unwrap_or_default()
    };
    let last = move || layout.with(|layout| layout.cells.commands.len().saturating_sub(1));
    let at = move || {
        let place = cursor.get()?;
        layout.with(|layout| {
            layout
                .cells
                .commands
                .keys()
                .position(|other| *other == place)
        })
    };
    view! {
        <div class="chart heat">
            <p class="visually-hidden">{move || map.with(words::sentence)}</p>
            <div
                class="chart-box"
                node_ref=frame
                tabindex="0"
                role="slider"
                aria-label="Commands by commit time and elapsed time: left and right move through time, up and down through what was slower and faster"
                aria-valuemin="0"
                aria-valuemax=last
                aria-valuenow=move || at().unwrap_or_else(last)
                aria-valuetext=move || said.get().unwrap_or_else(|| "not reading".to_owned())
                on:pointermove=follow
                on:pointerdown=follow
                on:pointerleave=move |_| cursor.set(None)
                on:keydown=step
                on:blur=move |_| cursor.set(None)
            >
                <svg aria-hidden="true" viewBox=move || format!("0 0 {:.0} {HEIGHT:.0}", width.get())>
                    <g inner_html=move || layout.with(draw::draw)></g>
                    <g inner_html=overlay></g>
                </svg>
            </div>
            <p class="readout" aria-hidden="true">
                {move || {
                    said.get()
                        .unwrap_or_else(|| "solid: applied · hollow: still waiting · stronger: more commands".to_owned())
                }}
            </p>
            <ChartTable
                caption="How many commands took how long".to_owned()
                heads=words::HEADS
                rows=Signal::derive(move || map.with(words::rows))
            />
        </div>
    }
    .into_any()
}
