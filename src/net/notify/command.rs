//! A program for each notification: the document comes on standard input, the exit code is the answer.
//!
//! Nothing that a source wrote stands in its arguments or its environment.

use std::fs::File;
use std::io::{Seek, Write};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::fs::{MemfdFlags, memfd_create};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};
use tokio::sync::oneshot;

use crate::net::mail::one_line;
use crate::news::errand::{Delivery, Notify};

/// The whole environment, with the channel's name and the notification's id.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// What a program left behind may hold its standard error open: last words are awaited for so long.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// Bytes of standard error that are kept: the last ones.
const TAIL: usize = 4 << 10;

#[derive(Debug)]
pub(super) struct Program {
    /// Absolute path and arguments.
    pub command: Vec<String>,
    pub timeout: Duration,
}

impl Program {
    pub async fn deliver(&self, errand: &Notify) -> Delivery {
        let Some((program, arguments)) = self.command.split_first() else {
            return Delivery::Later("no program is named".to_owned());
        };
        let mut child = match start(program, arguments, errand) {
            Ok(child) => child,
            Err(why) => return Delivery::Later(format!("{program} cannot be run: {why}")),
        };
        let group = child.id();
        match tokio::time::timeout(self.timeout, outcome(&mut child)).await {
            Ok(Ok((status, said))) => judge(program, status, &said),
            Ok(Err(why)) => Delivery::Later(format!("{program} cannot be waited for: {why}")),
            Err(_) => {
                end(group);
                // It has been killed: what is waited for is that nothing of it is left.
                let _ = child.wait().await;
                let seconds = self.timeout.as_secs_f32();
                Delivery::Later(format!("{program} was not done within {seconds} s, and was killed"))
            }
        }
    }
}

/// In a process group of its own, so that it can be ended with whatever it started.
fn start(program: &str, arguments: &[String], errand: &Notify) -> std::io::Result<Child> {
    Command::new(program)
        .args(arguments)
        .env_clear()
        .env("PATH", PATH)
        .env("WIREWATCH_CHANNEL", &errand.channel)
        .env("WIREWATCH_ID", &errand.id)
        .current_dir("/")
        .stdin(whole(&errand.bytes)?)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
}

/// A file in memory: a program that outlives us has got all of it, and cannot take half a document for one
/// that ends there, as with a pipe.
fn whole(bytes: &[u8]) -> std::io::Result<File> {
    let mut file = File::from(memfd_create("notification", MemfdFlags::CLOEXEC)?);
    file.write_all(bytes)?;
    file.rewind()?;
    Ok(file)
}

fn end(group: Option<u32>) {
    let group = group.and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    if let Some(group) = group {
        // It may have gone meanwhile.
        let _ = kill_process_group(group, Signal::KILL);
    }
}

/// Its exit code, and the end of what it says on standard error.
async fn outcome(child: &mut Child) -> std::io::Result<(ExitStatus, Vec<u8>)> {
    let stderr = child.stderr.take();
    let mut tail = Vec::new();
    let listen = async {
        if let Some(stderr) = stderr {
            keep_the_end(stderr, &mut tail).await;
        }
    };
    let (gone, is_gone) = oneshot::channel();
    let ended = async move {
        let status = child.wait().await;
        let _ = gone.send(());
        status
    };
    let last_words = async move {
        let _ = is_gone.await;
        tokio::time::sleep(LAST_WORDS).await;
    };
    let heard = async {
        tokio::select! {
            () = listen => {}
            () = last_words => {}
        }
    };
    let (status, ()) = tokio::join!(ended, heard);
    Ok((status?, tail))
}

/// However much it says, the last bytes alone are kept.
async fn keep_the_end(mut stream: impl AsyncRead + Unpin, tail: &mut Vec<u8>) {
    let mut chunk = [0; TAIL];
    while let Ok(length @ 1..) = stream.read(&mut chunk).await {
        tail.extend_from_slice(&chunk[..length]);
        let surplus = tail.len().saturating_sub(TAIL);
        tail.drain(..surplus);
    }
}

/// Any exit code but 0 is temporary: a program that wants a notification no more says so with 0.
fn judge(program: &str, status: ExitStatus, said: &[u8]) -> Delivery {
    let said = String::from_utf8_lossy(said);
    let last = one_line(said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default());
    let last = if last.is_empty() { String::new() } else { format!(": {last}") };
    match status.code() {
        Some(0) => Delivery::Accepted(format!("taken by {program}{last}")),
        Some(code) => Delivery::Later(format!("{program} failed (exit {code}){last}")),
        None => Delivery::Later(format!("{program} was killed{last}")),
    }
}
