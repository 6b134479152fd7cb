//! 读取请求。 The names in an address, its query and a posted form, as a handler takes them. One that cannot be read is
//! answered on our own page instead of in a bare English line.

use crate::session::Visit;
use crate::{Fail, Web};
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

pub struct Path<T>(pub T);

pub struct Query<T>(pub T);

/// `application/x-www-form-urlencoded`, of a sender who is signed in with the mark of their session; a form with files is
/// `submission::Incoming`.
pub struct Form<T>(pub T);

async fn unreadable(parts: &mut Parts, web: &Web) -> Fail {
    let Ok(visit) = Visit::from_request_parts(parts, web).await;
    Fail::Unreadable(visit)
}

impl<T: DeserializeOwned + Send> FromRequestParts<Web> for Path<T> {
    type Rejection = Fail;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Path<T>, Fail> {
        if let Ok(axum::extract::Path(names)) = axum::extract::Path::<T>::from_request_parts(parts, web).await
        {
            return Ok(Path(names));
        }
        Err(unreadable(parts, web).await)
    }
}

impl<T: DeserializeOwned + Send> FromRequestParts<Web> for Query<T> {
    type Rejection = Fail;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Query<T>, Fail> {
        if let Ok(axum::extract::Query(asked)) =
            axum::extract::Query::<T>::from_request_parts(parts, web).await
        {
            return Ok(Query(asked));
        }
        Err(unreadable(parts, web).await)
    }
}

impl<T: DeserializeOwned + Send> FromRequest<Web> for Form<T> {
    type Rejection = Fail;

    async fn from_request(request: Request, web: &Web) -> Result<Form<T>, Fail> {
        let (mut parts, body) = request.into_parts();
        let Ok(visit) = Visit::from_request_parts(&mut parts, web).await;
        let whole = Request::from_parts(parts.clone(), body);
        let Ok(bytes) = Bytes::from_request(whole, web).await else { return Err(Fail::Unreadable(visit)) };
        let posted = || Request::from_parts(parts.clone(), Body::from(bytes.clone()));
        let Ok(axum::Form(pairs)) = axum::Form::<Vec<(String, String)>>::from_request(posted(), web).await
        else {
            return Err(Fail::Unreadable(visit));
        };
        visit.marked(pairs.iter().find(|(name, _)| name == "csrf").map(|(_, mark)| mark))?;
        visit.keep_typed(pairs);
        match axum::Form::<T>::from_request(posted(), web).await {
            Ok(axum::Form(answers)) => Ok(Form(answers)),
            Err(_) => Err(Fail::Unreadable(visit)),
        }
    }
}
