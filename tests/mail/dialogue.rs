//! How a dialogue is written, line by line:
//!
//! ```text
//! # What it teaches.
//! security starttls             starttls, tls or none
//! certificate good              of tests/certificates
//! login USER PASSWORD
//! to reader@example.org         a letter; several follow one another
//! = accepted 250 queued         what becomes of it
//! letter Subject: x\r\n\r\n     its bytes, else a short one
//! S: 220 mail.example.org       what the server says, as it comes; `\r\n` within for several lines
//! C: EHLO [127.0.0.1]           what must be said to it
//! | Subject: x                  the letter's lines as they must come, up to the dot
//! TLS                           the handshake; REFUSED when it must fail
//! CLOSE                         the server hangs up; GONE: the client does, whatever it says before
//! NEXT                          the next connection
//! ```

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::acceptor::acceptor;

pub struct Case {
    pub security: String,
    pub login: Option<(String, String)>,
    /// Recipients, and what is expected of each.
    pub letters: Vec<(String, String)>,
    pub letter: String,
    certificate: String,
    script: Vec<String>,
}

pub struct Server {
    pub port: u16,
    talk: JoinHandle<Vec<String>>,
}

impl Case {
    pub fn read(text: &str) -> Self {
        let mut case = Self {
            security: "none".to_owned(),
            login: None,
            letters: Vec::new(),
            letter: "Subject: x\r\n\r\nText\r\n".to_owned(),
            certificate: "good".to_owned(),
            script: Vec::new(),
        };
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            match word {
                "security" => rest.clone_into(&mut case.security),
                "certificate" => rest.clone_into(&mut case.certificate),
                "login" => case.login = rest.split_once(' ').map(|(a, b)| (a.to_owned(), b.to_owned())),
                "to" => case.letters.push((rest.to_owned(), String::new())),
                "=" => rest.clone_into(&mut case.letters.last_mut().unwrap().1),
                "letter" => case.letter = unescaped(rest),
                _ => case.script.push(line.to_owned()),
            }
        }
        case
    }

    pub async fn start(&self) -> Server {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let script = self.script.clone();
        let certificate = self.certificate.clone();
        let talk = tokio::spawn(async move {
            let mut faults = Vec::new();
            for part in script.split(|line| line == "NEXT") {
                faults.extend(talk(&listener, part, &certificate).await.err());
            }
            faults
        });
        Server { port, talk }
    }
}

impl Server {
    /// What was said otherwise than written, or not at all.
    pub async fn faults(self) -> Vec<String> {
        match tokio::time::timeout(Duration::from_secs(20), self.talk).await {
            Ok(faults) => faults.unwrap(),
            Err(_) => vec!["the dialogue is not at its end".to_owned()],
        }
    }
}

trait Wire: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Wire for S {}

/// One connection.
async fn talk(listener: &TcpListener, script: &[String], certificate: &str) -> Result<(), String> {
    let (stream, _) = listener.accept().await.unwrap();
    stream.set_nodelay(true).unwrap();
    let mut wire: Box<dyn Wire> = Box::new(stream);
    let mut in_letter = false;
    for line in script {
        if in_letter && !line.starts_with('|') {
            heard(&mut wire, ".").await?;
            in_letter = false;
        }
        if let Some(reply) = line.strip_prefix("S: ") {
            // A client that had enough is judged by what it makes of it.
            let _ = wire.write_all(format!("{}\r\n", unescaped(reply)).as_bytes()).await;
        } else if let Some(command) = line.strip_prefix("C: ") {
            heard(&mut wire, command).await?;
        } else if let Some(text) = line.strip_prefix('|') {
            in_letter = true;
            heard(&mut wire, text.strip_prefix(' ').unwrap_or(text)).await?;
        } else if line == "TLS" {
            wire = Box::new(acceptor(certificate).accept(wire).await.map_err(|why| why.to_string())?);
        } else if line == "REFUSED" {
            let shaken = acceptor(certificate).accept(&mut wire).await;
            return if shaken.is_err() { Ok(()) } else { Err("the handshake went well".to_owned()) };
        } else if line == "GONE" {
            while wire.read_u8().await.is_ok() {}
        } else {
            assert_eq!(line, "CLOSE", "nobody knows this line");
            return Ok(());
        }
    }
    Ok(())
}

async fn heard(wire: &mut Box<dyn Wire>, expected: &str) -> Result<(), String> {
    let mut line = Vec::new();
    while !line.ends_with(b"\n") {
        match wire.read_u8().await {
            Ok(byte) => line.push(byte),
            Err(_) => return Err(format!("the client left instead of \"{expected}\"")),
        }
    }
    let line = String::from_utf8_lossy(&line);
    match line.strip_suffix("\r\n") {
        Some(said) if said == expected => Ok(()),
        _ => Err(format!("the client said {line:?} instead of \"{expected}\"")),
    }
}

fn unescaped(text: &str) -> String {
    text.replace("\\r", "\r").replace("\\n", "\n")
}
