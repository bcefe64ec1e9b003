//! The status line: what happened, said politely, several things at once as one.

use leptos::prelude::*;
use std::time::Duration;

const GATHER: Duration = Duration::from_millis(300);
const SHOWN_FOR: Duration = Duration::from_secs(7);

/// What can be done about what was said, such as undoing it.
#[derive(Clone)]
pub struct Offer {
    /// The word on the button.
    pub label: String,
    /// What it does.
    pub act: Callback<()>,
}

/// The status line, for every part of the page.
#[derive(Clone, Copy)]
pub struct Say {
    shown: RwSignal<Vec<String>>,
    offer: RwSignal<Option<Offer>>,
    gathered: StoredValue<Vec<String>>,
    turn: StoredValue<u32>,
}

impl Say {
    /// Says a sentence.
    pub fn say(self, text: impl Into<String>) {
        self.gathered
            .update_value(|gathered| gathered.push(text.into()));
        self.schedule(None);
    }

    /// Says a sentence and offers something to do about it.
    pub fn offer(self, text: impl Into<String>, label: impl Into<String>, act: Callback<()>) {
        self.gathered
            .update_value(|gathered| gathered.push(text.into()));
        let label = label.into();
        self.schedule(Some(Offer { label, act }));
    }

    fn schedule(self, offer: Option<Offer>) {
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        let turn = self.turn.get_value();
        let is_last = move || self.turn.get_value() == turn;
        let show = move || {
            let mut gathered = self
                .gathered
                .try_update_value(std::mem::take)
                .unwrap_or_default();
            gathered.dedup();
            if !gathered.is_empty() {
                self.shown.set(gathered);
                self.offer.set(offer);
            }
        };
        set_timeout(show, GATHER);
        let clear = move || {
            if is_last() {
                self.clear();
            }
        };
        set_timeout(clear, SHOWN_FOR);
    }

    fn clear(self) {
        self.shown.set(Vec::new());
        self.offer.set(None);
    }
}

/// Makes the status line known to the page.
pub fn provide_say() -> Say {
    let say = Say {
        shown: RwSignal::new(Vec::new()),
        offer: RwSignal::new(None),
        gathered: StoredValue::new(Vec::new()),
        turn: StoredValue::new(0),
    };
    provide_context(say);
    say
}

/// The status line of this page.
///
/// # Panics
/// Outside the app, which provides it before anything else.
#[must_use]
pub fn use_say() -> Say {
    expect_context::<Say>()
}

/// Where the status line stands.
#[component]
pub fn SayLine() -> impl IntoView {
    let say = use_say();
    let offer = move || {
        say.offer.get().map(|offer| {
            let act = move |_| {
                offer.act.run(());
                say.clear();
            };
            view! {
                <button type="button" class="button is-small" on:click=act>
                    {offer.label.clone()}
                </button>
            }
        })
    };
    view! {
        <div class="say" class:is-shown=move || say.shown.with(|shown| !shown.is_empty())>
            <span role="status" aria-live="polite">
                {move || say.shown.get().join(" · ")}
            </span>
            {offer}
        </div>
    }
    .into_any()
}
