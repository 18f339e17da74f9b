//! Handing letters over: SMTP, sendmail, folder.
//!
//! The rule of every way: a failure is temporary unless it is known to be permanent *for this letter*.
//! A wrong password, an expired certificate or a server that is down say nothing about the letter, so
//! it waits; the reason stands in the answer.

mod folder;
mod sendmail;
mod session;
mod smtp;

use crate::news::errand::{Deliver, Delivery};
pub use crate::news::errand::{Route, Security, Smtp};

use self::folder::Folder;
use self::sendmail::Sendmail;
use self::smtp::Pool;

/// Hands letters over; keeps its connections while letters come.
#[derive(Debug)]
pub struct Mailer {
    way: Way,
}

#[derive(Debug)]
enum Way {
    Smtp(Pool),
    Sendmail(Sendmail),
    Folder(Folder),
}

impl Mailer {
    /// `from` becomes the envelope's sender: an address, bare or behind a name.
    ///
    /// # Errors
    /// When a certificate cannot be read or the sender is no address.
    pub fn new(route: Route, from: &str) -> Result<Self, String> {
        let from = envelope_address(from).ok_or_else(|| format!("\"{from}\" is no address to send from"))?;
        let way = match route {
            Route::Smtp(server) => Way::Smtp(Pool::new(server, from)?),
            Route::Sendmail(program) => Way::Sendmail(Sendmail { program, from }),
            Route::Folder(folder) => Way::Folder(Folder { folder }),
        };
        Ok(Self { way })
    }

    /// Hands one letter over.
    pub async fn deliver(&self, letter: &Deliver) -> Delivery {
        let Some(recipient) = envelope_address(&letter.recipient) else {
            return Delivery::Refused(one_line(&format!("\"{}\" is no address", letter.recipient)));
        };
        match &self.way {
            Way::Smtp(pool) => pool.deliver(&recipient, &letter.bytes).await,
            Way::Sendmail(sendmail) => sendmail.deliver(&recipient, &letter.bytes).await,
            Way::Folder(folder) => folder.deliver(&letter.bytes).await,
        }
    }
}

/// The address of `a@b.org` or `Name <a@b.org>` as it stands in an SMTP command or an argument, its
/// domain in ASCII; `None` when it is none or could be taken for more than an address.
fn envelope_address(written: &str) -> Option<String> {
    let named = written.strip_suffix('>').and_then(|open| open.rsplit_once('<'));
    let address = named.map_or(written, |(_, address)| address);
    let (local, domain) = address.rsplit_once('@')?;
    let unsafe_char = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '<' | '>');
    if local.is_empty() || domain.is_empty() || address.contains(unsafe_char) {
        return None;
    }
    if domain.is_ascii() {
        return Some(address.to_owned());
    }
    let url::Host::Domain(domain) = url::Host::parse(domain).ok()? else { return None };
    Some(format!("{local}@{domain}"))
}

/// A server's or program's words on one line, bounded, without control characters.
pub(super) fn one_line(text: &str) -> String {
    const LONGEST: usize = 300;
    let words = text.split(|c: char| c.is_control() || c.is_whitespace()).filter(|word| !word.is_empty());
    let mut line = String::new();
    for word in words {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > LONGEST {
            line = line.chars().take(LONGEST).collect();
            line.push('…');
            break;
        }
    }
    line
}
