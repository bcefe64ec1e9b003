//! The heat map of one consumer, or of all windows.

use leptos::prelude::*;

use super::live::chart_clock;
use crate::api::get_heat;
use crate::contract::{HeatMap, Problem};
use crate::ui::charts::Heat;
use crate::ui::live::refreshed;
use crate::ui::parts::{Empty, ErrorNote, Panel, loaded};

/// As long as a column is.
const EVERY_MS: i64 = 5_000;

/// What the map shows first: whose it is, and the cells.
pub type FirstHeat = Resource<(Option<String>, Result<Option<HeatMap>, Problem>)>;

/// The cells of a consumer; where none is named, of all windows.
#[must_use]
pub fn heat_of(name: impl Fn() -> Option<String> + Send + Sync + 'static) -> FirstHeat {
    Resource::new_blocking(
        name,
        |name| async move { (name.clone(), get_heat(name).await) },
    )
}

/// The panel.
#[component]
pub fn HeatPanel(
    /// What it is about: "Time until applied".
    title: &'static str,
    /// What it shows first.
    heat: FirstHeat,
) -> impl IntoView {
    view! {
        <Panel title class="heat-panel" aside=move || "commands by commit time · a stall is a diagonal">
            {loaded(heat, move |heat_of_name| match heat_of_name {
                (name, Ok(Some(first))) => view! { <LiveHeat name first/> }.into_any(),
                (_, Ok(None)) => {
                    view! { <Empty title="Commands are not followed to this consumer."/> }.into_any()
                }
                (_, Err(problem)) => {
                    view! { <ErrorNote problem retry=move |()| heat.refetch()/> }.into_any()
                }
            })}
        </Panel>
    }
}

#[component]
fn LiveHeat(name: Option<String>, first: HeatMap) -> impl IntoView {
    let name = StoredValue::new(name);
    let map = refreshed(first, EVERY_MS, move || async move {
        let fresh = get_heat(name.get_value()).await;
        fresh.map(Option::unwrap_or_default)
    });
    view! { <Heat map clock=chart_clock()/> }
}
