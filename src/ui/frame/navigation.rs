//! The places of the console: at the left, and on a phone at the bottom. What is not built yet has no link.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{Overlays, use_pulse};
use crate::contract::ConsumerState;
use crate::ui::live::use_live;
use crate::ui::parts::{Icon, Shape, short};

/// The navigation with what is worth knowing of each place.
#[component]
pub fn Navigation() -> impl IntoView {
    let pulse = use_pulse();
    let overlays = expect_context::<Overlays>();
    let events = move || pulse.get().map(|pulse| short(pulse.head.position.0));
    view! {
        <nav class="navigation" aria-label="Places">
            <a class="brand" href="/">
                <svg class="brand-mark" viewBox="0 0 24 24" aria-hidden="true">
                    <path d="M2 6.5h20M2 12.5c2.5-2 4.5-2 7 0s4.5 2 7 0 4.5-2 6 0" />
                    <path class="brand-deep" d="M2 18.5c2.5-2 4.5-2 7 0s4.5 2 7 0 4.5-2 6 0" />
                </svg>
                "Highwater"
            </a>
            <ul>
                <li>
                    <Place href="/" shape=Shape::Overview label="Overview" exact=true />
                </li>
                <li>
                    <Place href="/shop/orders" under="/shop" shape=Shape::Shop label="Shop" />
                    <ul class="sub-places">
                        <li>
                            <SubPlace href="/shop/orders" label="Orders" />
                        </li>
                        <li>
                            <SubPlace href="/shop/stock" label="Stock" />
                        </li>
                        <li>
                            <SubPlace href="/shop/sales" label="Sales" />
                        </li>
                    </ul>
                </li>
                <li>
                    <Place href="/events" also="/streams" shape=Shape::Events label="Events">
                        <Suspense>
                            <span class="place-note num">{events}</span>
                        </Suspense>
                    </Place>
                </li>
                <li>
                    <Place href="/consumers" shape=Shape::Consumers label="Consumers">
                        <ConsumersNote />
                    </Place>
                </li>
            </ul>
            <p class="navigation-foot">
                <button
                    type="button"
                    class="link-button needs-script"
                    on:click=move |_| overlays.help.set(true)
                >
                    <kbd>"?"</kbd>
                    " keys"
                </button>
                <span>{concat!("v", env!("CARGO_PKG_VERSION"))}</span>
            </p>
        </nav>
    }
    .into_any()
}

/// The pages of the shop, which the bottom navigation of a phone has no room for.
#[component]
pub fn PhoneTabs() -> impl IntoView {
    let path = use_location().pathname;
    let in_shop = Memo::new(move |_| path.with(|path| is_under(path, "/shop")));
    let tabs = move || {
        in_shop.get().then(|| {
            view! {
                <nav class="phone-tabs" aria-label="Shop">
                    <SubPlace href="/shop/orders" label="Orders" />
                    <SubPlace href="/shop/stock" label="Stock" />
                    <SubPlace href="/shop/sales" label="Sales" />
                </nav>
            }
        })
    };
    view! { {tabs} }.into_any()
}

/// How many rules are broken; where none is, how many consumers do not keep up, or are held by an operator.
#[component]
fn ConsumersNote() -> impl IntoView {
    let (live, pulse) = (use_live(), use_pulse());
    let alerts = move || pulse.with(|pulse| pulse.as_ref().map_or(0, |pulse| pulse.alerts.len()));
    let in_state = move |is_it: fn(ConsumerState) -> bool| {
        live.consumers
            .with(|rows| rows.iter().filter(|row| is_it(row.state)).count())
    };
    let late = move || {
        in_state(|state| {
            !matches!(
                state,
                ConsumerState::Ok | ConsumerState::WarmingUp | ConsumerState::Paused
            )
        })
    };
    let paused = move || in_state(|state| state == ConsumerState::Paused);
    let is_bad = move || alerts() + late() > 0;
    let text = move || match (alerts(), late(), paused()) {
        (0, 0, 0) => None,
        (0, 0, paused) => Some(format!("{paused} paused")),
        (0, late, _) => Some(format!("{late} not ok")),
        (1, ..) => Some("1 alert".to_owned()),
        (alerts, ..) => Some(format!("{alerts} alerts")),
    };
    view! {
        <Suspense>
            <span class="place-note" class:is-bad=is_bad>
                {text}
            </span>
        </Suspense>
    }
    .into_any()
}

#[component]
fn Place(
    href: &'static str,
    /// The path under which the place is current, where it is not its own address.
    #[prop(default = "")]
    under: &'static str,
    /// Another path under which it is current.
    #[prop(default = "")]
    also: &'static str,
    /// Current only at exactly its address.
    #[prop(optional)]
    exact: bool,
    shape: Shape,
    label: &'static str,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let path = use_location().pathname;
    let under = if under.is_empty() { href } else { under };
    let is_here = move || {
        path.with(|path| match exact {
            true => path == href,
            false => is_under(path, under) || (!also.is_empty() && is_under(path, also)),
        })
    };
    view! {
        <a
            class="place"
            href=href
            aria-current=move || is_here().then_some("true")
        >
            <Icon shape=shape />
            <span class="place-label">{label}</span>
            {children.map(|children| children())}
        </a>
    }
    .into_any()
}

#[component]
fn SubPlace(href: &'static str, label: &'static str) -> impl IntoView {
    let path = use_location().pathname;
    let is_here = move || path.with(|path| is_under(path, href));
    view! {
        <a class="sub-place" href=href aria-current=move || is_here().then_some("page")>
            {label}
        </a>
    }
    .into_any()
}

fn is_under(path: &str, place: &str) -> bool {
    path.strip_prefix(place)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::is_under;

    #[test]
    fn a_place_holds_what_is_below_it_and_nothing_beside_it() {
        assert!(is_under("/shop/orders/1", "/shop"));
        assert!(is_under("/shop", "/shop"));
        assert!(!is_under("/shopping", "/shop"));
    }
}
