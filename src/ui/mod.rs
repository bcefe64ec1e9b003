//! The pages: the document, the frame around every page, the pages, and the parts they are made of.
//!
//! Everything here runs on the server, which renders a page once, and in the browser, which takes it over. What only
//! a browser can do stands in `browser` and in the client of `live`, each in two versions with one signature.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{FlatRoutes, Redirect, Route, Router};
use leptos_router::{SsrMode, path};

pub mod assets;
pub mod browser;
pub mod charts;
pub mod frame;
pub mod live;
pub mod pages;
pub mod parts;
pub mod pending;
pub mod prefs;
mod shell;

pub use assets::SiteAssets;
pub use shell::shell;

use frame::Frame;
use pages::{
    consumers::{ConsumerPage, ConsumersPage},
    event::EventPage,
    events::EventsPage,
    missing::MissingPage,
    order::OrderPage,
    orders::OrdersPage,
    overview::OverviewPage,
    place_order::PlaceOrderPage,
    reference::ReferencePage,
    sales::SalesPage,
    stock::StockPage,
    stream::StreamPage,
};

/// The whole page. Every route is rendered in one piece, so that it is complete without script.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    prefs::provide_prefs();
    parts::provide_say();
    pending::provide_pending();
    live::provide_live();
    // Where a server function redirects a browser without script, a living page decides for itself where to go.
    let _ = leptos::server_fn::redirect::set_redirect_hook(|_| {});
    let whole = || SsrMode::Async;
    view! {
        <Title formatter=|title: String| format!("{title} · Highwater") text="Highwater" />
        <Router>
            <Frame>
                <FlatRoutes fallback=MissingPage>
                    <Route path=path!("/") view=OverviewPage ssr=whole() />
                    <Route
                        path=path!("/shop")
                        view=|| view! { <Redirect path="/shop/orders" /> }
                        ssr=whole()
                    />
                    <Route path=path!("/shop/orders") view=OrdersPage ssr=whole() />
                    <Route path=path!("/shop/orders/new") view=PlaceOrderPage ssr=whole() />
                    <Route path=path!("/shop/orders/:id") view=OrderPage ssr=whole() />
                    <Route path=path!("/shop/stock") view=StockPage ssr=whole() />
                    <Route path=path!("/shop/sales") view=SalesPage ssr=whole() />
                    <Route path=path!("/events") view=EventsPage ssr=whole() />
                    <Route path=path!("/events/:id") view=EventPage ssr=whole() />
                    <Route path=path!("/streams/:name") view=StreamPage ssr=whole() />
                    <Route path=path!("/api") view=ReferencePage ssr=whole() />
                    <Route path=path!("/consumers") view=ConsumersPage ssr=whole() />
                    <Route path=path!("/consumers/:name") view=ConsumerPage ssr=whole() />
                </FlatRoutes>
            </Frame>
        </Router>
    }
}
