//! The position-time chart: time across, position up; the head is one line and each consumer another.

mod cursor;
mod draw;
mod end_labels;
mod gap;
mod layout;
mod series;
mod words;

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html::Div;
use leptos::prelude::*;

use super::clock::ClockAxis;
use super::keys::Step;
use super::measure::{pointer_in, width_of_box};
use super::pace::frames;
use super::table::ChartTable;
use crate::contract::{ConsumerRow, PositionSample};
use cursor::Cursor;
use gap::Gap;
use layout::{Input, Layout};
use series::Series;

/// The height of the drawing, in pixels.
const HEIGHT: f64 = 270.0;

/// Where everyone was over the last minutes.
#[component]
pub fn PositionTime(
    /// Where everyone was, oldest first.
    #[prop(into)]
    samples: Signal<Vec<PositionSample>>,
    /// The consumers, for the state of each.
    #[prop(into)]
    consumers: Signal<Vec<ConsumerRow>>,
    /// How times are said.
    #[prop(into)]
    clock: Signal<ClockAxis>,
    /// Only this consumer beside the head.
    #[prop(optional, into)]
    only: Option<String>,
) -> impl IntoView {
    let frame = NodeRef::<Div>::new();
    let width = width_of_box(frame);
    let only = StoredValue::new(only);
    let drawn = frames(move || {
        samples.track();
        consumers.track();
    });
    let lines = Memo::new(move |_| {
        drawn.track();
        let (samples, consumers) = (samples.read_untracked(), consumers.read_untracked());
        only.with_value(|only| series::series(&samples, &consumers, only.as_deref()))
    });
    let layout = Memo::new(move |_| {
        drawn.track();
        let (samples, series) = (samples.read_untracked(), lines.read());
        layout::lay_out(&Input {
            samples: &samples,
            series: &series,
            clock: clock.get(),
            width: width.get(),
            height: HEIGHT,
        })
    });
    let words = Memo::new(move |_| words::sentence(&samples.read(), &lines.read()));
    let rows = Signal::derive(move || words::rows(&samples.read(), &lines.read()));
    view! {
        <div class="chart position-time">
            <p class="visually-hidden">{move || words.get()}</p>
            <Measured frame samples lines layout clock width/>
            {move || layout.with(|l| l.as_ref().is_some_and(|l| l.narrow)).then(|| legend(lines))}
            <ChartTable caption="Where everyone is".to_owned() heads=words::HEADS rows/>
        </div>
    }
    .into_any()
}

/// The drawing, with the cursor that measures the gaps.
#[component]
fn Measured(
    frame: NodeRef<Div>,
    samples: Signal<Vec<PositionSample>>,
    lines: Memo<Vec<Series>>,
    layout: Memo<Option<Layout>>,
    clock: Signal<ClockAxis>,
    width: Signal<f64>,
) -> impl IntoView {
    let cursor = RwSignal::new(None::<Cursor>);
    let measured = Memo::new(move |_| {
        let (samples, lines) = (samples.read(), lines.read());
        let cursor = cursor.get()?;
        let series = cursor.series(&lines)?;
        let gap = Gap::at(&samples, series, cursor.index(&samples)?)?;
        let now = samples.last()?.at;
        Some((gap.words(&series.name, clock.get(), now), gap))
    });
    let said = move || measured.with(|m| m.as_ref().map(|(words, _)| words.clone()));
    let follow = move |event: PointerEvent| {
        let layout = layout.read_untracked();
        if let (Some((x, y)), Some(layout)) = (pointer_in(&event), layout.as_ref()) {
            let (samples, lines) = (samples.read_untracked(), lines.read_untracked());
            cursor.set(Cursor::nearest(&samples, &lines, &layout.geometry, (x, y)));
        }
    };
    let step = move |event: KeyboardEvent| {
        let Some(step) = Step::of_key(&event.key(), event.shift_key()) else {
            return;
        };
        event.prevent_default();
        cursor.update(|cursor| {
            *cursor = Cursor::stepped(
                cursor.take(),
                step,
                &samples.read_untracked(),
                &lines.read_untracked(),
            );
        });
    };
    let overlay = move || {
        let layout = layout.read();
        measured.with(|measured| match (measured, layout.as_ref()) {
            (Some((_, gap)), Some(layout)) => draw::draw_gap(&gap::place(gap, &layout.geometry)),
            _ => String::new(),
        })
    };
    let at = move || {
        cursor
            .get()
            .and_then(|cursor| cursor.index(&samples.read()))
    };
    let last = move || samples.with(|samples| samples.len().saturating_sub(1));
    view! {
        <div
            class="chart-box"
            node_ref=frame
            tabindex="0"
            role="slider"
            aria-label="Gap to the head: left and right move through time, up and down through the consumers"
            aria-valuemin="0"
            aria-valuemax=last
            aria-valuenow=move || at().unwrap_or_else(last)
            aria-valuetext=move || said().unwrap_or_else(|| "not measuring".to_owned())
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
            {move || {
                said().unwrap_or_else(|| "upright gap: events behind · level gap: age · hover or arrow keys measure both".to_owned())
            }}
        </p>
    }
    .into_any()
}

/// Which line is whose, where the lines have no names at their ends.
fn legend(lines: Memo<Vec<Series>>) -> impl IntoView {
    let item = |series: &Series| {
        let words = match &series.note {
            Some(note) => format!("{} · {note}", series.name),
            None => series.name.clone(),
        };
        view! { <li class=draw::class("legend", series.colour())>{words}</li> }
    };
    view! { <ul class="chart-legend">{move || lines.read().iter().map(item).collect::<Vec<_>>()}</ul> }
}
