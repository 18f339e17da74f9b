//! Content codings (RFC 9110 § 8.4), decoded under a cap, and a little forgiving: what a browser
//! shows, a feed reader should read.

use std::io::{self, Read};

use flate2::bufread::{DeflateDecoder, GzDecoder, ZlibDecoder};
use reqwest::header::HeaderValue;

/// Layers of compression: one is usual, two happen behind a careless proxy, more is an attack.
const MOST_LAYERS: usize = 2;

/// RFC 9659: a zstd window on the web is 8 MiB at most. The format's own limit lets 100 bytes claim
/// 128 MiB of memory.
const ZSTD_WINDOW_LOG: u32 = 23;

const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Failed {
    TooLarge,
    Unknown(String),
    Broken(String),
}

/// The codings that `Content-Encoding` names, in the order in which they were applied.
pub(super) fn codings<'a>(values: impl Iterator<Item = &'a HeaderValue>) -> Result<Vec<Coding>, Failed> {
    let mut codings = Vec::new();
    for value in values {
        let value = String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase();
        for name in value.split(',').map(str::trim) {
            match name {
                "" | "identity" | "none" | "utf-8" => {}
                "gzip" | "x-gzip" => codings.push(Coding::Gzip),
                "deflate" => codings.push(Coding::Deflate),
                "br" => codings.push(Coding::Brotli),
                "zstd" => codings.push(Coding::Zstd),
                other => return Err(Failed::Unknown(other.to_owned())),
            }
        }
    }
    if codings.len() > MOST_LAYERS {
        return Err(Failed::Broken(format!("it is compressed {} times over", codings.len())));
    }
    Ok(codings)
}

/// Nothing to decode.
pub(super) fn is_plain(body: &[u8], codings: &[Coding]) -> bool {
    codings.is_empty() && !body.starts_with(&GZIP_MAGIC)
}

/// Undoes the codings, last one first; at most `max` bytes come out.
pub(super) fn decode(mut body: Vec<u8>, codings: &[Coding], max: usize) -> Result<Vec<u8>, Failed> {
    for &coding in codings.iter().rev() {
        body = undo(coding, body, max)?;
    }
    // `feed.xml.gz` served as it lies on the disk, and pages that were compressed twice.
    if body.starts_with(&GZIP_MAGIC) {
        body = gunzip(&body, max)?;
    }
    Ok(body)
}

fn undo(coding: Coding, body: Vec<u8>, max: usize) -> Result<Vec<u8>, Failed> {
    match coding {
        // No content, no coding: some servers put the header on everything.
        _ if body.is_empty() => Ok(body),
        Coding::Gzip if !body.starts_with(&GZIP_MAGIC) => Ok(body),
        Coding::Gzip => gunzip(&body, max),
        Coding::Deflate if is_zlib(&body) => capped(ZlibDecoder::new(&body[..]), max),
        Coding::Deflate => capped(DeflateDecoder::new(&body[..]), max),
        Coding::Brotli => capped(brotli_decompressor::Decompressor::new(&body[..], 4096), max),
        Coding::Zstd => unzstd(&body, max),
    }
}

/// All members; what follows the last one (padding, a stray newline) does not matter.
fn gunzip(body: &[u8], max: usize) -> Result<Vec<u8>, Failed> {
    let mut decoded = Vec::new();
    let mut rest = body;
    while rest.starts_with(&GZIP_MAGIC) {
        let mut member = GzDecoder::new(rest);
        append(&mut member, &mut decoded, max)?;
        rest = member.into_inner();
    }
    Ok(decoded)
}

fn unzstd(body: &[u8], max: usize) -> Result<Vec<u8>, Failed> {
    let mut decoder = zstd::stream::read::Decoder::with_buffer(body).map_err(|why| broken(&why))?;
    decoder.window_log_max(ZSTD_WINDOW_LOG).map_err(|why| broken(&why))?;
    capped(decoder, max)
}

/// "deflate" means zlib (RFC 9110 § 8.4.1.2), but bare deflate is sent under that name as well.
fn is_zlib(body: &[u8]) -> bool {
    matches!(body, [cmf, flg, ..] if cmf & 0x0f == 8 && (u16::from(*cmf) << 8 | u16::from(*flg)).is_multiple_of(31))
}

fn capped(mut source: impl Read, max: usize) -> Result<Vec<u8>, Failed> {
    let mut out = Vec::new();
    append(&mut source, &mut out, max)?;
    Ok(out)
}

fn append(source: &mut impl Read, out: &mut Vec<u8>, max: usize) -> Result<(), Failed> {
    let room = (max - out.len()) as u64;
    source.take(room + 1).read_to_end(out).map_err(|why| broken(&why))?;
    if out.len() > max { Err(Failed::TooLarge) } else { Ok(()) }
}

fn broken(why: &io::Error) -> Failed {
    Failed::Broken(match why.kind() {
        io::ErrorKind::UnexpectedEof => "it was cut".to_owned(),
        _ => why.to_string(),
    })
}
