//! For whom a call or a frame acts.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What a principal may do; each role includes the ones before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// May look.
    Viewer,
    /// May send commands and append.
    User,
    /// May run consumers.
    Operator,
    /// May do everything.
    Admin,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Role::Viewer => "viewer",
            Role::User => "user",
            Role::Operator => "operator",
            Role::Admin => "admin",
        })
    }
}

/// A name and a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Principal {
    /// How the audit stream names them.
    pub name: String,
    /// What they may do.
    pub role: Role,
}

impl Principal {
    /// Who acts on a loopback server without sign-in: the person at this machine.
    #[must_use]
    pub fn local_admin() -> Principal {
        Principal {
            name: "local admin".to_owned(),
            role: Role::Admin,
        }
    }
}
