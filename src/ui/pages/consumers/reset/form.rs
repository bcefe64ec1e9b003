//! The choice of the place. A GET form, because the address says it: with script each change shows the plan at once.

use leptos::ev::Event;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate, use_query_map};

use super::super::review::RESET;
use super::choice::{Choice, Way, moved};
use crate::ui::live::{server_now, use_live};
use crate::ui::parts::{chosen_offset_min, zone_text};
use crate::ui::prefs::use_prefs;

/// Where to.
#[component]
pub fn ChoiceForm(
    /// What the address asks for.
    choice: Memo<Option<Choice>>,
) -> impl IntoView {
    let (query, path, navigate) = (use_query_map(), use_location().pathname, use_navigate());
    let change = Callback::new(move |changed: Choice| {
        let href = query.with_untracked(|query| changed.href(&path.get_untracked(), query));
        let stay = NavigateOptions {
            scroll: false,
            replace: true,
            ..NavigateOptions::default()
        };
        navigate(&href, stay);
    });
    let changed = move |with: fn(&mut Choice, String), way: Way| {
        move |event: Event| {
            if let Some(mut now) = choice.get_untracked() {
                now.way = way;
                with(&mut now, event_target_value(&event));
                change.run(now);
            }
        }
    };
    let offset_min = offset();
    let of = move |field: fn(&Choice) -> &String| {
        move || choice.with(|choice| choice.as_ref().map(|choice| field(choice).clone()))
    };
    let time = move || {
        let time = of(|choice| &choice.time)().unwrap_or_default();
        moved(&time, offset_min.get())
    };
    let radio = move |way: Way, words: &'static str| {
        let chosen = move || choice.with(|choice| choice.as_ref().is_some_and(|c| c.way == way));
        view! {
            <label class="way">
                <input
                    type="radio"
                    name=RESET
                    value=way.as_str()
                    checked=untrack(chosen)
                    prop:checked=chosen
                    on:change=changed(|_, _| {}, way)
                />
                {words}
            </label>
        }
    };
    view! {
        <form class="ways" method="get">
            <fieldset>
                <legend>"Where it is to go on"</legend>
                {radio(Way::Start, "At the start of the log")}
                <div class="way-line">
                    {radio(Way::Position, "After position")}
                    <input
                        class="input"
                        type="text"
                        inputmode="numeric"
                        name="position"
                        aria-label="Position"
                        prop:value=of(|choice| &choice.position)
                        value=untrack(of(|choice| &choice.position))
                        on:change=changed(|choice, text| choice.position = text, Way::Position)
                    />
                </div>
                <div class="way-line">
                    {radio(Way::Time, "At a time")}
                    <input
                        class="input"
                        type="datetime-local"
                        step="1"
                        name="time"
                        aria-label=move || format!("Time, {}", zone_text(offset_min.get()))
                        prop:value=time
                        value=untrack(time)
                        on:change=move |event| {
                            let utc = moved(&event_target_value(&event), -offset_min.get_untracked());
                            if let Some(now) = choice.get_untracked() {
                                change.run(Choice { way: Way::Time, time: utc, ..now });
                            }
                        }
                    />
                    <span class="mute">{move || zone_text(offset_min.get())}</span>
                </div>
                {radio(Way::End, "At the end of the log")}
            </fieldset>
            <button class="button without-script">"Show the plan"</button>
        </form>
    }
}

/// The minutes ahead of UTC in which times are written: as they are shown. The server, and who has no script, writes UTC.
fn offset() -> Signal<i32> {
    let (live, times) = (use_live(), use_prefs().times);
    let alive = Memo::new(move |_| live.now.with(Option::is_some));
    Signal::derive(move || match alive.get() {
        true => chosen_offset_min(times.get(), server_now()),
        false => 0,
    })
}
