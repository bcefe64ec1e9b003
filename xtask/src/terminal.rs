//! What the person sees: one line that moves on a terminal, few lines that stay in a log.

use std::io::{IsTerminal, Write};
use std::time::Duration;

/// Whether someone watches.
pub fn is_watched() -> bool {
    std::io::stderr().is_terminal()
}

/// A message that stays.
pub fn say(message: &str) {
    eprintln!("{message}");
}

/// Replaces the moving line.
pub fn show(line: &str) {
    let width = std::env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.parse().ok())
        .unwrap_or(100);
    let line: String = line.chars().take(width).collect();
    let mut screen = std::io::stderr().lock();
    // A terminal that is gone is no reason to stop building.
    let _ = write!(screen, "\r\x1b[2K{line}").and_then(|()| screen.flush());
}

/// Takes the moving line away.
pub fn clear() {
    show("");
}

/// For what went wrong.
pub fn red(text: &str) -> String {
    coloured("31", text)
}

/// For what is done.
pub fn green(text: &str) -> String {
    coloured("32", text)
}

fn coloured(colour: &str, text: &str) -> String {
    if is_watched() {
        format!("\x1b[{colour}m{text}\x1b[0m")
    } else {
        text.to_owned()
    }
}

/// A duration as people say it: `0.4 s`, `12 s`, `3 min 05 s`.
pub fn in_words(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", duration.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        _ => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_choose_their_unit() {
        assert_eq!(in_words(Duration::from_millis(449)), "0.4 s");
        assert_eq!(in_words(Duration::from_millis(59_900)), "59 s");
        assert_eq!(in_words(Duration::from_secs(185)), "3 min 05 s");
    }
}
