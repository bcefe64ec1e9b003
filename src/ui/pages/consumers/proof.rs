//! Whether a read model is what the log says: what its last comparison with a fresh fold found.

use leptos::prelude::*;

use super::found::{differences_list, found_words};
use crate::contract::{ConsumerKind, ConsumerRow, Proof};
use crate::ui::parts::{Badge, Panel, Time, Tone, thousands};

/// The panel.
#[component]
pub fn ProofPanel(
    /// The consumer.
    row: Memo<Option<ConsumerRow>>,
) -> impl IntoView {
    let kind = Memo::new(move |_| row.with(|row| row.as_ref().map(|row| row.kind)));
    let proof = Memo::new(move |_| row.with(|row| row.as_ref()?.proof.clone()));
    view! {
        <Panel title="Compared with the log" class="proof">
            {move || match proof.get() {
                Some(proof) => proven(proof).into_any(),
                None => unproven(kind.get()).into_any(),
            }}
        </Panel>
    }
}

fn proven(proof: Proof) -> impl IntoView {
    let words = found_words(proof.differences.len(), proof.rows, proof.as_of);
    let (tone, verdict) = match (proof.differences.is_empty(), proof.parked) {
        (true, 0) => (Tone::Ok, "Right"),
        // What is there is right, and something is missing.
        (true, _) => (Tone::Warn, "Incomplete"),
        (false, _) => (Tone::Bad, "Wrong"),
    };
    let parked = (proof.parked > 0).then(|| {
        let events = match proof.parked {
            1 => "1 event is parked".to_owned(),
            parked => format!("{} events are parked", thousands(parked)),
        };
        view! { <p class="mute">{events} "; they and what waits behind them were left out of the comparison."</p> }
    });
    let extent = match proof.whole {
        true => "All of it was compared ",
        false => "A sample was compared ",
    };
    let list = (!proof.differences.is_empty()).then(|| {
        view! {
            {differences_list(proof.differences)}
            <p class="mute">"Built anew it is what the log says."</p>
        }
    });
    view! {
        <p class="proof-verdict">
            <Badge tone=Signal::stored(tone) text=Signal::stored(verdict.to_owned())/> " "
            <span class="num">{words}</span>
        </p>
        <p class="mute">{extent} <Time at=proof.at/> "."</p>
        {parked}
        {list}
    }
}

/// Not known is not right: why it is not.
fn unproven(kind: Option<ConsumerKind>) -> impl IntoView {
    let why = match kind {
        None => "The consumer is not known.".to_owned(),
        Some(ConsumerKind::Projection) => {
            "Not compared since the server started. Each minute a sample is, of what it has handled since the last one."
                .to_owned()
        }
        Some(kind) => format!("A {kind} keeps no read model that could be compared."),
    };
    view! { <p class="mute">"— " {why}</p> }
}
