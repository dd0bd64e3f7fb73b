//! What an error of SQLite means for the store.
//!
//! The line drawn here: *full* and *busy* roll back whole and may be tried again; an I/O error or a
//! malformed page leaves open what reached the disk, and the writer stops (see
//! [`StorageFault::Poisoned`]); anything else is a failure of this one call.

use crate::fault::StorageFault;
use rusqlite::ErrorCode;

/// Turns an error met while `doing` something into a fault.
pub(crate) fn fault(doing: &'static str) -> impl FnOnce(rusqlite::Error) -> StorageFault {
    move |error| match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StorageFault::Full,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StorageFault::Busy,
        _ => StorageFault::Backend {
            doing,
            source: Box::new(error),
        },
    }
}

/// Why a writer that met this fault must stop, if it must.
pub(crate) fn poison(fault: &StorageFault) -> Option<String> {
    let StorageFault::Backend { doing, source } = fault else {
        return None;
    };
    let error = source.downcast_ref::<rusqlite::Error>()?;
    leaves_doubt(error.sqlite_error_code()?).then(|| format!("could not {doing}: {error}"))
}

fn leaves_doubt(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::SystemIoFailure
            | ErrorCode::DatabaseCorrupt
            | ErrorCode::NotADatabase
            | ErrorCode::CannotOpen
            | ErrorCode::FileLockingProtocolFailed
            | ErrorCode::InternalMalfunction
    )
}

/// Whether a unique key refused the row.
pub(crate) fn is_taken(error: &rusqlite::Error) -> bool {
    const TAKEN: [i32; 3] = [
        rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY,
        rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE,
        rusqlite::ffi::SQLITE_CONSTRAINT_ROWID,
    ];
    error
        .sqlite_error()
        .is_some_and(|error| TAKEN.contains(&error.extended_code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::ffi;

    fn error(code: i32) -> rusqlite::Error {
        rusqlite::Error::SqliteFailure(ffi::Error::new(code), None)
    }

    #[test]
    fn doubt_stops_the_writer_and_nothing_else_does() {
        let stops = [
            ffi::SQLITE_IOERR,
            ffi::SQLITE_IOERR_FSYNC,
            ffi::SQLITE_IOERR_WRITE,
            ffi::SQLITE_IOERR_SHORT_READ,
            ffi::SQLITE_CORRUPT,
            ffi::SQLITE_NOTADB,
            ffi::SQLITE_CANTOPEN,
        ];
        for code in stops {
            assert!(
                poison(&fault("commit")(error(code))).is_some(),
                "code {code}"
            );
        }
        let goes_on = [
            ffi::SQLITE_FULL,
            ffi::SQLITE_BUSY,
            ffi::SQLITE_LOCKED,
            ffi::SQLITE_NOMEM,
            ffi::SQLITE_INTERRUPT,
            ffi::SQLITE_CONSTRAINT_CHECK,
            ffi::SQLITE_TOOBIG,
        ];
        for code in goes_on {
            assert!(
                poison(&fault("commit")(error(code))).is_none(),
                "code {code}"
            );
        }
    }

    #[test]
    fn full_and_busy_may_be_tried_again() {
        assert!(matches!(
            fault("commit")(error(ffi::SQLITE_FULL)),
            StorageFault::Full
        ));
        assert!(matches!(
            fault("commit")(error(ffi::SQLITE_BUSY_SNAPSHOT)),
            StorageFault::Busy
        ));
        assert!(!fault("commit")(error(ffi::SQLITE_IOERR)).transient());
    }
}
