//! The rules that are broken.

use leptos::prelude::*;

use crate::contract::{Alert, AlertRule, Pulse};
use crate::ui::pages::consumers::consumer_href;
use crate::ui::parts::{Badge, Empty, Panel, Time, alert_label, alert_tone};

/// Which rule is broken, and by whom: what stays the same while the numbers move.
type Key = (AlertRule, Option<String>);

fn key(alert: &Alert) -> Key {
    (alert.rule, alert.consumer.clone())
}

/// The alerts, worst first.
#[component]
pub fn AlertsPanel(
    /// The vital signs.
    pulse: Memo<Pulse>,
) -> impl IntoView {
    let keys =
        Memo::new(move |_| pulse.with(|pulse| pulse.alerts.iter().map(key).collect::<Vec<_>>()));
    let count = move || match keys.with(Vec::len) {
        0 => String::new(),
        1 => "1 rule is broken".to_owned(),
        n => format!("{n} rules are broken"),
    };
    let none = Memo::new(move |_| keys.with(Vec::is_empty));
    view! {
        <Panel title="Alerts" class="is-flush" aside=move || count>
            {move || none.get().then(|| view! { <Empty title="No rule is broken."/> })}
            <ul class="alerts">
                <For each=move || keys.get() key=Key::clone let:key>
                    <Line key pulse/>
                </For>
            </ul>
        </Panel>
    }
    .into_any()
}

#[component]
fn Line(key: Key, pulse: Memo<Pulse>) -> impl IntoView {
    let (rule, consumer) = key.clone();
    let alert = Memo::new(move |_| {
        pulse.with(|pulse| {
            pulse
                .alerts
                .iter()
                .find(|one| self::key(one) == key)
                .cloned()
        })
    });
    let since = Signal::derive(move || {
        alert.with(|one| one.as_ref().map(|one| one.since).unwrap_or_default())
    });
    let detail = move || alert.with(|one| one.as_ref().map(|one| one.detail.clone()));
    let who = match consumer {
        Some(name) => view! { <a href=consumer_href(&name) data-row>{name.clone()}</a> }.into_any(),
        None => view! { <span>"all commands"</span> }.into_any(),
    };
    view! {
        <li>
            <Badge
                tone=Signal::stored(alert_tone(rule))
                text=Signal::stored(alert_label(rule).to_owned())
            />
            <span class="alert-who">{who}</span>
            <span class="alert-since">
                <span class="visually-hidden">"since "</span>
                <Time at=since/>
            </span>
            <span class="alert-detail">{detail}</span>
        </li>
    }
}
