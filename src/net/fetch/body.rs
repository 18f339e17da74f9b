//! Reading a body: capped while it streams, decoded, whole or not at all.

use bytes::Bytes;
use reqwest::header::{CONTENT_ENCODING, CONTENT_LENGTH, TRANSFER_ENCODING};
use reqwest::{Response, Version};
use tokio::sync::Semaphore;

use crate::news::errand::{Fault, FaultClass};

use super::coding::{self, Failed};
use super::fault::{self, fault};

/// Beyond this a body is large, and large ones are read a few at a time: memory stays bounded even
/// when every feed turns hostile at once. One feed in a hundred is larger.
const LARGE: usize = 1 << 20;
const LARGE_AT_ONCE: usize = 4;

/// Decoding more than this takes milliseconds: not on a thread that serves connections, and not
/// many at once, for what comes out may be a thousand times larger.
const DECODED_ASIDE: usize = 32 << 10;
const DECODED_AT_ONCE: usize = 2;

#[derive(Debug)]
pub(super) struct Reader {
    max: usize,
    large: Semaphore,
    decoding: Semaphore,
}

impl Reader {
    pub fn new(max: usize) -> Self {
        Self { max, large: Semaphore::new(LARGE_AT_ONCE), decoding: Semaphore::new(DECODED_AT_ONCE) }
    }

    /// The whole body, decoded.
    pub async fn read(&self, response: Response) -> Result<Vec<u8>, Fault> {
        let codings = coding::codings(response.headers().get_all(CONTENT_ENCODING).iter())
            .map_err(|why| self.undecoded(why))?;
        let raw = self.collect(response).await?;
        let max = self.max;
        let decoded = if raw.len() <= DECODED_ASIDE || coding::is_plain(&raw, &codings) {
            coding::decode(raw, &codings, max)
        } else {
            // Neither is ever closed or cancelled.
            let _turn = self.decoding.acquire().await;
            tokio::task::spawn_blocking(move || coding::decode(raw, &codings, max))
                .await
                .unwrap_or_else(|why| Err(Failed::Broken(why.to_string())))
        };
        decoded.map_err(|why| self.undecoded(why))
    }

    async fn collect(&self, mut response: Response) -> Result<Vec<u8>, Fault> {
        let announced = announced_length(&response);
        if let Some(length) = announced.filter(|length| *length > self.max as u64) {
            let (size, max) = (readable(length), readable(self.max as u64));
            let detail = format!("the server announces {size}, the limit is {max}: nothing of it was read");
            return Err(fault(FaultClass::TooLarge, &detail));
        }
        let mut body =
            Vec::with_capacity(announced.and_then(|a| usize::try_from(a).ok()).unwrap_or(0).min(LARGE));
        let open_ended = is_open_ended(&response);
        let mut turn = None;
        while let Some(chunk) = next_chunk(&mut response, open_ended).await? {
            let length = body.len() + chunk.len();
            if length > self.max {
                return Err(self.grew_too_large("the document went on beyond"));
            }
            if length > LARGE && turn.is_none() {
                turn = Some(self.large.acquire().await);
            }
            body.extend_from_slice(&chunk);
        }
        // hyper takes an HTTP/2 stream that was cancelled for one that has ended.
        if let Some(length) = announced.filter(|length| *length != body.len() as u64) {
            let (came, length) = (readable(body.len() as u64), readable(length));
            return Err(fault(
                FaultClass::Broken,
                &format!("the body was cut: {came} of the announced {length} came"),
            ));
        }
        Ok(body)
    }

    fn undecoded(&self, why: Failed) -> Fault {
        match why {
            Failed::TooLarge => self.grew_too_large("the decompressed document goes on beyond"),
            Failed::Unknown(coding) => fault(
                FaultClass::Protocol,
                &format!("the body is encoded as \"{coding}\", which we did not ask for"),
            ),
            Failed::Broken(why) => {
                fault(FaultClass::Broken, &format!("the body cannot be decompressed: {why}"))
            }
        }
    }

    fn grew_too_large(&self, how: &str) -> Fault {
        fault(FaultClass::TooLarge, &format!("{how} the limit of {}", readable(self.max as u64)))
    }
}

/// The next piece of a body; `None` at its end.
async fn next_chunk(response: &mut Response, open_ended: bool) -> Result<Option<Bytes>, Fault> {
    match response.chunk().await {
        Ok(chunk) => Ok(chunk),
        // Servers that close a TLS connection without a goodbye are many, and browsers let them.
        // Where the length is known, the lack would have shown.
        Err(why) if open_ended && fault::is_end_of_file(&why) => Ok(None),
        Err(why) => Err(fault::cut(&why)),
    }
}

/// Nothing but the end of the connection says where the body ends.
fn is_open_ended(response: &Response) -> bool {
    let headers = response.headers();
    response.version() <= Version::HTTP_11
        && !headers.contains_key(CONTENT_LENGTH)
        && !headers.contains_key(TRANSFER_ENCODING)
}

fn announced_length(response: &Response) -> Option<u64> {
    response.headers().get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// To the tenth of its unit where that says more.
fn readable(bytes: u64) -> String {
    let (unit, name) = match bytes {
        0..1_024 => return format!("{bytes} bytes"),
        1_024..1_048_576 => (1 << 10, "KiB"),
        1_048_576..1_073_741_824 => (1 << 20, "MiB"),
        _ => (1 << 30, "GiB"),
    };
    match (bytes / unit, bytes % unit * 10 / unit) {
        (whole, 0) => format!("{whole} {name}"),
        (whole, tenths) => format!("{whole}.{tenths} {name}"),
    }
}
