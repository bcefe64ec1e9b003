//! One socket. A retired one can touch nothing any more: its handlers are taken off before it is closed, and each
//! carries the generation it was made for.

use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::JsValue;
use leptos::wasm_bindgen::closure::Closure;
use leptos::web_sys::{Event, MessageEvent};
use web_sys::WebSocket;

use crate::contract::ClientFrame;

/// What a socket reports.
pub enum Report {
    /// A text came.
    Message(String),
    /// It is closed, or could not be opened.
    Closed,
}

/// An open or opening socket.
pub struct Socket {
    socket: WebSocket,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_close: Closure<dyn FnMut(Event)>,
}

impl Socket {
    /// Begins to connect. Reports come until the socket is retired.
    pub fn open(url: &str, report: impl Fn(Report) + Clone + 'static) -> Result<Socket, JsValue> {
        let socket = WebSocket::new(url)?;
        let told = report.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(text) = event.data().as_string() {
                told(Report::Message(text));
            }
        });
        let on_close = Closure::<dyn FnMut(Event)>::new(move |_: Event| report(Report::Closed));
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        Ok(Socket {
            socket,
            _on_message: on_message,
            _on_close: on_close,
        })
    }

    /// Sends a frame, if the socket is open; what it would have said is said again by the next socket's greeting.
    pub fn send(&self, frame: &ClientFrame) {
        if self.socket.ready_state() != WebSocket::OPEN {
            return;
        }
        if let Ok(text) = serde_json::to_string(frame) {
            let _ = self.socket.send_with_str(&text);
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        let _ = self.socket.close();
    }
}
