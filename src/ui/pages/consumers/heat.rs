//! The heat map of one consumer, or of all windows.

use leptos::prelude::*;

use super::live::chart_clock;
use crate::api::get_heat;
use crate::contract::HeatMap;
use crate::ui::charts::Heat;
use crate::ui::live::refreshed;
use crate::ui::parts::{Empty, ErrorNote, Panel};

/// As long as a column is.
const EVERY_MS: i64 = 5_000;

/// The panel.
#[component]
pub fn HeatPanel(
    /// What it is about: "Time until applied".
    title: &'static str,
    /// The consumer; without one, until every consumer concerned has applied it.
    #[prop(optional, into)]
    consumer: Option<String>,
) -> impl IntoView {
    let consumer = StoredValue::new(consumer);
    let first = Resource::new_blocking(|| (), move |()| get_heat(consumer.get_value()));
    view! {
        <Panel title class="heat-panel" aside=move || "commands by commit time · a stall is a diagonal">
            <Transition>
                {move || Suspend::new(async move {
                    match first.await {
                        Ok(Some(first)) => view! { <Live first consumer/> }.into_any(),
                        Ok(None) => view! { <Empty title="Commands are not followed to this consumer."/> }.into_any(),
                        Err(problem) => {
                            view! { <ErrorNote problem retry=move |()| first.refetch()/> }.into_any()
                        }
                    }
                })}
            </Transition>
        </Panel>
    }
}

#[component]
fn Live(first: HeatMap, consumer: StoredValue<Option<String>>) -> impl IntoView {
    let map = refreshed(first, EVERY_MS, move || async move {
        let fresh = get_heat(consumer.get_value()).await;
        fresh.map(Option::unwrap_or_default)
    });
    view! { <Heat map clock=chart_clock()/> }
}
