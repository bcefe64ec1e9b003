//! The server when its surroundings fail: a disk that is full, a disk that is too slow.

mod full_disk;
mod overload;
