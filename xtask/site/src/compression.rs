//! Compressed once here, so that the server never has to.

use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{self, Write};

/// Below this many bytes the headers weigh more than what is saved.
const WORTH_IT: usize = 512;

/// Endings of text and code; pictures and fonts are compressed already.
const COMPRESSIBLE: [&str; 7] = ["css", "js", "json", "svg", "txt", "wasm", "webmanifest"];

/// The compressed forms of a file, each with the ending that it adds to the name; only those that are smaller.
pub fn forms(name: &str, content: &[u8]) -> io::Result<Vec<(&'static str, Vec<u8>)>> {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    if content.len() < WORTH_IT || !COMPRESSIBLE.contains(&ending) {
        return Ok(Vec::new());
    }
    let mut forms = vec![(".br", brotli(content)?), (".gz", gzip(content)?)];
    forms.retain(|(_, form)| form.len() < content.len());
    Ok(forms)
}

fn brotli(content: &[u8]) -> io::Result<Vec<u8>> {
    let settings = BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: content.len(),
        ..Default::default()
    };
    let mut form = Vec::new();
    brotli::BrotliCompress(&mut &*content, &mut form, &settings)?;
    Ok(form)
}

fn gzip(content: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn both_forms_give_the_content_back() {
        let content = "the log is the truth; ".repeat(100).into_bytes();
        let forms = forms("a.js", &content).unwrap();
        let endings: Vec<_> = forms.iter().map(|(ending, _)| *ending).collect();
        assert_eq!(endings, [".br", ".gz"]);

        let mut from_brotli = Vec::new();
        brotli::BrotliDecompress(&mut &*forms[0].1, &mut from_brotli).unwrap();
        assert_eq!(from_brotli, content);
        let mut from_gzip = Vec::new();
        flate2::read::GzDecoder::new(&*forms[1].1)
            .read_to_end(&mut from_gzip)
            .unwrap();
        assert_eq!(from_gzip, content);
    }

    #[test]
    fn what_would_not_shrink_is_left_alone() {
        assert!(
            forms("picture.png", &[7; 4096]).unwrap().is_empty(),
            "a picture"
        );
        assert!(
            forms("small.css", b"a{b:c}").unwrap().is_empty(),
            "a few bytes"
        );
    }
}
