//! Numbered migrations; `user_version` counts them.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::fault::StoreFault;

/// `wire` in ASCII: tells our files from other programs' (PRAGMA application_id).
const APPLICATION_ID: i32 = 0x7769_7265;

/// Every migration, in order; the first makes the ledger.
pub const MIGRATIONS: &[&str] = &[include_str!("schema/001_ledger.sql")];

/// The schema that this program writes.
#[must_use]
pub fn known_version() -> u32 {
    u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX)
}

/// Brings the database up to date; an older one is copied to `*.backup` first. Returns the backup's
/// path when one was made.
pub(super) fn bring_up_to_date(conn: &mut Connection, path: &Path) -> Result<Option<PathBuf>, StoreFault> {
    apply(conn, path, MIGRATIONS)
}

fn apply(conn: &mut Connection, path: &Path, migrations: &[&str]) -> Result<Option<PathBuf>, StoreFault> {
    let told = |error: &rusqlite::Error| StoreFault::from_sqlite(path, error);
    let found = version(conn, path)?;
    let known = u32::try_from(migrations.len()).unwrap_or(u32::MAX);
    if found > known {
        return Err(StoreFault::Newer { path: path.to_owned(), found, known });
    }
    if found == known {
        return Ok(None);
    }
    let backup = if found > 0 { Some(back_up_before(conn, path, found)?) } else { None };
    for (number, sql) in (1..).zip(migrations).skip(found as usize) {
        let step = conn.transaction().map_err(|e| told(&e))?;
        step.execute_batch(sql).map_err(|e| told(&e))?;
        step.pragma_update(None, "application_id", APPLICATION_ID).map_err(|e| told(&e))?;
        step.pragma_update(None, "user_version", number).map_err(|e| told(&e))?;
        step.commit().map_err(|e| told(&e))?;
    }
    Ok(backup)
}

/// The version of a database that this program can read.
///
/// # Errors
/// When the file is another program's, or a newer wirewatch's.
pub(super) fn accepted_version(conn: &Connection, path: &Path) -> Result<u32, StoreFault> {
    let (found, known) = (version(conn, path)?, known_version());
    if found > known {
        return Err(StoreFault::Newer { path: path.to_owned(), found, known });
    }
    Ok(found)
}

/// The version of a database of ours, 0 for an empty one.
fn version(conn: &Connection, path: &Path) -> Result<u32, StoreFault> {
    let pragma = |name: &str| -> Result<i64, StoreFault> {
        conn.pragma_query_value(None, name, |row| row.get(0)).map_err(|e| StoreFault::from_sqlite(path, &e))
    };
    let (application, version, tables) =
        (pragma("application_id")?, pragma("user_version")?, pragma("schema_version")?);
    if application != i64::from(APPLICATION_ID) && (application != 0 || version != 0 || tables != 0) {
        return Err(StoreFault::Foreign { path: path.to_owned() });
    }
    Ok(u32::try_from(version).unwrap_or(u32::MAX))
}

fn back_up_before(conn: &Connection, path: &Path, found: u32) -> Result<PathBuf, StoreFault> {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".v{found}.backup"));
    let target = PathBuf::from(name);
    super::backup::copy(conn, path, &target, |_, _| ())?;
    Ok(target)
}

#[cfg(test)]
mod tests {
    use super::{Connection, MIGRATIONS, StoreFault, apply};

    #[test]
    fn an_older_database_is_copied_before_it_is_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wirewatch.db");
        let mut conn = Connection::open(&path).unwrap();
        assert_eq!(apply(&mut conn, &path, MIGRATIONS).unwrap(), None, "a new one needs no copy");
        let later = [MIGRATIONS, &["CREATE TABLE later (id INTEGER) STRICT;"]].concat();
        let backup = apply(&mut conn, &path, &later).unwrap().expect("a copy");
        assert_eq!(apply(&mut conn, &path, &later).unwrap(), None);
        assert!(matches!(apply(&mut conn, &path, MIGRATIONS), Err(StoreFault::Newer { .. })));
        let mut old = Connection::open(&backup).unwrap();
        assert_eq!(apply(&mut old, &backup, MIGRATIONS).unwrap(), None, "the copy is what it was");
    }

    #[test]
    fn a_migration_that_fails_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wirewatch.db");
        let mut conn = Connection::open(&path).unwrap();
        apply(&mut conn, &path, MIGRATIONS).unwrap();
        let broken =
            [MIGRATIONS, &["CREATE TABLE half (id INTEGER) STRICT; SELECT * FROM nowhere;"]].concat();
        assert!(apply(&mut conn, &path, &broken).is_err());
        assert!(conn.prepare("SELECT * FROM half").is_err());
        assert_eq!(apply(&mut conn, &path, MIGRATIONS).unwrap(), None);
    }
}
