//! Read models in a temporary folder, and the way of a story into them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use highwater::contract::{Position, RecordedEvent};
use highwater::projection::{OpenedModels, ReadModels};
use highwater::subscription::{Consumer, ConsumerError};
use rusqlite::Connection;
use rusqlite::types::Value;
use tempfile::TempDir;

use super::story::Story;

/// The four read models, and the folder that they live in.
pub struct Shop {
    pub models: ReadModels,
    pub consumers: Vec<Box<dyn Consumer>>,
    folder: TempDir,
}

impl Shop {
    pub async fn open() -> Shop {
        Shop::open_in(tempfile::tempdir().unwrap()).await
    }

    async fn open_in(folder: TempDir) -> Shop {
        let OpenedModels {
            models, consumers, ..
        } = ReadModels::open(folder.path()).await.unwrap();
        Shop {
            models,
            consumers,
            folder,
        }
    }

    /// Closes everything and opens it again.
    pub async fn reopen(self) -> Shop {
        let Shop { folder, .. } = self;
        Shop::open_in(folder).await
    }

    pub fn data(&self) -> &Path {
        self.folder.path()
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.data().join(format!("views/{name}_v2.db"))
    }

    pub fn consumer(&mut self, name: &str) -> &mut dyn Consumer {
        let found = self.consumers.iter_mut().find(|each| each.name() == name);
        found.unwrap().as_mut()
    }

    /// Brings every read model to the end of the story, in one batch.
    pub async fn follow(&mut self, story: &Story) {
        for consumer in &mut self.consumers {
            follow(consumer.as_mut(), &story.events, &[]).await.unwrap();
        }
    }
}

/// Brings a consumer to the end of the events; batches end where `cuts` say, and the last one at the end.
pub async fn follow(
    consumer: &mut dyn Consumer,
    events: &[Arc<RecordedEvent>],
    cuts: &[Position],
) -> Result<(), ConsumerError> {
    let end = events.last().map(|event| event.position);
    let mut from = consumer.checkpoint().await?.position;
    let wanted = consumer.wanted();
    for upto in cuts.iter().copied().chain(end) {
        if upto <= from {
            continue;
        }
        let batch: Vec<_> = events
            .iter()
            .filter(|event| event.position > from && event.position <= upto)
            .filter(|event| wanted.wants(event))
            .cloned()
            .collect();
        consumer.handle(&batch, upto).await?;
        from = upto;
    }
    Ok(())
}

/// Every row of every table of a read model, the index's own tables left out: how it cuts its pages is its business.
pub fn dump(file: &Path) -> Vec<String> {
    let database = Connection::open(file).unwrap();
    let tables: Vec<String> = database
        .prepare(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'documents_index%' ORDER BY name",
        )
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    tables
        .iter()
        .flat_map(|table| dump_table(&database, table))
        .collect()
}

fn dump_table(database: &Connection, table: &str) -> Vec<String> {
    let sql = format!("SELECT * FROM {table} ORDER BY 1, 2");
    let mut statement = database.prepare(&sql).unwrap();
    let columns = statement.column_count();
    let rows = statement.query_map([], |row| {
        let values: Vec<Value> = (0..columns)
            .map(|column| row.get(column))
            .collect::<Result<_, _>>()?;
        Ok(format!("{table} {values:?}"))
    });
    rows.unwrap().collect::<Result<_, _>>().unwrap()
}
