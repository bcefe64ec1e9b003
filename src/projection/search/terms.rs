//! From what a person typed to FTS5's query language.

/// Words of a question that count; more than this only costs.
const MOST_WORDS: usize = 16;

/// A query that asks for every word, the last one as a prefix; `None` when there is no word to ask for.
///
/// Each word is quoted, so that nothing in it is an operator. The index cuts a quoted word where it cut the texts
/// ("0190-7c" into two terms), and asks for the terms side by side.
pub(super) fn full_text_query(text: &str) -> Option<String> {
    let words: Vec<String> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        // A word of signs only has no term in the index.
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .take(MOST_WORDS)
        .map(|word| format!("\"{}\"", word.replace('"', "\"\"")))
        .collect();
    (!words.is_empty()).then(|| words.join(" ") + " *")
}

#[cfg(test)]
mod tests {
    use super::full_text_query;

    #[test]
    fn words_are_quoted_and_the_last_is_a_prefix() {
        assert_eq!(
            full_text_query("  blue ket").as_deref(),
            Some("\"blue\" \"ket\" *")
        );
    }

    #[test]
    fn operators_are_words() {
        assert_eq!(
            full_text_query("a OR \"b").as_deref(),
            Some("\"a\" \"OR\" \"\"\"b\" *")
        );
    }

    #[test]
    fn signs_alone_ask_for_nothing() {
        assert_eq!(full_text_query(" \"* -- \0 "), None);
        assert_eq!(full_text_query(""), None);
    }
}
