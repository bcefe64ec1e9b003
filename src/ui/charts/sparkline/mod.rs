//! A line as small as a word.

mod layout;

use leptos::prelude::*;

pub use layout::rates;

const WIDTH: f64 = 88.0;
const HEIGHT: f64 = 20.0;

/// The course of a number. The number itself stands beside it, so the drawing is decoration for screen readers.
#[component]
pub fn Sparkline(
    /// The values at equal distances, oldest first; `None` where it is not known.
    #[prop(into)]
    values: Signal<Vec<Option<f64>>>,
) -> impl IntoView {
    view! {
        <svg class="sparkline" aria-hidden="true" viewBox=format!("0 0 {WIDTH:.0} {HEIGHT:.0}")>
            <path d=move || values.with(|values| layout::path(values, WIDTH, HEIGHT))></path>
        </svg>
    }
    .into_any()
}
