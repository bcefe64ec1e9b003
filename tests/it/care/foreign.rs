//! Events of other systems, and lines that are none.

use serde_json::Value;
use std::path::Path;

use super::{database, export, filled, foreign, highwater, import, names};

fn events(folder: &Path) -> Vec<Value> {
    let lines = export(folder);
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn column<'a>(events: &'a [Value], name: &str) -> Vec<&'a str> {
    events
        .iter()
        .map(|event| event[name].as_str().unwrap())
        .collect()
}

#[test]
fn events_of_other_systems_go_to_the_stream_of_their_subject() {
    let folder = tempfile::tempdir().unwrap();
    let id = "0190b4f5-0000-7000-8000-000000000001";
    let lines = [
        foreign(id, "meter-1", r#","time":"2024-01-01T00:00:00Z""#),
        foreign("second", "meter-1", r#","time":"2023-01-01T01:00:00+01:00","tenant":"a","dataschema":"urn:x""#),
        foreign("third", "meter-2", r#","time":"2024-06-01T00:00:00Z","correlationid":"0190b4f5-0000-7000-8000-0000000000c0""#),
        "\n".to_owned(),
        r#"{"specversion":"1.0","id":"4","source":"meters","type":"Seen","datacontenttype":"image/png","data_base64":"iVBO"}"#.to_owned(),
    ];
    import(folder.path(), &lines.concat()).done();
    let found = events(folder.path());
    assert_eq!(
        column(&found, "subject"),
        ["meter-1", "meter-1", "meter-2", "meters"]
    );
    assert_eq!(column(&found, "version"), ["1", "2", "1", "1"]);
    assert_eq!(found[0]["id"], id);
    // A time is kept where it does not run backwards.
    let new_year = "2024-01-01T00:00:00.000000Z";
    assert_eq!(
        column(&found, "time")[..3],
        [new_year, new_year, "2024-06-01T00:00:00.000000Z"]
    );
    assert_eq!(
        found[2]["correlationid"],
        "0190b4f5-0000-7000-8000-0000000000c0"
    );
    assert_eq!(found[3]["data"], "iVBO");
    // Nothing is lost of what has no place in a recorded event.
    let metadata: Value = serde_json::from_str(column(&found, "metadata")[1]).unwrap();
    let kept = &metadata["cloudevent"];
    assert_eq!(
        (&kept["id"], &kept["source"]),
        (&"second".into(), &"/meters".into())
    );
    assert_eq!(
        (&kept["tenant"], &kept["time"]),
        (&"a".into(), &"2023-01-01T01:00:00+01:00".into())
    );

    // The same lines are the same events, and more of them go on.
    let before = export(folder.path());
    import(folder.path(), &lines.concat()).done();
    assert_eq!(export(folder.path()), before);
    let more = lines.concat()
        + "\n"
        + &foreign("fifth", "meter-2", "")
        + &foreign(
            "second",
            "meter-1",
            r#","time":"2023-01-01T01:00:00+01:00","tenant":"a","dataschema":"urn:x""#,
        );
    import(folder.path(), &more).done();
    assert_eq!(events(folder.path()).len(), 5);
}

#[test]
fn a_log_with_events_takes_others_only_where_it_is_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    filled(&at("one"), 5);
    let other = foreign("x", "meter-1", "") + &foreign("y", "other-1", "");
    let complaint = import(&at("one"), &other).refused();
    assert!(
        complaint.contains("line 1: ") && complaint.contains("--append"),
        "{complaint}"
    );
    import(&at("two"), &other).done();
    let (database, lines) = (database(&at("one")), export(&at("two")));
    for _ in 0..2 {
        highwater(&["import", "--append", "--database", &database], &lines).done();
    }
    let found = events(&at("one"));
    assert_eq!(
        column(&found, "position"),
        ["1", "2", "3", "4", "5", "6", "7"]
    );
    assert_eq!(column(&found, "version")[5..], ["2", "1"]);
}

#[test]
fn a_bad_line_is_named_and_what_stands_before_it_stays() {
    let good = foreign("1", "meter-1", "");
    let exported = {
        let folder = tempfile::tempdir().unwrap();
        import(folder.path(), &good).done();
        export(folder.path()).replace("\"position\":\"1\"", "\"position\":\"2\"")
    };
    let with = |from: &str, to: &str| {
        assert!(exported.contains(from), "{exported}");
        exported.replacen(from, to, 1)
    };
    let cases = [
        ("no json".to_owned(), "not a JSON object"),
        ("[1]".to_owned(), "not a JSON object"),
        (good.replace("1.0", "0.3"), "CloudEvents 0.3"),
        (good.replace("\"type\"", "\"kind\""), "`type` is missing"),
        (good.replace("\"MeterRead\"", "7"), "`type` is not a string"),
        (
            good.replace("meter-1", "a b"),
            "`subject`: `a b` is not the name of a stream",
        ),
        (
            foreign("2", "meter-1", r#","time":"noon""#),
            "`noon` is not an RFC 3339 time",
        ),
        (good.replace("MeterRead", "OrderShipped"), "OrderShipped"),
        (
            foreign("2", "audit-x", ""),
            "is written by the server alone",
        ),
        (
            with("\"version\":\"1\"", "\"version\":\"x\""),
            "`version` is `x`",
        ),
        (
            with("\"schemaversion\"", "\"odd\":1,\"schemaversion\""),
            "`odd` is not an attribute",
        ),
        (exported.clone(), "it is in the log already"),
    ];
    for (bad, reason) in cases {
        let folder = tempfile::tempdir().unwrap();
        let lines = good.clone() + &bad + "\n" + &foreign("3", "meter-1", "");
        let complaint = import(folder.path(), &lines).refused();
        assert!(
            complaint.contains("line 2: ") && complaint.contains(reason),
            "{complaint}"
        );
        assert!(complaint.contains("up to 1 are in the log"), "{complaint}");
        assert_eq!(events(folder.path()).len(), 1, "{bad}");
    }
    let folder = tempfile::tempdir().unwrap();
    let complaint = import(folder.path(), "no json").refused();
    assert!(complaint.contains("Nothing was imported"), "{complaint}");
    assert_eq!(names(folder.path()), ["log.db", "log.lock"]);
}
