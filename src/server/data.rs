//! Which database, as the command line names it, and the way into it.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use crate::event_log::postgres::{PostgresAddress, PostgresLog};
use crate::event_log::sqlite::SqliteLog;
use crate::event_log::{FolderLock, LogError, Options, SharedLog};

type Failure = Box<dyn Error + Send + Sync>;

/// The database that everything stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// Embedded: SQLite files in a folder.
    Sqlite(PathBuf),
    /// A server, which several of ours may share. It holds the log and what must be done once; read models are kept near each
    /// of ours.
    Postgres(PostgresAddress),
}

/// A log that is open, and the place for what this server folds from it.
pub struct Opened {
    /// The log.
    pub log: SharedLog,
    /// Where this server's read models, processes and snapshots are.
    pub folder: PathBuf,
    /// Holds the folder where the log does not.
    pub lock: Option<FolderLock>,
    /// The database that other servers may share with this one.
    pub shared: Option<PostgresAddress>,
}

impl Database {
    /// The log, to append to it. Where it is in a folder, nobody else has it meanwhile.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub async fn log(&self, options: Options) -> Result<SharedLog, LogError> {
        Ok(match self {
            Database::Sqlite(folder) => Arc::new(SqliteLog::open(folder, options).await?),
            Database::Postgres(address) => Arc::new(PostgresLog::open(address, options).await?),
        })
    }

    /// The log, to read it beside whoever writes it.
    ///
    /// # Errors
    /// When there is no log, or it cannot be read.
    pub async fn log_to_read(&self) -> Result<SharedLog, Failure> {
        Ok(self.open_to_read(None).await?.0)
    }

    /// Opens the log to serve it. `data` is the folder for read models, where the database is not itself a folder.
    ///
    /// # Errors
    /// When the log cannot be opened, or the folder cannot be had.
    pub async fn open(&self, data: Option<&Path>, options: Options) -> Result<Opened, Failure> {
        match self {
            Database::Sqlite(folder) => {
                no_data(data)?;
                Ok(Opened {
                    log: self.log(options).await?,
                    folder: folder.clone(),
                    lock: None,
                    shared: None,
                })
            }
            Database::Postgres(address) => {
                let program = options.program.clone();
                let log = PostgresLog::open(address, options).await?;
                let folder = folder_of(&log, data);
                std::fs::create_dir_all(&folder).map_err(|error| LogError::Folder {
                    folder: folder.clone(),
                    detail: error.to_string(),
                })?;
                Ok(Opened {
                    lock: Some(FolderLock::take(&folder, &program)?),
                    log: Arc::new(log),
                    folder,
                    shared: Some(address.clone()),
                })
            }
        }
    }

    /// Opens the log to read it beside whoever writes it. With it comes the folder of the read models.
    ///
    /// # Errors
    /// When there is no log, or it cannot be read.
    pub async fn open_to_read(&self, data: Option<&Path>) -> Result<(SharedLog, PathBuf), Failure> {
        match self {
            Database::Sqlite(folder) => {
                no_data(data)?;
                if !folder.join("log.db").exists() {
                    return Err(format!("there is no log in `{}`", folder.display()).into());
                }
                let log = SqliteLog::open_read_only(folder).await?;
                Ok((Arc::new(log), folder.clone()))
            }
            Database::Postgres(address) => {
                let log = PostgresLog::open_read_only(address).await?;
                let folder = folder_of(&log, data);
                Ok((Arc::new(log), folder))
            }
        }
    }
}

/// Read models of one log must not be taken for those of another, so each log has a folder of its own name.
fn folder_of(log: &PostgresLog, data: Option<&Path>) -> PathBuf {
    let data = data.unwrap_or(Path::new("data"));
    data.join(format!("log-{}", log.id()))
}

fn no_data(data: Option<&Path>) -> Result<(), Failure> {
    match data {
        None => Ok(()),
        Some(_) => Err(
            "`--data` goes with PostgreSQL; with SQLite everything is in the database's folder"
                .into(),
        ),
    }
}

impl FromStr for Database {
    type Err = String;

    fn from_str(text: &str) -> Result<Database, String> {
        if text.starts_with("postgres:") || text.starts_with("postgresql:") {
            return text.parse().map(Database::Postgres);
        }
        match text.strip_prefix("sqlite:") {
            Some("") => Err("`sqlite:` needs a folder after it, such as `sqlite:data`".to_owned()),
            Some(folder) => Ok(Database::Sqlite(PathBuf::from(folder))),
            None => Err(
                "it must be `sqlite:<folder>` or `postgres://user:password@host/database`"
                    .to_owned(),
            ),
        }
    }
}

impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Database::Sqlite(folder) => write!(f, "{}", folder.display()),
            Database::Postgres(address) => write!(f, "{address}"),
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
        let postgres: Database = "postgresql://ada:s3cret@db/shop".parse().unwrap();
        assert_eq!(postgres.to_string(), "postgres://ada@db:5432/shop");
    }
}
