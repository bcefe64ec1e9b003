//! Filters of the log and the switch of its tail. Links and a GET form, because the URL is the state.

use leptos::ev::Event;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use crate::ui::frame::on_space;
use crate::ui::parts::{Icon, Shape, href_with, query_text};

const PATH: &str = "/events";

/// The categories of our own streams.
const CATEGORIES: [&str; 4] = ["order", "product", "payment", "audit"];

/// The types that our own streams have, in the order in which an order meets them.
const TYPES: [&str; 29] = [
    "ProductRegistered",
    "StockReceived",
    "OrderPlaced",
    "StockReserved",
    "StockReservationRejected",
    "OrderReserved",
    "PaymentAuthorised",
    "PaymentAttemptFailed",
    "PaymentDeclined",
    "OrderPaid",
    "OrderConfirmed",
    "OrderShipped",
    "StockDispatched",
    "OrderCancelled",
    "StockReleased",
    "PaymentVoided",
    "ConsumerPaused",
    "ConsumerResumed",
    "ConsumerReset",
    "ConsumerRebuildStarted",
    "ConsumerRebuildCompared",
    "ConsumerSwitchedBack",
    "ConsumerPreviousForgotten",
    "ConsumerOperationEnded",
    "ConsumerEventParked",
    "GroupDefined",
    "GroupRemoved",
    "ParkedRetried",
    "ParkedDiscarded",
];

/// The filters.
#[component]
pub fn Filters() -> impl IntoView {
    let query = use_query_map();
    let category = Memo::new(move |_| query.with(|query| query_text(query, "category")));
    let tab = move |value: Option<&'static str>| {
        let href = move || query.with(|query| href_with(PATH, query, "category", value));
        let is_here = move || (category.get().as_deref() == value).then_some("true");
        view! {
            <a href=href aria-current=is_here>
                {value.unwrap_or("All streams")}
            </a>
        }
    };
    let tabs: Vec<_> = std::iter::once(None)
        .chain(CATEGORIES.into_iter().map(Some))
        .map(tab)
        .collect();
    view! {
        <div class="filters">
            <nav class="tabs" aria-label="Streams by category">
                {tabs}
            </nav>
            <TypeFilter />
            <ConversationChip />
        </div>
    }
    .into_any()
}

/// Which type of event; a list and, without script, a button.
#[component]
fn TypeFilter() -> impl IntoView {
    let query = use_query_map();
    let navigate = use_navigate();
    let chosen = Memo::new(move |_| query.with(|query| query_text(query, "type")));
    let choose = move |event: Event| {
        let value = event_target_value(&event);
        let value = Some(&*value).filter(|value| !value.is_empty());
        let href = query.with_untracked(|query| href_with(PATH, query, "type", value));
        navigate(&href, NavigateOptions::default());
    };
    let option = move |name: &'static str| {
        let is_chosen = move || chosen.get().as_deref() == Some(name);
        view! {
            <option value=name selected=is_chosen>
                {name}
            </option>
        }
    };
    let options: Vec<_> = TYPES.into_iter().map(option).collect();
    let category = move || {
        let category = query.with(|query| query_text(query, "category"))?;
        Some(view! { <input type="hidden" name="category" value=category /> })
    };
    view! {
        <form class="filters" action=PATH method="get">
            <select
                class="input"
                name="type"
                aria-label="Type of event"
                prop:value=move || chosen.get().unwrap_or_default()
                on:change=choose
            >
                <option value="">"All types"</option>
                {options}
            </select>
            {category}
            <button type="submit" class="button is-small without-script">
                "Filter"
            </button>
        </form>
    }
    .into_any()
}

/// The conversation that the log is narrowed to, with the way out.
#[component]
fn ConversationChip() -> impl IntoView {
    let query = use_query_map();
    let chip = move || {
        query.with(|query| {
            let id = query_text(query, "correlation")?;
            let out = href_with(PATH, query, "correlation", None);
            let end = id
                .get(id.len().saturating_sub(8)..)
                .unwrap_or(&id)
                .to_owned();
            Some(view! {
                <span class="filter-chip" title=id>
                    {format!("conversation …{end}")}
                    <a href=out aria-label="Show all conversations">
                        <Icon shape=Shape::Close />
                    </a>
                </span>
            })
        })
    };
    view! { {chip} }.into_any()
}

/// Stops and starts the tail; the URL remembers it.
#[component]
pub fn LiveSwitch(
    /// Whether it runs.
    runs: Memo<bool>,
) -> impl IntoView {
    let query = use_query_map();
    let navigate = use_navigate();
    let anchored = Memo::new(move |_| query.with(|query| query_text(query, "at")).is_some());
    let toggle = move || {
        let live = runs.get_untracked().then_some("off");
        let href = query.with_untracked(|query| href_with(PATH, query, "live", live));
        let stay = NavigateOptions {
            scroll: false,
            replace: true,
            ..NavigateOptions::default()
        };
        navigate(&href, stay);
    };
    let toggle = Callback::new(move |()| toggle());
    let press = move || toggle.run(());
    on_space(press);
    let word = move || {
        if runs.get() {
            "Stop the tail"
        } else {
            "Run the tail"
        }
    };
    let button = move || {
        (!anchored.get()).then(|| {
            view! {
                <button
                    type="button"
                    class="button is-small needs-script"
                    aria-pressed=move || runs.get().to_string()
                    aria-keyshortcuts="Space"
                    on:click=move |_| press()
                >
                    {word}
                    <kbd class="is-wide">"Space"</kbd>
                </button>
            }
        })
    };
    view! { {button} }.into_any()
}
