//! Orders: every order by status, with one's own on top until the read model has them; and all of it as it was.

mod filters;
mod ghosts;
mod list;
mod past;
mod past_row;
mod past_search;
mod rows;
mod search;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use super::PageHead;
use super::past::{TimeSlider, use_past};
use crate::api::list_orders;
use crate::contract::{OrderQuery, OrderSort, OrderStatus};
use crate::ui::parts::{Icon, Shape, answered, query_text};

pub use ghosts::GhostOrders;

/// What the URL asks for.
fn wanted(query: &ParamsMap) -> OrderQuery {
    let status = query_text(query, "status");
    let oldest = query_text(query, "sort").is_some_and(|sort| sort == "oldest");
    OrderQuery {
        status: status.and_then(|word| OrderStatus::parse(&word)),
        customer: query_text(query, "customer"),
        sort: if oldest {
            OrderSort::Oldest
        } else {
            OrderSort::Newest
        },
        cursor: None,
        limit: Some(100),
    }
}

/// The page: the list, or what a search found.
#[component]
pub fn OrdersPage() -> impl IntoView {
    let query = use_query_map();
    let words = Memo::new(move |_| query.with(|query| query_text(query, "q")));
    let is_search = Memo::new(move |_| words.with(Option::is_some));
    let past = use_past(filters::PATH);
    let is_past = Memo::new(move |_| past.is_past());
    let content = move || match (is_search.get(), is_past.get()) {
        (true, false) => view! { <search::SearchResults words=words /> }.into_any(),
        (false, false) => view! { <AllOrders /> }.into_any(),
        (true, true) => view! { <past_search::SearchResultsThen words past /> }.into_any(),
        (false, true) => view! { <past::AllOrdersThen past /> }.into_any(),
    };
    let actions = || {
        view! {
            <a class="button is-primary" href="/shop/orders/new">
                <Icon shape=Shape::Add />
                "Place an order"
            </a>
        }
    };
    view! {
        <PageHead title="Orders" actions=actions />
        <filters::Filters />
        <TimeSlider past />
        {content}
    }
    .into_any()
}

#[component]
fn AllOrders() -> impl IntoView {
    let query = use_query_map();
    let wanted = Memo::new(move |_| query.with(wanted));
    let orders = Resource::new_blocking(move || wanted.get(), list_orders);
    let state = list::OrdersState::new();
    let again = Callback::new(move |()| orders.refetch());
    answered(orders, move |view| {
        list::show(state, wanted.get_untracked(), view, again)
    })
}
