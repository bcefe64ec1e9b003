//! What a request may be. Checked in the caller's task, before the queue, so that the appender sees only what it may write.

use std::collections::HashSet;

use super::prepared::{PreparedAppend, PreparedEvent, PreparedStream};
use super::{AppendError, AppendRequest, CommandStamp, NewEvent, Recorded, StreamAppend};
use crate::contract::EventId;

/// Bounds of one append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Events of one append, over all its streams.
    pub append_events: usize,
    /// Bytes of one append: payloads and metadata of all its events.
    pub append_bytes: usize,
    /// Bytes of one payload.
    pub data_bytes: usize,
    /// Bytes of what stands beside one payload, as JSON.
    pub metadata_bytes: usize,
    /// Characters of an event's type or a command's name.
    pub name_chars: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            append_events: 1_000,
            append_bytes: 16 * 1024 * 1024,
            data_bytes: 256 * 1024,
            metadata_bytes: 64 * 1024,
            name_chars: 200,
        }
    }
}

impl Limits {
    /// Checks a request and makes it ready for the appender.
    pub(super) fn prepare(
        &self,
        request: AppendRequest,
        recorded: Option<Recorded>,
    ) -> Result<PreparedAppend, AppendError> {
        self.check_shape(&request)?;
        let streams = request
            .appends
            .into_iter()
            .map(|append| self.prepare_stream(append))
            .collect::<Result<Vec<_>, _>>()?;
        let bytes = streams
            .iter()
            .flat_map(|stream| &stream.events)
            .map(PreparedEvent::bytes)
            .sum();
        if bytes > self.append_bytes {
            return invalid(format!(
                "the append has {bytes} bytes, and at most {} are taken",
                self.append_bytes
            ));
        }
        Ok(PreparedAppend {
            streams,
            command: request.command,
            recorded,
            bytes,
        })
    }

    fn check_shape(&self, request: &AppendRequest) -> Result<(), AppendError> {
        if request.appends.is_empty() {
            return invalid("the append names no stream");
        }
        self.check_count(request)?;
        check_streams(&request.appends)?;
        check_ids(&request.appends)?;
        match &request.command {
            Some(command) => self.check_command(command),
            None => Ok(()),
        }
    }

    fn check_count(&self, request: &AppendRequest) -> Result<(), AppendError> {
        let events: usize = request.appends.iter().map(|a| a.events.len()).sum();
        if events > self.append_events {
            return invalid(format!(
                "the append has {events} events, and at most {} are taken",
                self.append_events
            ));
        }
        Ok(())
    }

    fn check_command(&self, command: &CommandStamp) -> Result<(), AppendError> {
        self.check_name("the command's name", &command.name)
            .or_else(invalid)
    }

    fn prepare_stream(&self, append: StreamAppend) -> Result<PreparedStream, AppendError> {
        let stream = &append.stream;
        let prepare = |(nth, event)| {
            self.prepare_event(event)
                .or_else(|detail| invalid(format!("events[{nth}] of stream `{stream}`: {detail}")))
        };
        let events = append
            .events
            .into_iter()
            .enumerate()
            .map(prepare)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(PreparedStream {
            stream: append.stream,
            expected: append.expected,
            events,
        })
    }

    /// One event, or what is wrong with it.
    fn prepare_event(&self, event: NewEvent) -> Result<PreparedEvent, String> {
        self.check_name("the event's type", &event.event_type)?;
        if event.schema_version == 0 {
            return Err("schema versions count from 1, and this one is 0".to_owned());
        }
        let size = event.data.get().len();
        if size > self.data_bytes {
            return Err(format!(
                "the data has {size} bytes, and at most {} are taken",
                self.data_bytes
            ));
        }
        let extra = self.extra_metadata(&event)?;
        Ok(PreparedEvent { event, extra })
    }

    /// The metadata beside the two ids as JSON; `None` where there is nothing.
    fn extra_metadata(&self, event: &NewEvent) -> Result<Option<String>, String> {
        let extra = &event.metadata.extra;
        if extra.is_empty() {
            return Ok(None);
        }
        // Both have a field of their own; a second one beside it would shadow it when it is read.
        for taken in ["correlation_id", "causation_id"] {
            if extra.contains_key(taken) {
                return Err(format!("the metadata has `{taken}` twice"));
            }
        }
        let text =
            serde_json::to_string(extra).map_err(|error| format!("the metadata: {error}"))?;
        if text.len() > self.metadata_bytes {
            return Err(format!(
                "the metadata has {} bytes, and at most {} are taken",
                text.len(),
                self.metadata_bytes
            ));
        }
        Ok(Some(text))
    }

    fn check_name(&self, what: &str, name: &str) -> Result<(), String> {
        if name.trim().is_empty() {
            return Err(format!("{what} is empty"));
        }
        if name.chars().count() > self.name_chars {
            return Err(format!(
                "{what} is longer than {} characters",
                self.name_chars
            ));
        }
        match name.chars().find(|c| c.is_control()) {
            Some(c) => Err(format!("{what} contains {c:?}, which is not allowed")),
            None => Ok(()),
        }
    }
}

fn check_streams(appends: &[StreamAppend]) -> Result<(), AppendError> {
    let mut seen = HashSet::with_capacity(appends.len());
    for append in appends {
        if append.events.is_empty() {
            return invalid(format!(
                "no events are given for stream `{}`",
                append.stream
            ));
        }
        if !seen.insert(&append.stream) {
            return invalid(format!(
                "stream `{}` is named twice; its events belong into one list",
                append.stream
            ));
        }
    }
    Ok(())
}

fn check_ids(appends: &[StreamAppend]) -> Result<(), AppendError> {
    let mut ids: Vec<EventId> = appends
        .iter()
        .flat_map(|append| append.events.iter().map(|event| event.id))
        .collect();
    ids.sort_unstable();
    match ids.windows(2).find(|pair| pair.first() == pair.last()) {
        Some(pair) => invalid(format!(
            "event id {} stands twice in the append",
            pair.first().map(ToString::to_string).unwrap_or_default()
        )),
        None => Ok(()),
    }
}

fn invalid<T>(detail: impl Into<String>) -> Result<T, AppendError> {
    Err(AppendError::InvalidEvent(detail.into()))
}
