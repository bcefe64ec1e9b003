//! What the API says about itself.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::contract::{ApiReference, Problem};

/// The API as the document describes it, with requests that go where this one went.
#[server(prefix = "/api/fn/view", endpoint = "reference", input = GetUrl)]
pub async fn get_reference() -> Result<ApiReference, Problem> {
    let reference = crate::request::provided::<std::sync::Arc<ApiReference>>()?;
    Ok(ApiReference {
        base: crate::request::base(),
        ..(*reference).clone()
    })
}
