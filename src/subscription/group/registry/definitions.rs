//! The groups that there are, as the audit streams tell.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::contract::{Direction, EventFilter, Position};
use crate::event_log::{EventLog, LogError, LogQuery};
use crate::schema::GroupDefined;
use crate::subscription::audit;
use crate::subscription::group::definition::Definition;

/// Acts that are read at once.
const PAGE: usize = 500;

/// Every group that was defined and not removed since, as it was defined last.
pub(super) async fn read(log: &dyn EventLog) -> Result<Vec<Definition>, LogError> {
    let mut groups: BTreeMap<Arc<str>, Definition> = BTreeMap::new();
    let mut after = Position::START;
    loop {
        let acts = log.read(acts_after(after)).await?;
        for act in &acts {
            match act.event_type.as_str() {
                "GroupDefined" => match serde_json::from_str::<GroupDefined>(act.data.get()) {
                    Ok(event) => {
                        let definition = Definition::of(&event);
                        groups.insert(Arc::clone(&definition.name), definition);
                    }
                    Err(error) => {
                        tracing::error!(event.position = act.position.0, error = %error, "the definition of a group cannot be read");
                    }
                },
                "GroupRemoved" => {
                    let stream = act.stream.as_str();
                    let name = stream.strip_prefix("audit-").unwrap_or(stream);
                    groups.remove(name);
                }
                _ => {}
            }
        }
        match acts.last() {
            Some(last) if acts.len() == PAGE => after = last.position,
            _ => return Ok(groups.into_values().collect()),
        }
    }
}

fn acts_after(after: Position) -> LogQuery {
    LogQuery {
        filter: EventFilter {
            category: Some(audit::AUDIT.to_owned()),
            ..EventFilter::default()
        },
        after: Some(after),
        limit: PAGE,
        direction: Direction::Forward,
    }
}
