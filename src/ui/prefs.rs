//! What a person chose and the browser remembers: the theme, and how times are shown. In cookies, so that the server
//! renders the right theme from the first byte.

use leptos::prelude::*;

use super::browser;

/// Light, dark, or as the system says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    fn parse(word: &str) -> Theme {
        match word {
            "light" => Theme::Light,
            "dark" => Theme::Dark,
            _ => Theme::System,
        }
    }

    /// The word in the cookie.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// The value of `data-theme` on the document's root; none leaves it to the system.
    #[must_use]
    pub fn attribute(self) -> Option<&'static str> {
        (self != Theme::System).then_some(self.as_str())
    }

    /// The next one when the switch is pressed.
    #[must_use]
    pub fn next(self) -> Theme {
        match self {
            Theme::System => Theme::Light,
            Theme::Light => Theme::Dark,
            Theme::Dark => Theme::System,
        }
    }
}

/// How times are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Times {
    /// "3 s ago".
    #[default]
    Relative,
    /// The clock in UTC.
    Utc,
    /// The clock where the browser is.
    Local,
}

impl Times {
    fn parse(word: &str) -> Times {
        match word {
            "utc" => Times::Utc,
            "local" => Times::Local,
            _ => Times::Relative,
        }
    }

    /// The word in the cookie, and for people.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Times::Relative => "relative",
            Times::Utc => "utc",
            Times::Local => "local",
        }
    }

    /// The next one when the switch is pressed.
    #[must_use]
    pub fn next(self) -> Times {
        match self {
            Times::Relative => Times::Utc,
            Times::Utc => Times::Local,
            Times::Local => Times::Relative,
        }
    }
}

/// The choices, for the whole page.
#[derive(Clone, Copy)]
pub struct Prefs {
    /// The theme.
    pub theme: RwSignal<Theme>,
    /// How times are shown; charts use it too.
    pub times: RwSignal<Times>,
}

impl Prefs {
    /// Changes the theme, now and for the next visits.
    pub fn set_theme(self, theme: Theme) {
        self.theme.set(theme);
        browser::set_cookie("theme", theme.as_str());
        browser::set_root_attribute("data-theme", theme.attribute());
    }

    /// Changes how times are shown, now and for the next visits.
    pub fn set_times(self, times: Times) {
        self.times.set(times);
        browser::set_cookie("times", times.as_str());
    }
}

/// The theme that the request or the browser asks for.
#[must_use]
pub fn remembered_theme() -> Theme {
    browser::cookie("theme").map_or(Theme::System, |word| Theme::parse(&word))
}

/// Reads the cookies and makes the choices known to the page.
pub fn provide_prefs() -> Prefs {
    let times = browser::cookie("times").map_or(Times::Relative, |word| Times::parse(&word));
    let prefs = Prefs {
        theme: RwSignal::new(remembered_theme()),
        times: RwSignal::new(times),
    };
    provide_context(prefs);
    prefs
}

/// The choices of this page; the defaults outside one.
#[must_use]
pub fn use_prefs() -> Prefs {
    use_context::<Prefs>().unwrap_or_else(|| Prefs {
        theme: RwSignal::new(Theme::default()),
        times: RwSignal::new(Times::default()),
    })
}

/// One value out of a `Cookie` header or `document.cookie`.
#[must_use]
pub fn find_cookie(all: &str, name: &str) -> Option<String> {
    all.split(';')
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_by_its_whole_name() {
        let all = "mytheme=dark; theme=light; times=utc";
        assert_eq!(find_cookie(all, "theme").as_deref(), Some("light"));
        assert_eq!(find_cookie(all, "them"), None);
    }
}
