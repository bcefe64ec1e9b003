//! The palette: go anywhere and do anything by typing a few letters.

use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::Overlays;
use super::keyboard::PLACES;
use crate::contract::{OrderId, StreamName};
use crate::ui::live::use_live;
use crate::ui::parts::Dialog;
use crate::ui::prefs::{Prefs, Theme, Times, use_prefs};

#[derive(Clone, PartialEq)]
enum Act {
    Go(String),
    Theme(Theme),
    Times(Times),
    Keys,
}

#[derive(Clone, PartialEq)]
struct Entry {
    label: String,
    hint: &'static str,
    act: Act,
}

fn entry(label: impl Into<String>, hint: &'static str, act: Act) -> Entry {
    Entry {
        label: label.into(),
        hint,
        act,
    }
}

/// What the typed text itself names: a position, an id, a stream; and always a search.
fn named_by(text: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    let digits = text.trim_start_matches('#').replace(',', "");
    if let Ok(position) = digits.parse::<u64>() {
        let go = Act::Go(format!("/events?at={position}"));
        entries.push(entry(format!("Event #{position}"), "position", go));
    }
    if let Ok(id) = text.parse::<OrderId>() {
        entries.push(entry(
            "Order with this id",
            "order",
            Act::Go(format!("/shop/orders/{id}")),
        ));
        entries.push(entry(
            "Event with this id",
            "event",
            Act::Go(format!("/events/{id}")),
        ));
    }
    if text.contains('-')
        && let Ok(stream) = StreamName::try_new(text)
    {
        let go = Act::Go(format!("/streams/{stream}"));
        entries.push(entry(format!("Stream {stream}"), "stream", go));
    }
    entries
}

fn search_for(text: &str) -> Entry {
    let query = [("q", text.to_owned())];
    let query: leptos_router::params::ParamsMap = query.into_iter().collect();
    let go = Act::Go(format!("/shop/orders{}", query.to_query_string()));
    entry(format!("Search orders for “{text}”"), "search", go)
}

fn standing(consumers: &[String]) -> Vec<Entry> {
    let places = PLACES
        .iter()
        .filter(|(_, href, _)| !href.is_empty())
        .map(|(_, href, name)| entry(*name, "page", Act::Go((*href).to_owned())));
    let consumers = consumers.iter().map(|name| {
        let go = Act::Go(format!("/consumers/{name}"));
        entry(name.clone(), "consumer", go)
    });
    let acts = [
        entry("API for programs", "page", Act::Go("/api".to_owned())),
        entry("Theme: as the system", "action", Act::Theme(Theme::System)),
        entry("Theme: light", "action", Act::Theme(Theme::Light)),
        entry("Theme: dark", "action", Act::Theme(Theme::Dark)),
        entry("Times: relative", "action", Act::Times(Times::Relative)),
        entry("Times: UTC", "action", Act::Times(Times::Utc)),
        entry("Times: local", "action", Act::Times(Times::Local)),
        entry("Show the keys", "action", Act::Keys),
    ];
    places.chain(consumers).chain(acts).collect()
}

/// How well `typed` fits a label, best first: its beginning, a part of it, its letters in their order; `None` not at all.
fn rank(typed: &str, label: &str) -> Option<u8> {
    let typed = typed.to_lowercase();
    let label = label.to_lowercase();
    if label.starts_with(&typed) {
        return Some(0);
    }
    if label.contains(&typed) {
        return Some(1);
    }
    let mut letters = label.chars();
    let mut wanted = typed.chars().filter(|c| !c.is_whitespace());
    wanted
        .all(|wanted| letters.any(|letter| letter == wanted))
        .then_some(2)
}

fn entries_for(typed: &str, consumers: &[String]) -> Vec<Entry> {
    let typed = typed.trim();
    let mut fitting: Vec<_> = standing(consumers)
        .into_iter()
        .filter_map(|entry| Some((rank(typed, &entry.label)?, entry)))
        .collect();
    fitting.sort_by_key(|(rank, _)| *rank);
    let mut entries = named_by(typed);
    entries.extend(fitting.into_iter().map(|(_, entry)| entry));
    entries.truncate(11);
    if !typed.is_empty() {
        entries.push(search_for(typed));
    }
    entries
}

fn carry_out(act: &Act, prefs: Prefs, overlays: Overlays, go: &impl Fn(&str)) {
    overlays.palette.set(false);
    match act {
        Act::Go(href) => go(href),
        Act::Theme(theme) => prefs.set_theme(*theme),
        Act::Times(times) => prefs.set_times(*times),
        Act::Keys => overlays.help.set(true),
    }
}

/// The palette's dialog.
#[component]
pub fn Palette() -> impl IntoView {
    let overlays = expect_context::<Overlays>();
    let prefs = use_prefs();
    let live = use_live();
    let navigate = use_navigate();
    let typed = RwSignal::new(String::new());
    let chosen = RwSignal::new(0_usize);
    let entries = Memo::new(move |_| {
        // Nothing is listed behind a closed dialog: the page is rendered without it.
        if !overlays.palette.get() {
            return Vec::new();
        }
        let names: Vec<_> = live
            .consumers
            .with(|rows| rows.iter().map(|row| row.name.clone()).collect());
        typed.with(|typed| entries_for(typed, &names))
    });
    Effect::new(move |_| {
        if overlays.palette.get() {
            typed.set(String::new());
            chosen.set(0);
        }
    });
    let go = move |href: &str| navigate(href, NavigateOptions::default());
    let run = Callback::new(move |place: usize| {
        if let Some(entry) = entries.with_untracked(|entries| entries.get(place).cloned()) {
            carry_out(&entry.act, prefs, overlays, &go);
        }
    });
    let on_key = move |event: KeyboardEvent| {
        let last = entries.with_untracked(Vec::len).saturating_sub(1);
        match &*event.key() {
            "ArrowDown" => chosen.update(|chosen| *chosen = (*chosen + 1).min(last)),
            "ArrowUp" => chosen.update(|chosen| *chosen = chosen.saturating_sub(1)),
            "Enter" => run.run(chosen.get_untracked()),
            _ => return,
        }
        event.prevent_default();
    };
    let on_input = move |event| {
        typed.set(event_target_value(&event));
        chosen.set(0);
    };
    let rows = move || {
        let row = |(place, entry): (usize, Entry)| {
            view! {
                <li
                    id=format!("palette-{place}")
                    role="option"
                    aria-selected=move || (chosen.get() == place).to_string()
                    on:click=move |_| run.run(place)
                >
                    <span>{entry.label}</span>
                    <span class="palette-hint">{entry.hint}</span>
                </li>
            }
        };
        entries
            .get()
            .into_iter()
            .enumerate()
            .map(row)
            .collect::<Vec<_>>()
    };
    view! {
        <Dialog open=overlays.palette title="Search and go" class="palette">
            <input
                type="text"
                autofocus=true
                role="combobox"
                aria-expanded="true"
                aria-controls="palette-list"
                aria-autocomplete="list"
                aria-activedescendant=move || format!("palette-{}", chosen.get())
                aria-label="Page, position, id, stream, consumer or order"
                placeholder="Page, #position, id, stream, customer …"
                autocomplete="off"
                spellcheck="false"
                prop:value=typed
                on:input=on_input
                on:keydown=on_key
            />
            <ul id="palette-list" role="listbox" aria-label="Matches">
                {rows}
            </ul>
        </Dialog>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_fits_better_than_scattered_letters() {
        assert_eq!(rank("ev", "Events"), Some(0));
        assert_eq!(rank("an or", "Place an order"), Some(1));
        assert_eq!(rank("ev", "Overview"), Some(2));
        assert_eq!(rank("sdr", "Orders"), None);
    }

    #[test]
    fn the_best_match_comes_first() {
        let entries = entries_for("ev", &[]);
        assert_eq!(entries.first().map(|entry| &*entry.label), Some("Events"));
    }

    #[test]
    fn a_position_is_understood_as_people_write_it() {
        let entries = named_by("#12,345");
        assert!(matches!(&entries[0].act, Act::Go(href) if href == "/events?at=12345"));
    }

    #[test]
    fn free_text_can_always_be_searched_for() {
        let entries = entries_for("Nadia & co", &[]);
        let last = entries.last().expect("an entry");
        assert!(matches!(&last.act, Act::Go(href) if href == "/shop/orders?q=Nadia%20%26%20co"));
    }
}
