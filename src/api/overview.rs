//! The vital signs.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::contract::{Overview, Problem, Pulse};

/// The first content of the overview.
#[server(prefix = "/api/fn/view", endpoint = "overview", input = GetUrl)]
pub async fn get_overview() -> Result<Overview, Problem> {
    let monitor = crate::request::provided::<crate::subscription::Monitor>()?;
    let pulse = crate::request::provided::<crate::live::PulseSource>()?;
    Ok(Overview {
        pulse: pulse.read(),
        consumers: monitor.worst_first(),
        samples: monitor.samples(),
    })
}

/// The vital signs alone: what the frame around every page shows.
#[server(prefix = "/api/fn/view", endpoint = "pulse", input = GetUrl)]
pub async fn get_pulse() -> Result<Pulse, Problem> {
    Ok(crate::request::provided::<crate::live::PulseSource>()?.read())
}
