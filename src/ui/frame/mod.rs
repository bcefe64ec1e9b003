//! What stands around every page: navigation, the top bar, the connection line, the palette and the keyboard.

mod banner;
mod help;
mod keyboard;
mod navigation;
mod palette;
mod top_bar;

use leptos::prelude::*;

use super::live::{Connection, use_live};
use super::parts::say::SayLine;
use crate::contract::{Problem, Pulse};

pub use keyboard::on_space;

/// What is open over the page.
#[derive(Clone, Copy)]
pub struct Overlays {
    /// The palette.
    pub palette: RwSignal<bool>,
    /// The list of keys.
    pub help: RwSignal<bool>,
}

/// The first content of the frame, which the live connection moves on.
#[derive(Clone, Copy)]
struct FirstPulse(Resource<Result<Pulse, Problem>>);

/// The vital signs: the live ones, and before there are any, those that the page was rendered with.
fn use_pulse() -> Signal<Option<Pulse>> {
    let live = use_live();
    let first = expect_context::<FirstPulse>().0;
    Signal::derive(move || {
        let first = first.get().and_then(Result::ok);
        live.pulse.get().or(first)
    })
}

/// The frame around every page.
#[component]
pub fn Frame(
    /// The page.
    children: Children,
) -> impl IntoView {
    let overlays = Overlays {
        palette: RwSignal::new(false),
        help: RwSignal::new(false),
    };
    provide_context(overlays);
    keyboard::provide_keyboard(overlays);
    let pulse = Resource::new_blocking(|| (), |()| crate::api::get_pulse());
    provide_context(FirstPulse(pulse));
    let live = use_live();
    let connection = move || live.status.get().as_str();
    // Values dim when they are no longer the server's; not during the first second of a page's life.
    let is_dim = move || {
        let status = live.status.get();
        !status.is_live() && status != Connection::Connecting
    };
    view! {
        <a class="skip" href="#content">
            "Skip to the page"
        </a>
        <div class="app" data-connection=connection class:is-cut-off=is_dim>
            <navigation::Navigation />
            <div class="app-page">
                <top_bar::TopBar />
                <banner::Banner />
                <navigation::PhoneTabs />
                <main id="content" tabindex="-1">
                    {children()}
                </main>
            </div>
            <SayLine />
        </div>
        <palette::Palette />
        <help::Help />
    }
    .into_any()
}
