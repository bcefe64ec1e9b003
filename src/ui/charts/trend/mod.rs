//! A consumer's age and rate over the last hour or day, one above the other.

mod cursor;
mod draw;
mod layout;
mod measure;
mod words;

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html::Div;
use leptos::prelude::*;

use super::clock::ClockAxis;
use super::keys::Step;
use super::measure::{pointer_in, width_of_box};
use super::table::ChartTable;
use crate::contract::{Timestamp, Trend, TrendRange};
use layout::{HEIGHT, Input, Layout};

/// How a consumer has been doing.
#[component]
pub fn TrendChart(
    /// The points.
    #[prop(into)]
    trend: Signal<Trend>,
    /// How far back the axis goes.
    range: TrendRange,
    /// How times are said.
    #[prop(into)]
    clock: Signal<ClockAxis>,
) -> impl IntoView {
    let frame = NodeRef::<Div>::new();
    let width = width_of_box(frame);
    let layout = Memo::new(move |_| {
        layout::lay_out(&Input {
            trend: &trend.read(),
            range,
            clock: clock.get(),
            width: width.get(),
        })
    });
    let words = Memo::new(move |_| words::sentence(&trend.read(), range, clock.get()));
    let rows = Signal::derive(move || words::rows(&trend.read(), range, clock.get()));
    let caption = format!("Age and rate over {}", words::range_words(range));
    view! {
        <div class="chart trend-chart">
            <p class="visually-hidden">{move || words.get()}</p>
            <Readable frame trend layout clock width/>
            <ChartTable caption heads=words::HEADS rows/>
        </div>
    }
    .into_any()
}

/// The drawing, with the cursor that reads it off.
#[component]
fn Readable(
    frame: NodeRef<Div>,
    trend: Signal<Trend>,
    layout: Memo<Option<Layout>>,
    clock: Signal<ClockAxis>,
    width: Signal<f64>,
) -> impl IntoView {
    let cursor = RwSignal::new(None::<Timestamp>);
    let at = Memo::new(move |_| cursor::nearest(&trend.read().points, cursor.get()?));
    let said = Memo::new(move |_| words::point(&trend.read(), at.get()?, clock.get()));
    let follow = move |event: PointerEvent| {
        let layout = layout.read_untracked();
        if let (Some((x, _)), Some(layout)) = (pointer_in(&event), layout.as_ref()) {
            cursor.set(Some(layout.axis.at(x)));
        }
    };
    let step = move |event: KeyboardEvent| {
        if let Some(step) = Step::of_key(&event.key(), event.shift_key()) {
            event.prevent_default();
            let points = trend.read_untracked();
            cursor.update(|cursor| *cursor = cursor::stepped(*cursor, step, &points.points));
        }
    };
    let overlay = move || {
        let (layout, trend) = (layout.read(), trend.read());
        let point = at.get().and_then(|at| trend.points.get(at));
        match (layout.as_ref(), point) {
            (Some(layout), Some(point)) => draw::draw_cursor(layout, point),
            _ => String::new(),
        }
    };
    let last = move || trend.with(|trend| trend.points.len().saturating_sub(1));
    view! {
        <div
            class="chart-box"
            node_ref=frame
            tabindex="0"
            role="slider"
            aria-label="Age and rate at a moment: left and right move through time"
            aria-valuemin="0"
            aria-valuemax=last
            aria-valuenow=move || at.get().unwrap_or_else(last)
            aria-valuetext=move || said.get().unwrap_or_else(|| "not reading".to_owned())
            on:pointermove=follow
            on:pointerdown=follow
            on:pointerleave=move |_| cursor.set(None)
            on:keydown=step
            on:blur=move |_| cursor.set(None)
        >
            <svg aria-hidden="true" viewBox=move || format!("0 0 {:.0} {HEIGHT:.0}", width.get())>
                <g inner_html=move || layout.with(|l| l.as_ref().map(draw::draw).unwrap_or_default())></g>
                <g inner_html=overlay></g>
            </svg>
        </div>
        <p class="readout" aria-hidden="true">
            {move || said.get().unwrap_or_else(|| "hover or arrow keys read it off".to_owned())}
        </p>
    }
    .into_any()
}
