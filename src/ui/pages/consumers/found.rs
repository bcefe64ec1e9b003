//! What a comparison of read models found, in words and as a list.

use leptos::prelude::*;

use crate::contract::Position;
use crate::ui::parts::{position_text, thousands};

/// "equal in 1,234 rows as of #12,391", "2 differences in 1,234 rows as of #12,391".
#[must_use]
pub fn found_words(differences: usize, rows: u64, as_of: Position) -> String {
    let found = match differences {
        0 => "equal".to_owned(),
        1 => "1 difference".to_owned(),
        many => format!("{} differences", thousands(many as u64)),
    };
    let rows = match rows {
        1 => "1 row".to_owned(),
        rows => format!("{} rows", thousands(rows)),
    };
    format!("{found} in {rows} as of {}", position_text(as_of))
}

/// What differed, a sentence each. A long list scrolls in itself, with keys too.
#[must_use]
pub fn differences_list(differences: Vec<String>) -> impl IntoView {
    let items: Vec<_> = differences
        .into_iter()
        .map(|difference| view! { <li>{difference}</li> })
        .collect();
    view! { <ul class="differences" tabindex="0" aria-label="What differs">{items}</ul> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_is_counted() {
        let words = |differences, rows| found_words(differences, rows, Position(12_391));
        assert_eq!(words(0, 1_234), "equal in 1,234 rows as of #12,391");
        assert_eq!(words(1, 1), "1 difference in 1 row as of #12,391");
        assert_eq!(words(2, 4), "2 differences in 4 rows as of #12,391");
    }
}
