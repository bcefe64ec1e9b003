//! From what a person typed to FTS5's query language.

/// Words of a question that count; more than this only costs.
const MOST_WORDS: usize = 16;

/// The words of a question: at least one, the last of them perhaps unfinished.
///
/// Each is quoted, so that nothing in it is an operator. The index cuts a quoted word where it cut the texts ("0190-7c"
/// into two terms), and asks for the terms side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Terms(Vec<String>);

impl Terms {
    /// `None` where there is no word to ask for.
    pub(super) fn of(text: &str) -> Option<Terms> {
        let mut words: Vec<String> = text
            .split(|c: char| c.is_whitespace() || c.is_control())
            // A word of signs only has no term in the index.
            .filter(|word| word.chars().any(char::is_alphanumeric))
            .take(MOST_WORDS)
            .map(|word| format!("\"{}\"", word.replace('"', "\"\"")))
            .collect();
        words.last_mut()?.push_str(" *");
        Some(Terms(words))
    }

    /// A query that asks for every word.
    pub(super) fn query(&self) -> String {
        self.0.join(" ")
    }

    /// A query for each word.
    pub(super) fn each(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::Terms;

    fn query(text: &str) -> Option<String> {
        Terms::of(text).map(|terms| terms.query())
    }

    #[test]
    fn words_are_quoted_and_the_last_is_a_prefix() {
        assert_eq!(query("  blue ket").as_deref(), Some("\"blue\" \"ket\" *"));
    }

    #[test]
    fn operators_are_words() {
        assert_eq!(
            query("a OR \"b").as_deref(),
            Some("\"a\" \"OR\" \"\"\"b\" *")
        );
    }

    #[test]
    fn signs_alone_ask_for_nothing() {
        assert_eq!(query(" \"* -- \0 "), None);
        assert_eq!(query(""), None);
    }
}
