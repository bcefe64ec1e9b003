//! Bars: one value for each bucket, oldest at the left.

mod layout;

use leptos::html::Div;
use leptos::prelude::*;

use super::measure::width_of_box;
use super::svg::Drawing;
pub use layout::Bar;

/// The height of the drawing, in pixels.
const HEIGHT: f64 = 180.0;

/// A bar chart. The page shows the same numbers as a table, so that the drawing needs only a sentence.
#[component]
pub fn Bars(
    /// The bars, from the left.
    #[prop(into)]
    bars: Signal<Vec<Bar>>,
    /// What the chart shows, in a sentence.
    #[prop(into)]
    sentence: Signal<String>,
) -> impl IntoView {
    let frame = NodeRef::<Div>::new();
    let width = width_of_box(frame);
    let drawing = move || bars.with(|bars| draw(bars, &layout::lay_out(bars, width.get(), HEIGHT)));
    view! {
        <div class="chart bars">
            <div class="chart-box" node_ref=frame>
                <svg
                    role="img"
                    aria-label=move || sentence.get()
                    viewBox=move || format!("0 0 {:.0} {HEIGHT:.0}", width.get())
                    inner_html=drawing
                ></svg>
            </div>
        </div>
    }
    .into_any()
}

fn draw(bars: &[Bar], layout: &layout::Layout) -> String {
    let mut drawing = Drawing::default();
    for (y, text) in &layout.y_ticks {
        drawing.line("grid", (layout.left, *y), (layout.right, *y));
        drawing.text("tick", text);
    }
    for (bar, place) in bars.iter().zip(&layout.bars) {
        let tip = format!("{}: {}", bar.label, bar.words);
        drawing.rect_with_tip("bar", (place.x, place.y), (place.width, place.height), &tip);
    }
    for text in &layout.x_ticks {
        drawing.text("tick", text);
    }
    drawing.finish()
}
