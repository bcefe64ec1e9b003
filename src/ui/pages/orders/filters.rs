//! Search and filters of the order list. Plain GET forms and links, because the URL is the state.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use crate::contract::{OrderCounts, OrderStatus};
use crate::ui::parts::{Icon, Shape, href_with, order_label, query_text, short, thousands};

/// The page.
pub const PATH: &str = "/shop/orders";

/// The search field, the customer field and the order of the rows.
#[component]
pub fn Filters() -> impl IntoView {
    view! {
        <div class="filters">
            <QueryField key="q" label="Search orders" placeholder="Search: name, product, id" is_search=true />
            <QueryField key="customer" label="Only this customer" placeholder="Customer, exact name" />
            <SortLink />
        </div>
    }
    .into_any()
}

/// A form of one field that sets one part of the query.
#[component]
fn QueryField(
    key: &'static str,
    label: &'static str,
    placeholder: &'static str,
    #[prop(optional)] is_search: bool,
) -> impl IntoView {
    let query = use_query_map();
    let navigate = use_navigate();
    let typed = RwSignal::new(None::<String>);
    let value = move || {
        query
            .with(|query| query_text(query, key))
            .unwrap_or_default()
    };
    // A search stands alone; the customer goes with the status. Without script the form says so by itself.
    let keeps_status = !is_search;
    let status = move || query.with(|query| query_text(query, "status"));
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let wanted = typed.get_untracked().unwrap_or_else(|| untrack(value));
        let wanted = Some(wanted.trim()).filter(|wanted| !wanted.is_empty());
        let href = query.with_untracked(|query| {
            let mut query = query.clone();
            let dropped = if is_search {
                vec!["status", "customer", "sort"]
            } else {
                vec!["q"]
            };
            for part in dropped {
                let _ = query.remove(part);
            }
            href_with(PATH, &query, key, wanted)
        });
        navigate(&href, NavigateOptions::default());
    };
    let as_of = move || query.with(|query| query_text(query, "as_of"));
    let hidden = move || {
        let status = status().filter(|_| keeps_status);
        let status =
            status.map(|value| view! { <input type="hidden" name="status" value=value /> });
        let as_of = as_of().map(|value| view! { <input type="hidden" name="as_of" value=value /> });
        view! {
            {status}
            {as_of}
        }
    };
    let clear = move || {
        let set = query.with(|query| query_text(query, key)).is_some();
        let href = query.with(|query| href_with(PATH, query, key, None));
        set.then(|| {
            view! {
                <a class="field-clear" href=href aria-label="Clear" title="Clear">
                    <Icon shape=Shape::Close />
                </a>
            }
        })
    };
    view! {
        <form class="field-search" role="search" aria-label=label action=PATH method="get" on:submit=submit>
            <Icon shape=if is_search { Shape::Search } else { Shape::Person } />
            <input
                class="input"
                type="text"
                name=key
                aria-label=label
                placeholder=placeholder
                autocomplete="off"
                data-search=is_search.then_some("")
                value=value
                prop:value=value
                on:input=move |event| typed.set(Some(event_target_value(&event)))
            />
            {hidden}
            {clear}
        </form>
    }
    .into_any()
}

#[component]
fn SortLink() -> impl IntoView {
    let query = use_query_map();
    let oldest = move || query.with(|query| query_text(query, "sort")).is_some();
    let href = move || {
        let sort = (!oldest()).then_some("oldest");
        query.with(|query| href_with(PATH, query, "sort", sort))
    };
    let word = move || {
        if oldest() {
            "Oldest first"
        } else {
            "Newest first"
        }
    };
    let is_search = move || query.with(|query| query_text(query, "q")).is_some();
    view! {
        <a class="button is-small" class:is-hidden=is_search href=href title="Turn the order around">
            {word}
        </a>
    }
    .into_any()
}

/// All orders, and those at each status.
#[component]
pub fn StatusTabs(
    /// How many there are at each.
    counts: RwSignal<OrderCounts>,
) -> impl IntoView {
    let query = use_query_map();
    let here = Memo::new(move |_| query.with(|query| query_text(query, "status")));
    let tab = move |status: Option<OrderStatus>| {
        let word = status.map(OrderStatus::as_str);
        let count = move || {
            let counts = counts.get();
            status.map_or(counts.total(), |status| counts.at(status))
        };
        let href = move || query.with(|query| href_with(PATH, query, "status", word));
        let is_here = move || (here.get().as_deref() == word).then_some("true");
        view! {
            <a href=href aria-current=is_here>
                {status.map_or("All", order_label)}
                <span class="tab-count num" title=move || thousands(count())>
                    {move || short(count())}
                </span>
            </a>
        }
    };
    let tabs: Vec<_> = std::iter::once(None)
        .chain(OrderStatus::ALL.into_iter().map(Some))
        .map(tab)
        .collect();
    view! {
        <nav class="tabs" aria-label="Orders by status">
            {tabs}
        </nav>
    }
    .into_any()
}
