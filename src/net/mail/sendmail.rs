//! The system's own mail program, by the oldest interface there is.

use std::path::PathBuf;
use std::process::{Output, Stdio};
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::news::errand::Delivery;

use super::one_line;

/// A program that queues is done at once; one that delivers itself (msmtp) needs the server's time.
const DEADLINE: Duration = Duration::from_mins(2);

#[derive(Debug)]
pub(super) struct Sendmail {
    pub program: PathBuf,
    pub from: String,
}

impl Sendmail {
    pub async fn deliver(&self, recipient: &str, bytes: &[u8]) -> Delivery {
        let program = self.program.display();
        match tokio::time::timeout(DEADLINE, self.run(recipient, bytes)).await {
            Ok(Ok(output)) => judge(&program.to_string(), &output),
            Ok(Err(why)) => Delivery::Later(format!("{program} cannot be run: {why}")),
            Err(_) => Delivery::Later(format!("{program} was not done within {} s", DEADLINE.as_secs())),
        }
    }

    async fn run(&self, recipient: &str, bytes: &[u8]) -> std::io::Result<Output> {
        let mut child = Command::new(&self.program)
            .args(["-i", "-f", &self.from, "--", recipient])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let stdin = child.stdin.take();
        let message = local_lines(bytes);
        let feed = async move {
            if let Some(mut stdin) = stdin {
                // A program that ends early says why by its exit code.
                let _ = stdin.write_all(&message).await;
                let _ = stdin.shutdown().await;
            }
        };
        let ((), output) = tokio::join!(feed, child.wait_with_output());
        output
    }
}

/// Programs take lines as the system ends them; CRLF would reach some recipients as CR CRLF.
fn local_lines(bytes: &[u8]) -> Vec<u8> {
    let mut lines = Vec::with_capacity(bytes.len());
    for (at, &byte) in bytes.iter().enumerate() {
        if byte != b'\r' || bytes.get(at + 1) != Some(&b'\n') {
            lines.push(byte);
        }
    }
    lines
}

/// By `sysexits.h`: bad data, no such user and no such host are about the letter, everything else is
/// about the program or the system.
fn judge(program: &str, output: &Output) -> Delivery {
    let said = one_line(&String::from_utf8_lossy(if output.stderr.is_empty() {
        &output.stdout
    } else {
        &output.stderr
    }));
    match output.status.code() {
        Some(0) if said.is_empty() => Delivery::Accepted(format!("taken by {program}")),
        Some(0) => Delivery::Accepted(said),
        Some(code @ (65 | 67 | 68)) => {
            Delivery::Refused(format!("{program} refused it (exit {code}): {said}"))
        }
        Some(code) => Delivery::Later(format!("{program} failed (exit {code}): {said}")),
        None => Delivery::Later(format!("{program} was killed: {said}")),
    }
}
