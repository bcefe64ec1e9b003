//! A line as an event: of a Highwater, which says where it stood, or of another system.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;
use uuid::Uuid;

use super::cloud_event::{JSON, SOURCE, SPEC_VERSION};
use crate::contract::{CommandId, EventId, Metadata, Position, StreamName, Timestamp, Version};
use crate::event_log::{CommandStamp, NewEvent};
use crate::schema;

/// An event that is to be imported.
#[derive(Debug)]
pub(super) struct Incoming {
    pub(super) stream: StreamName,
    pub(super) event: NewEvent,
    /// When it happened, where it says so.
    pub(super) time: Option<Timestamp>,
    /// Where it stood, if it comes from a Highwater.
    pub(super) place: Option<Place>,
    /// The command that it is the first event of, and how many events that has.
    pub(super) command: Option<(CommandStamp, usize)>,
}

/// Where an event stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) position: Position,
    pub(super) version: Version,
}

/// Reads a line; what is wrong with it otherwise.
pub(super) fn read(line: &str) -> Result<Incoming, String> {
    let mut attributes = Attributes::read(line)?;
    let spec = attributes.wanted("specversion")?;
    if spec != SPEC_VERSION {
        return Err(format!(
            "it is of CloudEvents {spec}, and {SPEC_VERSION} is known"
        ));
    }
    let source = attributes.wanted("source")?;
    if source == SOURCE && attributes.has("position") {
        of_highwater(attributes)
    } else {
        of_another_system(source, attributes)
    }
}

fn of_highwater(mut attributes: Attributes<'_>) -> Result<Incoming, String> {
    let content_type = attributes.text("datacontenttype")?;
    if content_type.is_some_and(|kind| kind != JSON) {
        return Err(format!("`datacontenttype` is not `{JSON}`"));
    }
    let extra = match attributes.text("metadata")? {
        Some(text) => serde_json::from_str(&text)
            .map_err(|error| format!("`metadata` is not a JSON object: {error}"))?,
        None => Map::new(),
    };
    let place = Place {
        position: Position(attributes.wanted_as("position")?),
        version: Version(attributes.wanted_as("version")?),
    };
    let incoming = Incoming {
        stream: stream(&attributes.wanted("subject")?)?,
        time: Some(attributes.time("time")?.ok_or("`time` is missing")?),
        place: Some(place),
        command: command(&mut attributes)?,
        event: NewEvent {
            id: attributes.wanted_as("id")?,
            event_type: attributes.wanted("type")?,
            schema_version: attributes.wanted_as("schemaversion")?,
            metadata: Metadata {
                correlation_id: attributes.text_as("correlationid")?,
                causation_id: attributes.text_as("causationid")?,
                extra,
            },
            data: attributes.data()?.ok_or("`data` is missing")?,
        },
    };
    if let Some(name) = attributes.0.keys().next() {
        return Err(format!("`{name}` is not an attribute of such an event"));
    }
    let event = &incoming.event;
    schema::decode_data(&event.event_type, event.schema_version, &event.data)
        .map_err(|error| error.to_string())?;
    Ok(incoming)
}

fn command(attributes: &mut Attributes<'_>) -> Result<Option<(CommandStamp, usize)>, String> {
    let Some(id) = attributes.text_as("commandid")? else {
        return Ok(None);
    };
    let accepted_at = attributes.time("commandacceptedat")?;
    let stamp = CommandStamp {
        id: CommandId(id),
        name: attributes.wanted("commandname")?,
        accepted_at: accepted_at.ok_or("`commandacceptedat` is missing")?,
        correlation_id: attributes.wanted_as("commandcorrelation")?,
        causation_id: attributes.text_as("commandcausation")?,
    };
    Ok(Some((stamp, attributes.wanted_as("commandevents")?)))
}

/// The stream is what the event is about. What has no place of its own in a recorded event is kept in the metadata, so
/// that nothing is lost and the same line is the same event again.
fn of_another_system(source: String, mut attributes: Attributes<'_>) -> Result<Incoming, String> {
    let id_text = attributes.wanted("id")?;
    let id = match id_text.parse() {
        Ok(id) => EventId(id),
        // Source and id together are unique, so what is made of both is, too.
        Err(_) => {
            let source = Uuid::new_v5(&Uuid::NAMESPACE_URL, source.as_bytes());
            EventId(Uuid::new_v5(&source, id_text.as_bytes()))
        }
    };
    let subject = attributes.text("subject")?;
    let named = match &subject {
        Some(subject) => stream(subject).map_err(|why| format!("`subject`: {why}"))?,
        None => stream(&source).map_err(|why| format!("`source`, without a subject: {why}"))?,
    };
    let (time_text, content_type) = (
        attributes.text("time")?,
        attributes.text("datacontenttype")?,
    );
    let time = time_text.as_deref().map(time_of).transpose()?;
    let event_type = attributes.wanted("type")?;
    let correlation_id = attributes.take_id("correlationid");
    let causation_id = attributes.take_id("causationid");
    let data = foreign_data(&mut attributes, content_type.as_deref())?;
    let mut kept = attributes.rest()?;
    let texts = [
        ("id", Some(id_text).filter(|text| *text != id.to_string())),
        ("source", Some(source)),
        ("time", time_text),
        ("datacontenttype", content_type.filter(|kind| kind != JSON)),
    ];
    for (name, text) in texts {
        kept.extend(text.map(|text| (name.to_owned(), Value::from(text))));
    }
    schema::admit(&named, &event_type, 1, &data).map_err(|error| error.to_string())?;
    Ok(Incoming {
        stream: named,
        time,
        place: None,
        command: None,
        event: NewEvent {
            id,
            event_type,
            schema_version: 1,
            data,
            metadata: Metadata {
                correlation_id,
                causation_id,
                extra: Map::from_iter([("cloudevent".to_owned(), Value::from(kept))]),
            },
        },
    })
}

/// JSON stays as it is. Bytes that are no JSON stay in base64, as a string; the content type says what they are.
fn foreign_data(
    attributes: &mut Attributes<'_>,
    content_type: Option<&str>,
) -> Result<Box<RawValue>, String> {
    let is_json = content_type.is_none_or(|kind| {
        let kind = kind.split(';').next().unwrap_or(kind).trim();
        kind.ends_with("/json") || kind.ends_with("+json")
    });
    let data = match attributes.has("data_base64") && !is_json {
        true => attributes.text("data_base64")?.map(|text| raw(&text)),
        false => attributes.data()?.map(Ok),
    };
    data.unwrap_or_else(|| raw(&Value::Null))
}

fn raw(value: &impl serde::Serialize) -> Result<Box<RawValue>, String> {
    to_raw_value(value).map_err(|error| error.to_string())
}

fn stream(name: &str) -> Result<StreamName, String> {
    StreamName::try_new(name)
        .map_err(|problem| format!("`{name}` is not the name of a stream: it {problem}"))
}

fn time_of(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).ok_or_else(|| format!("`{text}` is not an RFC 3339 time"))
}

/// The members of a line. What is taken is gone, so that what is left is what nobody knew.
struct Attributes<'a>(BTreeMap<String, &'a RawValue>);

impl<'a> Attributes<'a> {
    fn read(line: &'a str) -> Result<Attributes<'a>, String> {
        let members: BTreeMap<String, &RawValue> =
            serde_json::from_str(line).map_err(|error| format!("not a JSON object: {error}"))?;
        // An attribute that is null is one that is not there; null data are data.
        let set = members
            .into_iter()
            .filter(|(name, value)| name == "data" || value.get() != "null");
        Ok(Attributes(set.collect()))
    }

    fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    fn text(&mut self, name: &str) -> Result<Option<String>, String> {
        let Some(value) = self.0.remove(name) else {
            return Ok(None);
        };
        match serde_json::from_str::<String>(value.get()) {
            Ok(text) if text.is_empty() => Err(format!("`{name}` is empty")),
            Ok(text) => Ok(Some(text)),
            Err(_) => Err(format!("`{name}` is not a string")),
        }
    }

    fn wanted(&mut self, name: &str) -> Result<String, String> {
        self.text(name)?
            .ok_or_else(|| format!("`{name}` is missing"))
    }

    fn text_as<T: FromStr<Err: Display>>(&mut self, name: &str) -> Result<Option<T>, String> {
        let parse = |text: String| {
            text.parse()
                .map_err(|error| format!("`{name}` is `{text}`: {error}"))
        };
        self.text(name)?.map(parse).transpose()
    }

    fn wanted_as<T: FromStr<Err: Display>>(&mut self, name: &str) -> Result<T, String> {
        self.text_as(name)?
            .ok_or_else(|| format!("`{name}` is missing"))
    }

    fn time(&mut self, name: &str) -> Result<Option<Timestamp>, String> {
        let text = self.text(name)?;
        text.as_deref()
            .map(time_of)
            .transpose()
            .map_err(|why| format!("`{name}`: {why}"))
    }

    /// An id, where it is a UUID; otherwise it is left.
    fn take_id(&mut self, name: &str) -> Option<Uuid> {
        let text: &str = serde_json::from_str(self.0.get(name)?.get()).ok()?;
        let id = text.parse().ok()?;
        self.0.remove(name);
        Some(id)
    }

    /// The payload, whichever way it came.
    fn data(&mut self) -> Result<Option<Box<RawValue>>, String> {
        let Some(text) = self.text("data_base64")? else {
            return Ok(self.0.remove("data").map(ToOwned::to_owned));
        };
        let bytes = BASE64
            .decode(text)
            .map_err(|error| format!("`data_base64`: {error}"))?;
        let json = String::from_utf8(bytes)
            .map_err(|error| format!("`data_base64` is not text: {error}"))?;
        let data = RawValue::from_string(json)
            .map_err(|error| format!("`data_base64` is not JSON: {error}"))?;
        Ok(Some(data))
    }

    /// What was not taken.
    fn rest(self) -> Result<Map<String, Value>, String> {
        let value = |(name, value): (String, &RawValue)| {
            let value = serde_json::from_str(value.get()).map_err(|error| error.to_string())?;
            Ok((name, value))
        };
        self.0.into_iter().map(value).collect()
    }
}
