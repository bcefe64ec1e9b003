//! The horizon of a page: how far its read models are, and the page's own commands.

use leptos::prelude::*;

use crate::contract::{ConsumerRow, Position};
use crate::ui::charts::{Flag, Horizon, Mark};
use crate::ui::live::use_live;
use crate::ui::pending::{PendingWrite, use_pending};

/// A flag stays for this long after its command has become visible, in milliseconds.
const PASSED_SHOWN_MS: f64 = 30_000.0;

/// The ruler of a page that shows these read models.
#[component]
pub fn PageHorizon(
    /// The read model that the page itself shows.
    own: &'static str,
    /// As of where the page shows it.
    #[prop(into)]
    as_of: Signal<Position>,
    /// Further read models that matter to who looks at the page.
    #[prop(optional)]
    others: Vec<&'static str>,
    /// The consumers as the server saw them, until the live connection has told.
    #[prop(optional)]
    first: Vec<ConsumerRow>,
) -> impl IntoView {
    let (live, pending) = (use_live(), use_pending());
    let marks = Memo::new(move |_| {
        let mut marks = vec![Mark {
            name: own.to_owned(),
            position: as_of.get(),
        }];
        live.consumers.with(|rows| {
            let rows = if rows.is_empty() { &first } else { &**rows };
            let known = rows
                .iter()
                .filter(|row| others.contains(&row.name.as_str()));
            marks.extend(known.map(|row| Mark {
                name: row.name.clone(),
                position: row.position,
            }));
        });
        marks
    });
    let head = Signal::derive(move || live.head.with(|head| head.position).max(as_of.get()));
    let flags = Memo::new(move |_| {
        let now = live.now.get();
        let is_fresh = |write: &PendingWrite| match (write.visible_at, now) {
            (Some(visible_at), Some(now)) => now.millis_since(visible_at) < PASSED_SHOWN_MS,
            _ => true,
        };
        pending.writes.with(|writes| {
            let fresh = writes.iter().filter(|write| is_fresh(write));
            fresh
                .filter_map(|write| {
                    Some(Flag {
                        name: write.command.clone(),
                        position: write.position?,
                    })
                })
                .collect::<Vec<_>>()
        })
    });
    view! { <Horizon head marks flags/> }
}
