//! A table of any length: rows of one height, of which only those in sight are in the document.
//!
//! It scrolls with the page. Spacers stand for the rows before and after; `aria-rowcount` and `aria-rowindex` tell a
//! screen reader the whole. The server renders the first rows, so that the table is there without script.

pub mod window;

use leptos::{html, prelude::*};
use std::sync::Arc;

use crate::ui::browser;
use window::{RowWindow, rows_in_sight};

/// A row's identity, which stays when rows before it come or go: an id or a position.
pub type RowKey = u128;

/// The height of a row in pixels; `style/table.css` says the same.
pub const ROW_HEIGHT: f64 = 33.0;
/// How many rows the server renders.
const FIRST_ROWS: usize = 50;
/// Nearer than this many rows to the end, more are asked for.
const NEAR_END: usize = 30;

/// A column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its heading.
    pub title: &'static str,
    /// The class of its cells, which gives its width and alignment in `style/`.
    pub class: &'static str,
}

impl Column {
    /// A column with its heading and the class of its cells.
    #[must_use]
    pub const fn new(title: &'static str, class: &'static str) -> Column {
        Column { title, class }
    }
}

/// Tells the key of the row at a place; reads signals, so that the table follows them.
pub type KeyAt = Arc<dyn Fn(usize) -> Option<RowKey> + Send + Sync>;
/// Renders the cells (`<td>`) of the row with a key.
pub type RowCells = Arc<dyn Fn(RowKey) -> AnyView + Send + Sync>;

/// A table of any length.
#[component]
pub fn VirtualTable(
    /// What it lists, for its caption.
    #[prop(into)]
    label: String,
    /// A word for its own styles.
    class: &'static str,
    /// Its columns.
    columns: &'static [Column],
    /// How many rows are loaded.
    #[prop(into)]
    len: Signal<usize>,
    /// How many there are in all, where that is known.
    #[prop(optional, into)]
    total: Signal<Option<u64>>,
    /// The key of the row at a place.
    key_at: KeyAt,
    /// The cells of a row.
    cells: RowCells,
    /// Rows that stand before all others, such as ghosts.
    #[prop(optional, into)]
    before: ViewFn,
    /// Called when the end comes into sight.
    #[prop(optional, into)]
    on_end: Option<Callback<()>>,
) -> impl IntoView {
    let body = NodeRef::<html::Tbody>::new();
    let sight = RwSignal::new(RowWindow {
        first: 0,
        count: FIRST_ROWS,
    });
    follow_scrolling(body, sight, len, on_end);

    // The rendered rows, with the place of the first: at the end of a list that has become shorter, fewer.
    let shown = Memo::new(move |_| {
        let len = len.get();
        let RowWindow { first, count } = sight.get();
        let first = first.min(len.saturating_sub(1));
        RowWindow {
            first,
            count: count.min(len - first.min(len)),
        }
    });
    let rows = move || {
        let RowWindow { first, count } = shown.get();
        (first..first + count)
            .filter_map(|place| key_at(place))
            .collect::<Vec<_>>()
    };
    let row = move |place: ReadSignal<usize>, key: RowKey| {
        let index = move || shown.with(|shown| shown.first) + place.get() + 2;
        view! { <tr aria-rowindex=index>{cells(key)}</tr> }
    };
    let before_px = move || shown.with(|shown| shown.first as f64 * ROW_HEIGHT);
    let after_px = move || {
        let shown = shown.get();
        let after = len.get().saturating_sub(shown.first + shown.count);
        after as f64 * ROW_HEIGHT
    };
    let row_count = move || match total.get() {
        Some(total) => i64::try_from(total).map_or(-1, |total| total + 1),
        None => -1,
    };
    let headings: Vec<_> = columns
        .iter()
        .map(|column| view! { <th scope="col" class=column.class>{column.title}</th> })
        .collect();
    view! {
        <table class=format!("table is-virtual {class}") aria-rowcount=row_count>
            <caption class="visually-hidden">{label}</caption>
            <thead>
                <tr aria-rowindex="1">{headings}</tr>
            </thead>
            <tbody class="table-before">{before.run()}</tbody>
            <tbody aria-hidden="true" class="spacer">
                <tr>{spacer(before_px)}</tr>
            </tbody>
            <tbody node_ref=body>
                <ForEnumerate each=rows key=|key| *key children=row />
            </tbody>
            <tbody aria-hidden="true" class="spacer">
                <tr>{spacer(after_px)}</tr>
            </tbody>
        </table>
    }
    .into_any()
}

/// A cell as high as the rows that it stands for; one is enough, since columns may be hidden. The height is an attribute: a `style` would need a hole in the CSP.
fn spacer(height_px: impl Fn() -> f64 + Send + 'static) -> impl IntoView {
    html::td().attr("height", height_px)
}

/// Keeps the window of rows where the page is scrolled to, at most once a frame of the screen.
fn follow_scrolling(
    body: NodeRef<html::Tbody>,
    sight: RwSignal<RowWindow>,
    len: Signal<usize>,
    on_end: Option<Callback<()>>,
) {
    let measure = move || {
        let Some(body) = body.try_get_untracked().flatten() else {
            return;
        };
        let Some(first) = sight.try_with_untracked(|sight| sight.first) else {
            return;
        };
        let len = len.get_untracked();
        let top = browser::top_of(&body) - first.min(len) as f64 * ROW_HEIGHT;
        let height = window()
            .inner_height()
            .ok()
            .and_then(|height| height.as_f64());
        let now = rows_in_sight(top, height.unwrap_or(800.0), ROW_HEIGHT, len);
        if sight.get_untracked() != now {
            sight.set(now);
        }
        if let Some(on_end) = on_end
            && now.first + now.count + NEAR_END > len
        {
            on_end.run(());
        }
    };
    let scheduled = StoredValue::new(false);
    let schedule = move || {
        if scheduled.try_get_value() == Some(false) {
            scheduled.set_value(true);
            request_animation_frame(move || {
                scheduled.try_set_value(false);
                measure();
            });
        }
    };
    Effect::new(move |_| {
        // Another length can bring the end into sight without scrolling.
        len.track();
        schedule();
    });
    Effect::new(move |_| {
        let scroll = window_event_listener_untyped("scroll", move |_| schedule());
        let resize = window_event_listener_untyped("resize", move |_| schedule());
        on_cleanup(move || {
            scroll.remove();
            resize.remove();
        });
    });
}
