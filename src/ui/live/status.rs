//! How the connection is.

use crate::contract::Timestamp;

/// The state of the page's connection to the server.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Connection {
    /// The first connection is being made; what is on the page is as of its rendering.
    #[default]
    Connecting,
    /// Everything watched is up to date.
    Live,
    /// Connected again; what was missed is coming.
    CatchingUp {
        /// Events that the slowest watch lacks.
        behind: u64,
    },
    /// Connected, but the server has been silent for longer than it should.
    Stale {
        /// When it was last heard, by the server's clock.
        since: Timestamp,
    },
    /// Cut off, and about to try again.
    Reconnecting {
        /// When the next try begins, by the server's clock.
        retry_at: Timestamp,
        /// When the server was last heard.
        since: Timestamp,
    },
    /// Cut off, and the browser says that there is no network.
    Offline {
        /// When the server was last heard.
        since: Timestamp,
    },
}

impl Connection {
    /// Whether the values on the page move with the server's.
    #[must_use]
    pub fn is_live(self) -> bool {
        matches!(self, Connection::Live | Connection::CatchingUp { .. })
    }

    /// When the server was last heard, where it is not heard now.
    #[must_use]
    pub fn cut_off_since(self) -> Option<Timestamp> {
        match self {
            Connection::Stale { since }
            | Connection::Reconnecting { since, .. }
            | Connection::Offline { since } => Some(since),
            Connection::Connecting | Connection::Live | Connection::CatchingUp { .. } => None,
        }
    }

    /// The word that styles and tests go by.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Connection::Connecting => "connecting",
            Connection::Live => "live",
            Connection::CatchingUp { .. } => "catching-up",
            Connection::Stale { .. } => "stale",
            Connection::Reconnecting { .. } => "reconnecting",
            Connection::Offline { .. } => "offline",
        }
    }
}

/// What there is to say after a connection was lost and found again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Returned {
    /// How long the page was cut off, in milliseconds.
    pub away_ms: f64,
    /// Events that were committed meanwhile.
    pub events: u64,
    /// From the connection until everything watched was up to date, in milliseconds.
    pub caught_up_ms: f64,
}
