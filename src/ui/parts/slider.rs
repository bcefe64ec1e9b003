//! A slider through a history: a native range with a link to either side. Without script the links and a button do the
//! same.

use leptos::prelude::*;

/// The way through a history, from its first event to its last.
#[component]
pub fn Slider(
    /// The page, without what is asked of it.
    #[prop(into)]
    action: String,
    /// What the page's address calls the place in the history.
    name: &'static str,
    /// What the slider moves.
    label: &'static str,
    /// The last place.
    #[prop(into)]
    max: Signal<u64>,
    /// Where the slider stands.
    #[prop(into)]
    value: Signal<u64>,
    /// Where it stands, for those who hear it.
    #[prop(into)]
    words: Signal<String>,
    /// The page's address at a place.
    #[prop(into)]
    href: Callback<u64, String>,
    /// The hand has moved it to a place.
    #[prop(into)]
    on_move: Callback<u64>,
    /// The hand rests.
    #[prop(into)]
    on_rest: Callback<()>,
    /// The rest of what is asked of the page, as fields.
    #[prop(optional, into)]
    fields: ViewFn,
) -> impl IntoView {
    let moved = move |event: leptos::ev::Event| {
        if let Ok(place) = event_target_value(&event).parse() {
            on_move.run(place);
        }
    };
    let place = move || value.get().to_string();
    let earlier = Signal::derive(move || value.get().checked_sub(1).filter(|to| *to > 0));
    let later = Signal::derive(move || Some(value.get() + 1).filter(|to| *to <= max.get()));
    view! {
        <form class="slider" action=action method="get">
            {fields.run()}
            <Neighbour words="‹ Earlier" label="One event earlier" to=earlier href/>
            <input
                class="slider-range"
                type="range"
                name=name
                min="1"
                max=move || max.get().to_string()
                step="1"
                value=place
                prop:value=place
                aria-label=label
                aria-valuetext=words
                on:input=moved
                on:change=move |_| on_rest.run(())
            />
            <Neighbour words="Later ›" label="One event later" to=later href/>
            <button class="button without-script">"Show"</button>
        </form>
    }
    .into_any()
}

/// The link to the place before or after.
#[component]
fn Neighbour(
    words: &'static str,
    label: &'static str,
    to: Signal<Option<u64>>,
    href: Callback<u64, String>,
) -> impl IntoView {
    // A link without an address is one that cannot be followed; it stays in place, and keeps the focus.
    let href = move || to.get().map(|to| href.run(to));
    let off = move || to.get().is_none().then_some("true");
    view! {
        <a class="button" href=href aria-label=label aria-disabled=off role="link" data-noscroll>
            {words}
        </a>
    }
    .into_any()
}
