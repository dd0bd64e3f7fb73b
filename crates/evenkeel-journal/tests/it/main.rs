//! What is special to the SQLite backend, and where the backends meet.

// mod backups;
mod conforms;
// mod damage;
// mod faults;
// mod opening;
// mod scripts;
// mod views;
