//! The stored copy of a read model, at which a rebuild can begin.

use leptos::prelude::*;

use crate::contract::{ConsumerRow, StoredCopy};
use crate::ui::parts::{Time, position_text, size};

/// The copy that a rebuild could begin at: of one that is known to be wrong, or was set back, it begins at the log's start.
#[must_use]
pub fn fitting_copy(row: &ConsumerRow) -> Option<StoredCopy> {
    let is_wrong = row
        .proof
        .as_ref()
        .is_some_and(|proof| !proof.differences.is_empty());
    row.copy
        .filter(|copy| copy.as_of <= row.position && !is_wrong)
}

/// Which copy there is; nothing where there is none.
#[component]
pub fn StoredCopyWords(
    /// The consumer.
    row: Memo<Option<ConsumerRow>>,
) -> impl IntoView {
    let copy = Memo::new(move |_| row.with(|row| row.as_ref()?.copy));
    move || {
        copy.get().map(|copy| {
            view! {
                <p class="stored-copy">
                    <span class="num">
                        {format!("Stored copy: as of {}, {}", position_text(copy.as_of), size(copy.bytes))}
                    </span>
                    ", " <Time at=copy.taken_at/>
                </p>
            }
        })
    }
}
