//! What is special to the SQLite backend, and where the backends meet.

mod backups;
mod conforms;
mod damage;
mod erasure;
mod opening;
mod scripts;
mod stores;
mod views;
