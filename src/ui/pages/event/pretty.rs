//! JSON as it was written, with line breaks: nothing is parsed, so no number and no order of fields changes.

/// The text with one field or element a line.
#[must_use]
pub fn pretty(json: &str) -> String {
    let mut out = String::with_capacity(json.len() * 2);
    let mut depth = 0_usize;
    let mut in_text = false;
    let mut escaped = false;
    let mut chars = json.chars().peekable();
    while let Some(c) = chars.next() {
        if in_text {
            out.push(c);
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => in_text = false,
                _ => {}
            }
            continue;
        }
        match c {
            '"' => {
                in_text = true;
                out.push(c);
            }
            '{' | '[' => {
                out.push(c);
                while chars.next_if(|next| next.is_whitespace()).is_some() {}
                match chars.next_if(|next| matches!(next, '}' | ']')) {
                    Some(end) => out.push(end),
                    None => {
                        depth += 1;
                        new_line(&mut out, depth);
                    }
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                new_line(&mut out, depth);
                out.push(c);
            }
            ',' => {
                out.push(c);
                new_line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            c if c.is_whitespace() => {}
            c => out.push(c),
        }
    }
    out
}

fn new_line(out: &mut String, depth: usize) {
    out.push('\n');
    for _ in 0..depth {
        out.push_str("  ");
    }
}

#[cfg(test)]
mod tests {
    use super::pretty;

    #[test]
    fn fields_keep_their_order_and_numbers_their_digits() {
        let json = r#"{"z":1.0, "a":[1,{"b":"x, {y} \" z"}],"e":{},"f":[ ]}"#;
        let lines = [
            "{",
            r#"  "z": 1.0,"#,
            r#"  "a": ["#,
            "    1,",
            "    {",
            r#"      "b": "x, {y} \" z""#,
            "    }",
            "  ],",
            r#"  "e": {},"#,
            r#"  "f": []"#,
            "}",
        ];
        assert_eq!(pretty(json), lines.join("\n"));
    }

    #[test]
    fn what_is_not_closed_breaks_nothing() {
        assert_eq!(pretty("]]"), "\n]\n]");
        assert_eq!(pretty("\"open \\"), "\"open \\");
    }
}
