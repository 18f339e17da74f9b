//! From the errors of the layers below to a class and a line that a person understands.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::iter;

use crate::net::guard::{Refused, Unresolved};
use crate::net::tls;
use crate::news::errand::{Fault, FaultClass};

use super::Limits;

/// A line is for a table and a log; what is longer came from a server.
const LONGEST_DETAIL: usize = 240;

/// A fault whose detail is one clean line, whatever a server put into it.
pub(in crate::net) fn fault(class: FaultClass, detail: &str) -> Fault {
    Fault::new(class, one_line(detail))
}

fn one_line(text: &str) -> String {
    let mut line: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_DETAIL).collect();
    if text.chars().nth(LONGEST_DETAIL).is_some() {
        line.push('…');
    }
    line
}

/// No answer came.
pub(in crate::net) fn unsent(error: &reqwest::Error, limits: &Limits) -> Fault {
    if let Some(refused) = find::<Refused>(error) {
        return fault(FaultClass::Forbidden, &refused.to_string());
    }
    if let Some(unresolved) = find::<Unresolved>(error) {
        return fault(FaultClass::Dns, &unresolved.to_string());
    }
    if let Some(why) = find::<rustls::Error>(error) {
        return fault(FaultClass::Tls, &tls::explain(why));
    }
    if error.is_timeout() {
        let seconds = limits.connect.as_secs_f32();
        return fault(FaultClass::Timeout, &format!("no connection within {seconds} s"));
    }
    if error.is_connect() { unconnected(error) } else { unanswered(error) }
}

fn unconnected(error: &reqwest::Error) -> Fault {
    let (class, detail) = match find::<io::Error>(error).map(io::Error::kind) {
        Some(ErrorKind::ConnectionRefused) => (FaultClass::Refused, "connection refused"),
        Some(ErrorKind::ConnectionReset) => (FaultClass::Refused, "the connection was reset at once"),
        Some(ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable) => {
            (FaultClass::Connect, "no connection: there is no route to the host's address")
        }
        Some(ErrorKind::TimedOut) => {
            (FaultClass::Timeout, "no connection: nobody answers at the host's address")
        }
        // Over plain TCP there is nothing to be cut while connecting.
        Some(ErrorKind::UnexpectedEof) => (FaultClass::Tls, "the server broke the TLS handshake off"),
        _ => return fault(FaultClass::Connect, &format!("no connection: {}", deepest(error))),
    };
    fault(class, detail)
}

fn unanswered(error: &reqwest::Error) -> Fault {
    if let Some(why) = find::<hyper::Error>(error) {
        if why.is_parse() {
            return fault(FaultClass::Protocol, &format!("the answer is not proper HTTP: {why}"));
        }
        if why.is_incomplete_message() {
            return fault(FaultClass::Broken, "the server closed the connection without an answer");
        }
    }
    match find::<io::Error>(error).map(io::Error::kind) {
        Some(ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) => {
            fault(FaultClass::Broken, "the connection was reset before an answer came")
        }
        Some(ErrorKind::UnexpectedEof) => {
            fault(FaultClass::Broken, "the server closed the connection without an answer")
        }
        _ => fault(FaultClass::Broken, &format!("no answer: {}", deepest(error))),
    }
}

/// The answer's body did not come whole.
pub(super) fn cut(error: &reqwest::Error) -> Fault {
    if let Some(why) = find::<hyper::Error>(error) {
        if why.is_incomplete_message() {
            return fault(FaultClass::Broken, "the body was cut: the connection closed before its end");
        }
        if why.is_parse() {
            return fault(FaultClass::Protocol, &format!("the body is not proper HTTP: {why}"));
        }
    }
    match find::<io::Error>(error).map(io::Error::kind) {
        Some(ErrorKind::ConnectionReset | ErrorKind::BrokenPipe) => {
            fault(FaultClass::Broken, "the body was cut: the connection was reset")
        }
        Some(ErrorKind::UnexpectedEof) => {
            fault(FaultClass::Broken, "the body was cut: the connection closed before its end")
        }
        _ => fault(FaultClass::Broken, &format!("the body was cut: {}", deepest(error))),
    }
}

/// The connection ended; whether it might is for the caller to judge.
pub(super) fn is_end_of_file(error: &reqwest::Error) -> bool {
    find::<io::Error>(error).is_some_and(|why| why.kind() == ErrorKind::UnexpectedEof)
}

fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    chain(error).find_map(|cause| cause.downcast_ref())
}

fn deepest(error: &(dyn Error + 'static)) -> String {
    chain(error).last().map(ToString::to_string).unwrap_or_default()
}

/// An error and its causes. `io::Error::source` skips the error that it wraps, so that is asked
/// for first.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    iter::successors(Some(error), |&error| {
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        wrapped.map(|inner| inner as &(dyn Error + 'static)).or_else(|| error.source())
    })
}
