//! Icons: drawn here, one weight, the colour of the text around them.

use leptos::prelude::*;

/// What an icon shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Vital signs.
    Overview,
    /// A basket.
    Shop,
    /// A log.
    Events,
    /// Consumers.
    Consumers,
    /// Two sheets.
    Copy,
    /// A cross.
    Close,
    /// A magnifier.
    Search,
    /// A person.
    Person,
    /// A plus.
    Add,
    /// Half dark, half light.
    Theme,
    /// A clock.
    Clock,
}

impl Shape {
    fn path(self) -> &'static str {
        match self {
            Shape::Overview => "M1.5 9.5h3l2-6 3 9 2-5h3",
            Shape::Shop => "M2 2.5h1.8l1.6 7.5h6.6l1.5-5.5h-9M6 13.5h.01M11.5 13.5h.01",
            Shape::Events => "M2 3.5h.01M5 3.5h9M2 8h.01M5 8h9M2 12.5h.01M5 12.5h9",
            Shape::Consumers => "M2 4h8l-2-2M10 4l-2 2M14 8h-8M2 12h11l-2-2M13 12l-2 2",
            Shape::Copy => "M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z",
            Shape::Close => "M3.5 3.5l9 9M12.5 3.5l-9 9",
            Shape::Search => "M7 2.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9M10.3 10.3l3.7 3.7",
            Shape::Person => {
                "M8 2.5a2.8 2.8 0 1 0 0 5.6a2.8 2.8 0 1 0 0-5.6M2.8 13.5c.8-2.5 2.8-3.5 5.2-3.5s4.4 1 5.2 3.5"
            }
            Shape::Add => "M8 3v10M3 8h10",
            Shape::Theme => {
                "M8 2a6 6 0 1 0 0 12a6 6 0 1 0 0-12M8 2v12M8 5l4.5-1M8 8.5h6M8 12l4.5-.5"
            }
            Shape::Clock => "M8 2a6 6 0 1 0 0 12a6 6 0 1 0 0-12M8 4.5v4l2.5 1.5",
        }
    }
}

/// An icon beside its word; alone it needs a label on the button around it.
#[component]
pub fn Icon(
    /// What it shows.
    shape: Shape,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
            <path d=shape.path() />
        </svg>
    }
    .into_any()
}
