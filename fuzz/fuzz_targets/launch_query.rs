//! Query of `/launch`, which any caller can send.
#![no_main]

use libfuzzer_sys::fuzz_target;
use passerelle::{
    launch::read_launch,
    smart::{Endpoints, Issuer, LaunchHandle, ScopeSyntax},
};
use passerelle_fuzz::{base::assert_base, ehr, endpoints::assert_authorization};
use url::{Url, form_urlencoded};

fuzz_target!(|query: &str| {
    let Ok((base, launch)) = read_launch(query) else { return };
    assert_base(&base);
    let text = launch.as_str();
    assert!(!text.trim().is_empty() && text.len() <= LaunchHandle::MAX_BYTES);
    for name in ["iss", "launch"] {
        let times = form_urlencoded::parse(query.as_bytes()).filter(|pair| pair.0 == name).count();
        assert_eq!(times, 1, "{name}");
    }
    let pairs = [("iss", base.as_received()), ("launch", text)];
    let written = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let (again, handle) = read_launch(&written).expect("what was accepted is accepted again");
    assert_eq!((again.as_received(), handle.as_str()), (base.as_received(), text));
    assert_authorization(&endpoints(), ehr::pinned(), &base, &launch);
});

fn endpoints() -> Endpoints {
    let url = |text: &str| Url::parse(text).expect("it is a URL");
    Endpoints {
        authorization: url("https://ehr.example.ca/oauth2/authorize?tenant=a%26b"),
        token: url("https://ehr.example.ca/oauth2/token"),
        jwks: url("https://ehr.example.ca/oauth2/jwks"),
        revocation: None,
        introspection: None,
        issuer: Issuer::new(ehr::ISSUER),
        asked_issuer: false,
        callback_names_issuer: false,
        scope_syntax: ScopeSyntax::V2,
        supports_authorize_post: true,
        client_auth_methods: Vec::new(),
        client_auth_algs: Vec::new(),
    }
}
