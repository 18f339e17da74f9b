//! The one ledger: SQLite, synchronous. All SQL lives here.
