//! Authentication and authorization.

use http::Method;
use reflector_apiserver::{ApiServer, Verb};
use serde_json::Value;

use crate::common::{get, read, request, send};

#[tokio::test(start_paused = true)]
async fn a_denied_verb_is_forbidden_with_the_message_of_rbac() {
    let server = ApiServer::builder().user("jane").deny(Verb::List, "secrets", Some("private")).build();
    let path = "/api/v1/namespaces/private/secrets";
    let (code, status) = get(&server, path).await;
    assert_eq!((code, status["reason"].as_str()), (403, Some("Forbidden")));
    assert_eq!(
        status["message"],
        "secrets is forbidden: User \"jane\" cannot list resource \"secrets\" in API group \"\" in the namespace \"private\""
    );
    assert_eq!(get(&server, "/api/v1/namespaces/default/secrets").await.0, 200);
    let (code, status) = get(&server, "/api/v1/secrets").await;
    assert_eq!(code, 403);
    assert!(status["message"].as_str().unwrap().ends_with("at the cluster scope"));
    server.allow_everything();
    assert_eq!(get(&server, path).await.0, 200);
}

#[tokio::test(start_paused = true)]
async fn requests_without_the_token_are_unauthorized() {
    let server = ApiServer::builder().token("hunter2").build();
    assert!(!format!("{server:?}").contains("hunter2"), "`Debug` must not contain the token");
    let (code, status) = get(&server, "/api/v1/pods").await;
    assert_eq!((code, status["message"].as_str()), (401, Some("Unauthorized")));
    let mut authenticated = request(Method::GET, "/api/v1/pods", &Value::Null);
    authenticated.headers_mut().insert("authorization", "Bearer hunter2".parse().unwrap());
    assert_eq!(read(send(&server, authenticated).await).await.0, 200);
    server.require_token(None);
    assert_eq!(get(&server, "/api/v1/pods").await.0, 200);
}
