//! The server when its surroundings fail: a disk that is too slow.

mod overload;
