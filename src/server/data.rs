//! Which database, as the command line names it.

use std::path::PathBuf;
use std::str::FromStr;

/// The database that everything stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// Embedded: SQLite files in a folder.
    Sqlite(PathBuf),
}

impl FromStr for Database {
    type Err = String;

    fn from_str(text: &str) -> Result<Database, String> {
        match text.strip_prefix("sqlite:") {
            Some("") => Err("`sqlite:` needs a folder after it, such as `sqlite:data`".to_owned()),
            Some(folder) => Ok(Database::Sqlite(PathBuf::from(folder))),
            None => Err(format!(
                "`{text}` is not a database this version knows; `sqlite:<folder>` is"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_named_with_its_kind() {
        assert_eq!(
            "sqlite:data".parse(),
            Ok(Database::Sqlite(PathBuf::from("data")))
        );
        assert!("data".parse::<Database>().is_err());
        assert!("sqlite:".parse::<Database>().is_err());
    }
}
