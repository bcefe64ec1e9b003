//! Compressed forms: how their files are named, and which of them a browser takes.

/// Endings of the files, with the name of their coding; the smallest first.
const CODINGS: [(&str, &str); 2] = [(".br", "br"), (".gz", "gzip")];

/// Of which file this is the compressed form, and in which coding.
pub(super) fn of_form(path: &str) -> Option<(&str, &'static str)> {
    CODINGS
        .iter()
        .find_map(|(ending, coding)| Some((path.strip_suffix(ending)?, *coding)))
}

/// Whether an `Accept-Encoding` takes a coding. One that is not named is not taken, even where `*` is: plain always works.
pub(super) fn accepts(header: &str, coding: &str) -> bool {
    header.split(',').any(|offer| {
        let mut parts = offer.split(';').map(str::trim);
        let is_it = parts
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case(coding));
        let weight = parts
            .find_map(|part| part.strip_prefix("q="))
            .map_or(Ok(1.0), str::parse::<f32>);
        is_it && weight.is_ok_and(|weight| weight > 0.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_known_by_its_ending() {
        assert_eq!(of_form("/pkg/a.js.br"), Some(("/pkg/a.js", "br")));
        assert_eq!(of_form("/pkg/a.js.gz"), Some(("/pkg/a.js", "gzip")));
        assert_eq!(of_form("/pkg/a.js"), None);
    }

    #[test]
    fn a_coding_is_taken_unless_it_weighs_nothing() {
        assert!(accepts("gzip, deflate, br, zstd", "br"));
        assert!(accepts("gzip;q=0.5,BR ; q=1", "br"));
        for refused in ["", "gzip", "br;q=0", "br;q=0.000", "brotli", "*", "br;q=x"] {
            assert!(!accepts(refused, "br"), "{refused}");
        }
    }
}
