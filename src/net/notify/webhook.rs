//! One request for each notification. Redirects are not followed: what is told, and the token that goes
//! with it, is for the address that the user named.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LOCATION};
use reqwest::{Request, Response, StatusCode};
use url::Url;

use crate::net::fetch::client::Clients;
use crate::net::fetch::{Limits, fault, fresh, request};
use crate::net::mail::one_line;
use crate::news::errand::{Delivery, Fault, FaultClass, Notify, Secret};
use crate::news::notification::{Method, Target, Webhook};

use super::Answer;
use super::signature::Signer;

/// Of what a server says to a notification that it does not take.
const WORDS: usize = 4 << 10;
/// It may take so long to say it: the status says the most.
const WORDS_WITHIN: Duration = Duration::from_secs(2);

const ID: HeaderName = HeaderName::from_static("webhook-id");
const TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
const SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

#[derive(Debug)]
pub(super) struct Hook {
    url: Secret,
    method: reqwest::Method,
    headers: HeaderMap,
    proxy: Option<String>,
    signer: Option<Signer>,
    limits: Limits,
    clients: Arc<Clients>,
    timeout: Duration,
}

impl Hook {
    pub fn new(
        order: &Webhook,
        limits: Limits,
        clients: Arc<Clients>,
        timeout: Duration,
    ) -> Result<Self, String> {
        let url = match &order.url {
            Target::Open(url) => Secret(url.clone()),
            Target::Hidden(url) => url.clone(),
        };
        let mut headers = request::own_headers(&order.access, "").map_err(|why| why.detail)?;
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        Ok(Self {
            url,
            method: if order.method == Method::Put { reqwest::Method::PUT } else { reqwest::Method::POST },
            headers,
            proxy: order.access.proxy.clone(),
            signer: order.key.as_ref().map(Signer::new).transpose()?,
            limits,
            clients,
            timeout,
        })
    }

    pub async fn deliver(&self, errand: &Notify) -> Answer {
        match tokio::time::timeout(self.timeout, self.send(errand)).await {
            Ok(Ok(response)) => judge(response).await,
            Ok(Err(fault)) => Delivery::Later(fault.detail).into(),
            Err(_) => Delivery::Later(format!("no answer within {} s", self.timeout.as_secs_f32())).into(),
        }
    }

    async fn send(&self, errand: &Notify) -> Result<Response, Fault> {
        let proxy = self.proxy.as_deref();
        let client = self.clients.to_reach(proxy)?;
        let request = self.request(errand)?;
        self.clients.check(request.url(), proxy.is_some())?;
        client.execute(request).await.map_err(|why| fault::unsent(&why.without_url(), &self.limits))
    }

    fn request(&self, errand: &Notify) -> Result<Request, Fault> {
        let nonsense = |what: &str| fault::fault(FaultClass::Protocol, what);
        let url = Url::parse(&self.url.0.replace("{id}", &errand.id))
            .map_err(|_| nonsense("the URL cannot be read"))?;
        let value = |text: &str| {
            HeaderValue::from_str(text)
                .map_err(|_| nonsense("the notification's id cannot stand in a header"))
        };
        let mut request = Request::new(self.method.clone(), url);
        *request.headers_mut() = self.headers.clone();
        request.headers_mut().insert(ID, value(&errand.id)?);
        request.headers_mut().insert(TIMESTAMP, HeaderValue::from(errand.at.timestamp()));
        if let Some(signer) = &self.signer {
            let signature = signer.sign(&errand.id, errand.at, &errand.bytes);
            request.headers_mut().insert(SIGNATURE, value(&signature)?);
        }
        *request.body_mut() = Some(errand.bytes.to_vec().into());
        Ok(request)
    }
}

/// What an answer means. 400, 413, 415 and 422 speak of this very document, 410 says for good that nobody
/// wants any; what else is wrong can be mended, here or there.
async fn judge(response: Response) -> Answer {
    let status = response.status();
    if status.is_success() {
        return Delivery::Accepted(status.to_string()).into();
    }
    let retry_after = fresh::retry_after(response.headers());
    if status.is_redirection() {
        let to =
            response.headers().get(LOCATION).map(|to| String::from_utf8_lossy(to.as_bytes()).into_owned());
        let to = to.map(|to| format!(" to {to}")).unwrap_or_default();
        let why = format!("the server answered {status}{to}: redirects are not followed, name that address");
        return Answer { delivery: Delivery::Later(one_line(&why)), retry_after };
    }
    let said = one_line(&format!("the server answered {status}: {}", words(response).await));
    let said = said.trim_end_matches([':', ' ']).to_owned();
    let delivery = match status {
        StatusCode::BAD_REQUEST
        | StatusCode::PAYLOAD_TOO_LARGE
        | StatusCode::UNSUPPORTED_MEDIA_TYPE
        | StatusCode::UNPROCESSABLE_ENTITY
        | StatusCode::GONE => Delivery::Refused(said),
        _ => Delivery::Later(said),
    };
    Answer { delivery, retry_after }
}

/// The beginning of a body, as far as it comes in time.
async fn words(mut response: Response) -> String {
    let mut body = Vec::new();
    let read = async {
        while let Ok(Some(chunk)) = response.chunk().await {
            let room = WORDS - body.len();
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if chunk.len() >= room {
                break;
            }
        }
    };
    let _ = tokio::time::timeout(WORDS_WITHIN, read).await;
    String::from_utf8_lossy(&body).into_owned()
}
