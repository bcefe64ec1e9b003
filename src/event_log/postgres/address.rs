//! Where the database is, and who we are there. Shown without the password.

use sqlx::postgres::PgConnectOptions;
use std::fmt;
use std::str::FromStr;

/// The address of a database: `postgres://user:password@host:port/database`.
#[derive(Clone)]
pub struct PostgresAddress {
    options: PgConnectOptions,
}

impl PostgresAddress {
    /// How sqlx connects there.
    pub(super) fn options(&self) -> PgConnectOptions {
        self.options.clone()
    }
}

impl FromStr for PostgresAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<PostgresAddress, String> {
        // What cannot be read is not repeated: it may hold a password.
        let options = text.parse::<PgConnectOptions>().map_err(|error| {
            format!("not an address such as `postgres://user:password@host/database`: {error}")
        })?;
        Ok(PostgresAddress { options })
    }
}

impl fmt::Display for PostgresAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let options = &self.options;
        let user = options.get_username();
        write!(f, "postgres://{user}@")?;
        match options.get_socket() {
            Some(socket) => write!(f, "{}", socket.display())?,
            None => write!(f, "{}:{}", options.get_host(), options.get_port())?,
        }
        write!(f, "/{}", options.get_database().unwrap_or(user))
    }
}

impl fmt::Debug for PostgresAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl PartialEq for PostgresAddress {
    fn eq(&self, other: &PostgresAddress) -> bool {
        self.to_string() == other.to_string()
    }
}

impl Eq for PostgresAddress {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_never_shown() {
        let text = "postgres://ada:s3cret@db.example:6432/shop?sslmode=require";
        let address: PostgresAddress = text.parse().unwrap();
        for shown in [address.to_string(), format!("{address:?}")] {
            assert_eq!(shown, "postgres://ada@db.example:6432/shop");
        }
        let refused = "postgres://ada:s3cret@db.example:port/shop".parse::<PostgresAddress>();
        assert!(!refused.unwrap_err().contains("s3cret"));
    }
}
