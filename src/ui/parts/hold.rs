//! Rows never move under the pointer: what arrives while a person reads or points is held back and counted.

use leptos::prelude::*;
use std::time::Duration;

use crate::ui::browser;

/// A resting pointer stops counting as pointing after this long, in microseconds.
const RESTED_MICROS: i64 = 2_000_000;
/// Further down than this, in pixels, the head of the list is no longer what is read.
const AWAY_PX: f64 = 120.0;
const CHECK_EVERY: Duration = Duration::from_millis(200);

/// Whether arrivals are held back at present.
#[derive(Clone, Copy)]
pub struct Hold {
    pointed_at: StoredValue<Option<i64>>,
    /// Whether the page is scrolled away from the head of the list.
    pub away: RwSignal<bool>,
}

impl Hold {
    /// Whether what arrives is to wait.
    #[must_use]
    pub fn is_holding(self) -> bool {
        self.away.get_untracked() || self.is_pointing()
    }

    fn is_pointing(self) -> bool {
        let pointed_at = self.pointed_at.try_get_value().flatten();
        pointed_at.is_some_and(|at| browser::clock_micros() - at < RESTED_MICROS)
    }

    /// The pointer has moved over the rows.
    pub fn pointer_moved(self) {
        self.pointed_at.set_value(Some(browser::clock_micros()));
    }

    /// The pointer has left the rows.
    pub fn pointer_left(self) {
        self.pointed_at.set_value(None);
    }

    /// Goes back to the head, where nothing is held.
    pub fn return_to_head(self) {
        self.pointer_left();
        self.away.set(false);
        browser::scroll_to_top();
    }
}

/// Watches pointer and scrolling; `release` is called whenever nothing needs to be held any more.
pub fn use_hold(release: impl Fn() + Send + Sync + 'static) -> Hold {
    let hold = Hold {
        pointed_at: StoredValue::new(None),
        away: RwSignal::new(false),
    };
    let release = Callback::new(move |()| release());
    Effect::new(move |_| {
        let was_holding = StoredValue::new(false);
        let check = move || {
            let Some(away) = hold.away.try_get_untracked() else {
                return;
            };
            let is_away = browser::scroll_top() > AWAY_PX;
            if away != is_away {
                hold.away.set(is_away);
            }
            let holding = hold.is_holding();
            if was_holding.try_get_value() == Some(true) && !holding {
                release.run(());
            }
            let _ = was_holding.try_set_value(holding);
        };
        let interval = set_interval_with_handle(check, CHECK_EVERY).ok();
        let scroll = window_event_listener_untyped("scroll", move |_| check());
        on_cleanup(move || {
            scroll.remove();
            if let Some(interval) = interval {
                interval.clear();
            }
        });
    });
    hold
}
