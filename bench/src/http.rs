//! A small HTTP/1.1 client: one connection, one request at a time. It shares the processors with the server that it drives, so
//! it does nothing that the measurement does not need.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::failure::{Failure, Outcome};

/// A connection that stays open.
pub struct Connection {
    stream: TcpStream,
    host: String,
    request: Vec<u8>,
    answer: Vec<u8>,
}

/// What the server answered.
pub struct Answer<'a> {
    pub status: u16,
    pub body: &'a [u8],
}

impl Answer<'_> {
    /// An error that says what the server said.
    pub fn refused(&self) -> Failure {
        let said = String::from_utf8_lossy(self.body);
        format!("the server answered {}: {said}", self.status).into()
    }
}

impl Connection {
    /// Connects to `http://<host>:<port>`.
    pub async fn open(address: &str) -> Outcome<Connection> {
        let host = address.trim_start_matches("http://").to_owned();
        let stream = TcpStream::connect(&host).await?;
        stream.set_nodelay(true)?;
        Ok(Connection {
            stream,
            host,
            request: Vec::new(),
            answer: Vec::new(),
        })
    }

    pub async fn get(&mut self, path: &str) -> Outcome<Answer<'_>> {
        self.request.clear();
        self.request.extend_from_slice(
            format!("GET {path} HTTP/1.1\r\nhost: {}\r\n\r\n", self.host).as_bytes(),
        );
        self.exchange().await
    }

    pub async fn post(&mut self, path: &str, body: &[u8]) -> Outcome<Answer<'_>> {
        self.send("POST", path, body).await
    }

    pub async fn put(&mut self, path: &str, body: &[u8]) -> Outcome<Answer<'_>> {
        self.send("PUT", path, body).await
    }

    async fn send(&mut self, method: &str, path: &str, body: &[u8]) -> Outcome<Answer<'_>> {
        self.request.clear();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            self.host,
            body.len()
        );
        self.request.extend_from_slice(head.as_bytes());
        self.request.extend_from_slice(body);
        self.exchange().await
    }

    async fn exchange(&mut self) -> Outcome<Answer<'_>> {
        self.stream.write_all(&self.request).await?;
        self.answer.clear();
        let head = loop {
            self.read_more().await?;
            if let Some(head) = Head::read(&self.answer)? {
                break head;
            }
        };
        let whole = head.bytes + head.content_length;
        self.answer.reserve(whole.saturating_sub(self.answer.len()));
        while self.answer.len() < whole {
            self.read_more().await?;
        }
        let body = self
            .answer
            .get(head.bytes..whole)
            .ok_or("the answer is too short")?;
        Ok(Answer {
            status: head.status,
            body,
        })
    }

    async fn read_more(&mut self) -> Outcome<()> {
        match self.stream.read_buf(&mut self.answer).await? {
            0 => Err("the server closed the connection".into()),
            _ => Ok(()),
        }
    }
}

/// What stands before the body.
#[derive(Debug, PartialEq, Eq)]
struct Head {
    bytes: usize,
    status: u16,
    content_length: usize,
}

impl Head {
    /// `None` where it has not all come yet.
    fn read(answer: &[u8]) -> Outcome<Option<Head>> {
        let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else {
            return Ok(None);
        };
        let text = std::str::from_utf8(&answer[..end])?;
        let mut lines = text.split("\r\n");
        let status = lines
            .next()
            .and_then(|line| line.split(' ').nth(1))
            .ok_or("the answer has no status")?
            .parse()?;
        let content_length = lines
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            .ok_or("the answer does not say how long it is")?
            .1
            .trim()
            .parse()?;
        Ok(Some(Head {
            bytes: end + 4,
            status,
            content_length,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_once_it_is_whole() {
        let whole = "HTTP/1.1 201 Created\r\nContent-Length: 12\r\ndate: x\r\n\r\n{\"a\"";
        let end = whole.len() - 4;
        assert_eq!(Head::read(&whole.as_bytes()[..end - 1]).unwrap(), None);
        let head = Head {
            bytes: end,
            status: 201,
            content_length: 12,
        };
        assert_eq!(Head::read(whole.as_bytes()).unwrap(), Some(head));
        assert!(Head::read(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
    }
}
