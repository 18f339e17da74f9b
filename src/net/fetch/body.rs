//! Reading a body: capped while it streams, decoded, whole or not at all.

use std::sync::Arc;

use bytes::Bytes;
use reqwest::header::{CONTENT_ENCODING, CONTENT_LENGTH, TRANSFER_ENCODING};
use reqwest::{Response, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use crate::news::errand::{Fault, FaultClass};

use super::coding::{self, Coding, Failed};
use super::fault::{self, fault};
use super::meter::Meter;

/// Beyond this a body is large, and needs a place in the budget. One feed in a hundred is larger.
const LARGE: usize = 1 << 20;

/// All large bodies together, from the first byte until they have been read into entries: memory stays
/// bounded even when every feed turns hostile at once. Four of the longest that are allowed by default.
const BUDGET: usize = 64 << 20;
/// What the budget is counted in; a semaphore counts in `u32`.
const UNIT: usize = 1 << 10;

/// Decoding more than this takes milliseconds: not on a thread that serves connections, and not
/// many at once, for what comes out may be a thousand times larger.
const DECODED_ASIDE: usize = 32 << 10;
const DECODED_AT_ONCE: usize = 2;

#[derive(Debug)]
pub(super) struct Reader {
    max: usize,
    /// Bytes of all large bodies together.
    all: usize,
    budget: Arc<Semaphore>,
    decoding: Semaphore,
}

/// A large body's place in the budget; given back when dropped. Small bodies need none.
#[derive(Debug, Default)]
pub struct Room {
    held: Option<OwnedSemaphorePermit>,
}

/// A body as it came, and what was done to it.
#[derive(Debug)]
pub(super) struct Raw {
    bytes: Vec<u8>,
    codings: Vec<Coding>,
    room: Room,
}

impl Room {
    /// Gives back what a body of `bytes` does not take.
    fn shrink(&mut self, bytes: usize) {
        let needed = if bytes > LARGE { bytes.div_ceil(UNIT) } else { 0 };
        let spare = |held: &mut OwnedSemaphorePermit| held.split(held.num_permits().saturating_sub(needed));
        drop(self.held.as_mut().and_then(spare));
    }
}

impl Reader {
    pub fn new(max: usize) -> Self {
        let all = BUDGET.max(max);
        let budget = Arc::new(Semaphore::new(all.div_ceil(UNIT)));
        Self { max, all, budget, decoding: Semaphore::new(DECODED_AT_ONCE) }
    }

    /// The whole body, as it came.
    pub async fn receive(&self, response: Response, deadline: Instant, meter: &Meter) -> Result<Raw, Fault> {
        let codings = coding::codings(response.headers().get_all(CONTENT_ENCODING).iter())
            .map_err(|why| self.undecoded(why))?;
        let mut room = Room::default();
        let bytes = self.collect(response, &mut room, deadline, meter).await?;
        Ok(Raw { bytes, codings, room })
    }

    /// The same decoded, and its place in the budget, to be held as long as the body. The deadline is for waiting for
    /// that place alone.
    pub async fn unpack(&self, raw: Raw, deadline: Instant, meter: &Meter) -> Result<(Vec<u8>, Room), Fault> {
        let Raw { bytes, codings, mut room } = raw;
        let body = self.decode(bytes, codings, &mut room, deadline, meter).await?;
        room.shrink(body.len());
        Ok((body, room))
    }

    async fn decode(
        &self,
        raw: Vec<u8>,
        codings: Vec<Coding>,
        room: &mut Room,
        deadline: Instant,
        meter: &Meter,
    ) -> Result<Vec<u8>, Fault> {
        if coding::is_plain(&raw, &codings) {
            return Ok(raw);
        }
        if raw.len() <= DECODED_ASIDE {
            match coding::decode(raw.clone(), &codings, self.max.min(LARGE)) {
                // A few bytes that become a large body: with a place in the budget.
                Err(Failed::TooLarge) if self.max > LARGE => {}
                decoded => return decoded.map_err(|why| self.undecoded(why)),
            }
        }
        self.reserve(room, deadline, meter).await?;
        // Neither is ever closed or cancelled.
        let _turn = self.decoding.acquire().await;
        let max = self.max;
        tokio::task::spawn_blocking(move || coding::decode(raw, &codings, max))
            .await
            .unwrap_or_else(|why| Err(Failed::Broken(why.to_string())))
            .map_err(|why| self.undecoded(why))
    }

    /// Room for the longest body, at once: bodies that grew a little at a time would wait for one
    /// another. The wait counts against the request's deadline, but not against the feed.
    async fn reserve(&self, room: &mut Room, deadline: Instant, meter: &Meter) -> Result<(), Fault> {
        if room.held.is_some() {
            return Ok(());
        }
        let whole = u32::try_from(self.max.div_ceil(UNIT)).unwrap_or(u32::MAX);
        room.held = Arc::clone(&self.budget).try_acquire_many_owned(whole).ok();
        if room.held.is_some() {
            return Ok(());
        }
        meter.note_wait_for_room();
        let place = Arc::clone(&self.budget).acquire_many_owned(whole);
        let Ok(place) = tokio::time::timeout_at(deadline, place).await else {
            let all = readable(self.all as u64);
            let why = format!(
                "no room in memory: other large documents took all of the {all} that they share; our fault, not the feed's"
            );
            return Err(fault(FaultClass::NoRoom, &why));
        };
        // It is never closed.
        room.held = place.ok();
        Ok(())
    }

    async fn collect(
        &self,
        mut response: Response,
        room: &mut Room,
        deadline: Instant,
        meter: &Meter,
    ) -> Result<Vec<u8>, Fault> {
        let announced = announced_length(&response);
        if let Some(length) = announced.filter(|length| *length > self.max as u64) {
            let (size, max) = (readable(length), readable(self.max as u64));
            let detail = format!("the server announces {size}, the limit is {max}: nothing of it was read");
            return Err(fault(FaultClass::TooLarge, &detail));
        }
        let mut body =
            Vec::with_capacity(announced.and_then(|a| usize::try_from(a).ok()).unwrap_or(0).min(LARGE));
        let open_ended = is_open_ended(&response);
        while let Some(chunk) = next_chunk(&mut response, open_ended).await? {
            meter.note_received(chunk.len());
            let length = body.len() + chunk.len();
            if length > self.max {
                return Err(self.grew_too_large("the document went on beyond"));
            }
            if length > LARGE {
                self.reserve(room, deadline, meter).await?;
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

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use tokio::time::Instant;
    use xxhash_rust::xxh3::xxh3_64;

    use super::{DECODED_ASIDE, Meter, Raw, Reader, Room};

    /// Letters without a pattern: they stay large.
    fn packed() -> (Vec<u8>, Vec<u8>) {
        let noise = (0..3 * DECODED_ASIDE as u64).map(|n| xxh3_64(&n.to_le_bytes()).to_le_bytes()[0]);
        let plain: Vec<u8> = noise.collect();
        let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
        packer.write_all(&plain).unwrap();
        (plain, packer.finish().unwrap())
    }

    #[tokio::test]
    async fn what_came_in_time_is_not_late_because_we_are_busy() {
        let (plain, bytes) = packed();
        assert!(bytes.len() > DECODED_ASIDE);
        let reader = Reader::new(1 << 20);
        let busy = reader.decoding.acquire_many(2).await.unwrap();
        let raw = Raw { bytes, codings: Vec::new(), room: Room::default() };
        let (meter, deadline) = (Meter::start(), Instant::now());
        let unpacked = async { reader.unpack(raw, deadline, &meter).await };
        let free = async {
            tokio::task::yield_now().await;
            drop(busy);
        };
        let (unpacked, ()) = tokio::join!(unpacked, free);
        assert_eq!(unpacked.unwrap().0, plain);
    }
}
