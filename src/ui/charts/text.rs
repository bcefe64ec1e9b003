//! How much room a text takes. Layouts are made on the server too, where nothing can be measured, so widths are
//! estimated, on the generous side of the fonts that the page may meet.

/// The size of the text in charts, in pixels; `style/charts.css` says the same.
pub const FONT_SIZE: f64 = 11.0;

/// About how wide a text is, in pixels, at `FONT_SIZE`.
#[must_use]
pub fn width_of(text: &str) -> f64 {
    let ems: f64 = text.chars().map(ems_of).sum();
    ems * FONT_SIZE
}

/// How much wider bold text is.
pub const BOLDNESS: f64 = 1.12;

/// About how wide a text in bold is, in pixels.
#[must_use]
pub fn bold_width_of(text: &str) -> f64 {
    width_of(text) * BOLDNESS
}

/// The text cut to a width, its cut end marked; as it is where it fits.
#[must_use]
pub fn cut_to(text: &str, width: f64) -> String {
    if width_of(text) <= width {
        return text.to_owned();
    }
    let mut left = width - width_of("…");
    let mut cut: String = text
        .chars()
        .take_while(|c| {
            left -= ems_of(*c) * FONT_SIZE;
            left >= 0.0
        })
        .collect();
    cut.truncate(cut.trim_end().len());
    cut.push('…');
    cut
}

fn ems_of(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | ' ' | '·' => 0.34,
        'f' | 't' | 'r' | '-' | '(' | ')' => 0.44,
        'm' | 'w' | 'M' | 'W' | '—' | '…' | '▲' | '▼' => 1.0,
        '#' | '+' | '<' | '>' | '−' | '×' => 0.84,
        c if c.is_ascii_uppercase() => 0.74,
        c if c.is_ascii() => 0.64,
        _ => 0.9,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_stays_and_what_does_not_is_cut() {
        assert_eq!(cut_to("sales", 100.0), "sales");
        let cut = cut_to("waiting for sales: paused by local admin", 100.0);
        assert!(cut.ends_with('…') && cut.starts_with("waiting"));
        assert!(width_of(&cut) <= 100.0);
    }
}
