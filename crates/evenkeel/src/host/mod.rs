//! The server's inside: the one door to a workspace, who may enter, and the one writer behind it.

pub mod access;
pub mod clock;
pub mod draft;
pub mod draws;
pub mod editions;
pub mod fault;
pub mod fold;
pub mod keys;
pub mod live;
pub mod names;
pub mod one_time;
pub mod order;
pub mod private;
pub mod readers;
pub mod rows;
pub mod secret;
pub mod sessions;
pub mod sign_in;
pub mod signed;
pub mod throttle;
pub mod timer;
pub mod users;
pub mod workspace;
pub mod writer;
