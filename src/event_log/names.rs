//! Which stretch of the names a list of streams asks for. The streams of a category and those of a prefix are ranges of
//! names in byte order, so the index on the name serves both.

use std::ops::Range;

use super::StreamsQuery;

/// After every name: names have at most 200 characters.
fn after_all() -> String {
    char::MAX.to_string().repeat(201)
}

/// The stretches of names that are wanted, in order; none is empty.
pub(super) fn wanted(query: &StreamsQuery) -> Vec<Range<String>> {
    let prefix = query.prefix.as_deref().map_or_else(
        || String::new()..after_all(),
        |prefix| prefix.to_owned()..after_prefix(prefix),
    );
    // No name has a character before `!`, so this is the least name after the one given.
    let after = query
        .after
        .as_ref()
        .map_or_else(String::new, |name| format!("{name}!"));
    of_category(query.category.as_deref())
        .into_iter()
        .map(|names| {
            let start = names.start.max(prefix.start.clone()).max(after.clone());
            start..names.end.min(prefix.end.clone())
        })
        .filter(|names| names.start < names.end)
        .collect()
}

/// A category is the stream of just that name, and all that begin with it and a dash.
fn of_category(category: Option<&str>) -> Vec<Range<String>> {
    match category {
        None => vec![String::new()..after_all()],
        // The part before the first dash has none, and is never empty unless the dash comes first.
        Some(category) if category.contains('-') => Vec::new(),
        Some(category) => {
            let dashed = format!("{category}-");
            let after = after_prefix(&dashed);
            vec![category.to_owned()..format!("{category}!"), dashed..after]
        }
    }
}

/// The least text after all that begin with a prefix: its last character raised by one.
fn after_prefix(prefix: &str) -> String {
    let mut text = prefix.to_owned();
    while let Some(last) = text.pop() {
        // Skips the gap of the surrogates, which are no characters.
        if let Some(next) = (last..=char::MAX).nth(1) {
            text.push(next);
            return text;
        }
    }
    after_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::StreamName;

    fn query(category: Option<&str>, prefix: Option<&str>, after: Option<&str>) -> StreamsQuery {
        StreamsQuery {
            category: category.map(str::to_owned),
            prefix: prefix.map(str::to_owned),
            after: after.map(|name| StreamName::try_new(name).unwrap()),
            limit: 10,
        }
    }

    fn finds(query: &StreamsQuery, name: &str) -> bool {
        wanted(query)
            .iter()
            .any(|names| names.contains(&name.to_owned()))
    }

    #[test]
    fn a_category_is_its_bare_name_and_all_that_follow_its_dash() {
        let order = query(Some("order"), None, None);
        for name in ["order", "order-", "order-1", "order-ü", "order-\u{10ffff}"] {
            assert!(finds(&order, name), "{name}");
        }
        for name in [
            "orde",
            "order!",
            "order.",
            "order!-1",
            "orders-1",
            "order\u{10ffff}",
        ] {
            assert!(!finds(&order, name), "{name}");
        }
        assert!(!finds(&query(Some("order-1"), None, None), "order-1"));
    }

    #[test]
    fn a_prefix_ends_where_its_last_character_would_rise() {
        assert_eq!(after_prefix("ab"), "ac");
        assert_eq!(after_prefix("a\u{10ffff}"), "b");
        assert_eq!(after_prefix("\u{d7ff}"), "\u{e000}");
        assert!(finds(&query(None, Some("\u{10ffff}"), None), "\u{10ffff}x"));
    }

    #[test]
    fn a_page_starts_after_the_name_given() {
        let page = query(Some("order"), None, Some("order-1"));
        assert!(!finds(&page, "order"));
        assert!(!finds(&page, "order-1"));
        assert!(finds(&page, "order-1!"));
        assert!(finds(&page, "order-10"));
    }

    #[test]
    fn category_and_prefix_meet() {
        let both = query(Some("order"), Some("order-2"), None);
        assert!(finds(&both, "order-21"));
        assert!(!finds(&both, "order-1"));
        assert!(wanted(&query(Some("order"), Some("p"), None)).is_empty());
    }
}
