//! Letters as files: for a look at them, and for programs that carry them on.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_64;

use crate::news::errand::Delivery;

/// File systems take 255 bytes; the rest is for the suffix and the temporary name.
const LONGEST_NAME: usize = 200;

#[derive(Debug)]
pub(super) struct Folder {
    pub folder: PathBuf,
}

impl Folder {
    pub async fn deliver(&self, bytes: &Arc<[u8]>) -> Delivery {
        let folder = self.folder.clone();
        let bytes = Arc::clone(bytes);
        let path = folder.join(file_name(&bytes));
        let shown = path.display().to_string();
        match tokio::task::spawn_blocking(move || put(&folder, &path, &bytes)).await {
            Ok(Ok(())) => Delivery::Accepted(format!("written to {shown}")),
            Ok(Err(why)) => Delivery::Later(format!("cannot write {shown}: {why}")),
            Err(why) => Delivery::Later(format!("writing {shown} broke off: {why}")),
        }
    }
}

/// Whole or not at all: whoever watches the folder never sees half a letter.
fn put(folder: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let mut file = File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)
}

/// The Message-ID, as far as it can be a file name; else the bytes' hash. The same letter has the
/// same name.
fn file_name(bytes: &[u8]) -> String {
    let id = message_id(bytes);
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '@' | '+' | '=');
    match id {
        Some(id) if id.len() <= LONGEST_NAME && id.chars().all(plain) && !id.starts_with('.') => {
            format!("{id}.eml")
        }
        Some(id) => format!("{:016x}.eml", xxh3_64(id.as_bytes())),
        None => format!("{:016x}.eml", xxh3_64(bytes)),
    }
}

/// What stands between `<` and `>` in the header `Message-ID`.
fn message_id(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.split("\r\n").take_while(|line| !line.is_empty());
    let is_id = |line: &&str| line.get(..11).is_some_and(|name| name.eq_ignore_ascii_case("message-id:"));
    let line = lines.find(is_id)?;
    // A long one is folded: the id itself then stands alone on the next line.
    let folded = lines.next().filter(|next| next.starts_with([' ', '\t'])).unwrap_or_default();
    let value = format!("{}{folded}", &line[11..]);
    let (_, id) = value.split_once('<')?;
    let (id, _) = id.split_once('>')?;
    (!id.is_empty()).then(|| id.to_owned())
}
