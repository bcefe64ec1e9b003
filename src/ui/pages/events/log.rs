//! The log as it runs: frames are gathered and drawn once a frame of the screen, however many come.

use leptos::prelude::*;
use std::sync::Arc;

use super::cells::{COLUMNS, cells};
use super::tail::{ROWS_KEPT, Tail};
use super::{PAGE, Wanted};
use crate::api::list_events;
use crate::contract::{Delta, Direction, EventPage, Position, RecordedEvent, Topic};
use crate::ui::live::{Frame, use_live};
use crate::ui::parts::virtual_table::{KeyAt, RowCells};
use crate::ui::parts::{
    AsOfLine, Empty, Hold, Say, VirtualTable, position_text, thousands, use_hold, use_say,
};

/// What the page shows. It belongs to the page and outlives each answer.
#[derive(Clone, Copy)]
pub struct LogState {
    tail: RwSignal<Tail>,
    as_of: RwSignal<Position>,
    wanted: StoredValue<Wanted>,
    /// Frames that wait for the next frame of the screen.
    gathered: StoredValue<Gathered>,
    loading: StoredValue<bool>,
    hold: Hold,
    /// Whether the tail is on, as the URL says.
    runs: Memo<bool>,
    say: Say,
}

#[derive(Default)]
struct Gathered {
    events: Vec<RecordedEvent>,
    skipped: u64,
    as_of: Position,
    is_scheduled: bool,
}

impl LogState {
    /// An empty log.
    pub fn new(runs: Memo<bool>) -> LogState {
        let tail = RwSignal::new(Tail::default());
        let state = LogState {
            tail,
            as_of: RwSignal::new(Position::START),
            wanted: StoredValue::new(Wanted::default()),
            gathered: StoredValue::new(Gathered::default()),
            loading: StoredValue::new(false),
            hold: use_hold(move || {
                if runs.try_get_untracked() == Some(true) {
                    tail.try_update(Tail::release);
                }
            }),
            runs,
            say: use_say(),
        };
        Effect::new(move |_| {
            if runs.get() {
                state.resume();
            }
        });
        state
    }

    /// Lets in what waits. With an anchor the page stays where it is.
    fn resume(self) {
        if self.wanted.with_value(|wanted| wanted.at.is_none()) {
            self.tail.update(Tail::release);
        }
    }

    fn gather(self, frame: Frame) {
        let schedule = self.gathered.try_update_value(|gathered| {
            gathered.as_of = frame.position;
            if let Delta::Events { events, skipped } = frame.delta {
                gathered.events.extend(events);
                gathered.skipped += skipped;
            }
            !std::mem::replace(&mut gathered.is_scheduled, true)
        });
        if schedule == Some(true) {
            request_animation_frame(move || self.draw());
        }
    }

    fn draw(self) {
        let Some(gathered) = self.gathered.try_update_value(std::mem::take) else {
            return;
        };
        self.as_of.set(gathered.as_of);
        if gathered.events.is_empty() {
            return;
        }
        let hold = !self.runs.get_untracked() || self.hold.is_holding();
        self.tail
            .update(|tail| tail.push(gathered.skipped, gathered.events, hold));
    }

    /// Asks for older events, once at a time.
    fn load_older(self) {
        let oldest = self
            .tail
            .with_untracked(|tail| tail.oldest().filter(|_| tail.has_older));
        let (Some(oldest), false) = (oldest, self.loading.get_value()) else {
            return;
        };
        // At the head nobody reads the end: the cap has just let it go.
        let is_full = self.tail.with_untracked(|tail| tail.len() >= ROWS_KEPT);
        if is_full && !self.hold.away.get_untracked() {
            return;
        }
        self.loading.set_value(true);
        let wanted = self.wanted.get_value();
        leptos::task::spawn_local(async move {
            let filter = wanted.filter.clone();
            let page = list_events(filter, Some(oldest), Direction::Backward, PAGE).await;
            let _ = self.loading.try_set_value(false);
            // The log may have been filtered anew meanwhile; then its end is another.
            if self.wanted.try_with_value(|now| *now == wanted) != Some(true) {
                return;
            }
            match page {
                Ok(page) => self
                    .tail
                    .update(|tail| tail.append_older(page.events, page.next.is_some())),
                Err(problem) => self
                    .say
                    .say(format!("Older events could not be loaded. {problem}")),
            }
        });
    }
}

/// Shows a page of the log and, without an anchor, keeps it live from there.
pub(super) fn show(
    state: LogState,
    wanted: Wanted,
    page: EventPage,
    again: Callback<()>,
) -> AnyView {
    let is_filtered = wanted.filter != crate::contract::EventFilter::default();
    let (at, filter) = (wanted.at, wanted.filter.clone());
    state.wanted.set_value(wanted);
    state.as_of.set(page.head);
    state.gathered.set_value(Gathered::default());
    state.tail.set(Tail::new(page.events, page.next.is_some()));
    if at.is_none() {
        use_live()
            .watch(Topic::Events { filter }, page.head, move |frame| {
                state.gather(frame)
            })
            .on_reset(move |_| again.run(()));
    }
    log_view(state, at, is_filtered)
}

fn log_view(state: LogState, at: Option<Position>, is_filtered: bool) -> AnyView {
    let LogState { tail, hold, .. } = state;
    let len = Memo::new(move |_| tail.with(Tail::len));
    let key_at: KeyAt = Arc::new(move |place| tail.with(|tail| tail.key_at(place)));
    let cells: RowCells = Arc::new(move |key| cells(tail, key));
    let title = match at {
        Some(at) => format!("The log up to {}", position_text(at)),
        None => "The log, newest first".to_owned(),
    };
    let anchor = at.map(|_| {
        view! {
            <a href="/events" class="button is-small">
                "Go to the head"
            </a>
        }
    });
    let cap = at.is_none().then(|| {
        format!(
            " · the newest {} rows are kept",
            thousands(ROWS_KEPT as u64)
        )
    });
    view! {
        <section class="panel is-flush" aria-label="The log">
            <header class="panel-head">
                <h2>{title}</h2>
                <span class="panel-aside">
                    <AsOfLine as_of=state.as_of />
                    <span class="is-wide">{cap}</span>
                    {anchor}
                </span>
            </header>
            <Waiting state=state />
            <div on:pointermove=move |_| hold.pointer_moved() on:pointerleave=move |_| hold.pointer_left()>
                <VirtualTable
                    label="Events"
                    class="events"
                    columns=COLUMNS
                    len=len
                    key_at=key_at
                    cells=cells
                    on_end=Callback::new(move |()| state.load_older())
                />
            </div>
            {move || (len.get() == 0).then(|| nothing(is_filtered))}
        </section>
    }
    .into_any()
}

/// How many events wait while the tail is off or the person reads, and the way back to the head.
#[component]
fn Waiting(state: LogState) -> impl IntoView {
    let waiting = Memo::new(move |_| state.tail.with(Tail::waiting));
    let text = move || match waiting.get() {
        1 => "1 new event".to_owned(),
        waiting => format!("{} new events", thousands(waiting)),
    };
    let to_head = move |_| {
        state.hold.return_to_head();
        state.tail.update(Tail::release);
    };
    let button = move || {
        (waiting.get() > 0).then(|| {
            view! {
                <button type="button" class="held" on:click=to_head>
                    {text}
                </button>
            }
        })
    };
    view! { <div class="held-place">{button}</div> }.into_any()
}

fn nothing(is_filtered: bool) -> AnyView {
    if is_filtered {
        view! {
            <Empty title="No event matches the filter yet.">
                <a href="/events">"Show all events"</a>
            </Empty>
        }
        .into_any()
    } else {
        view! {
            <Empty title="The log is empty: nothing has happened yet.">
                "Let the " <a href="/">"overview"</a> " bring the system to life, or "
                <a href="/shop/stock">"register a product"</a> "."
            </Empty>
        }
        .into_any()
    }
}
