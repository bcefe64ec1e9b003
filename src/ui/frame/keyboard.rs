//! Keys: `/` search, `?` help, `g` then a letter for places, `j`/`k` rows, space for live, Ctrl/Cmd-K for the palette.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::Overlays;
use crate::ui::browser;

/// The places by their letter after `g`.
pub const PLACES: [(&str, &str, &str); 8] = [
    ("o", "/", "Overview"),
    ("s", "/shop/orders", "Orders"),
    ("n", "/shop/orders/new", "Place an order"),
    ("t", "/shop/stock", "Stock"),
    ("a", "/shop/sales", "Sales"),
    ("e", "/events", "Events"),
    ("c", "/consumers", "Consumers"),
    ("b", "", "Back"),
];

/// A `g` counts for this long, in microseconds.
const CHORD_MICROS: i64 = 1_500_000;

/// What space does on the present page.
#[derive(Clone, Copy)]
struct SpaceKey(RwSignal<Option<Callback<()>>>);

/// Lets space do something while the present page is there: stop and start what runs live.
pub fn on_space(act: impl Fn() + Send + Sync + 'static) {
    if let Some(SpaceKey(key)) = use_context::<SpaceKey>() {
        key.set(Some(Callback::new(move |()| act())));
        on_cleanup(move || {
            let _ = key.try_set(None);
        });
    }
}

/// Listens to the keyboard.
pub fn provide_keyboard(overlays: Overlays) {
    let space = RwSignal::new(None);
    provide_context(SpaceKey(space));
    let navigate = use_navigate();
    let chord_at = StoredValue::new(0_i64);
    Effect::new(move |_| {
        let navigate = navigate.clone();
        let go = move |href: &str| match href {
            "" => browser::go_back(),
            href => navigate(href, NavigateOptions::default()),
        };
        let listener = window_event_listener(leptos::ev::keydown, move |event| {
            on_key(&event, overlays, space, chord_at, &go);
        });
        on_cleanup(move || listener.remove());
    });
}

fn on_key(
    event: &KeyboardEvent,
    overlays: Overlays,
    space: RwSignal<Option<Callback<()>>>,
    chord_at: StoredValue<i64>,
    go: &impl Fn(&str),
) {
    let key = event.key();
    if (event.ctrl_key() || event.meta_key()) && key.eq_ignore_ascii_case("k") {
        event.prevent_default();
        overlays.palette.update(|open| *open = !*open);
        return;
    }
    if event.ctrl_key() || event.meta_key() || event.alt_key() || browser::open_dialog() {
        return;
    }
    if browser::is_typing() {
        if key == "Escape" {
            browser::blur_focus();
        }
        return;
    }
    let now = browser::clock_micros();
    if now - chord_at.get_value() < CHORD_MICROS {
        chord_at.set_value(0);
        if let Some((_, href, _)) = PLACES.iter().find(|(letter, _, _)| *letter == key) {
            event.prevent_default();
            go(href);
        }
        return;
    }
    match &*key {
        "g" => chord_at.set_value(now),
        "/" => {
            event.prevent_default();
            if !browser::focus_first("main [data-search]") {
                overlays.palette.set(true);
            }
        }
        "?" => overlays.help.set(true),
        "j" => browser::move_row_focus(1),
        "k" => browser::move_row_focus(-1),
        " " => {
            // On a button or link space is its own.
            let act = space
                .get_untracked()
                .filter(|_| !browser::focus_is_control());
            if let Some(act) = act {
                event.prevent_default();
                act.run(());
            }
        }
        _ => {}
    }
}
