//! Refusal of malformed id_tokens that have a valid signature.

use std::sync::LazyLock;

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use serde_json::json;

use super::*;
use crate::smart::jwks::process_jwks;

const HEADER: &str = r#"{"alg":"ES256","kid":"k","typ":"JWT"}"#;
const NOW: Timestamp = Timestamp::constant(1_790_000_000, 0);

static KEY: LazyLock<EcdsaKeyPair> =
    LazyLock::new(|| EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap());

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Returns valid claims for this subject.
fn claims(subject: &str) -> String {
    let (issued, expires) = (NOW.as_second(), NOW.as_second() + 300);
    json!({"iss": "https://ehr.example", "aud": "passerelle", "sub": subject, "iat": issued, "exp": expires,
           "nonce": "n"})
    .to_string()
}

/// Signs header and claims as given.
fn signed(header: &str, claims: &str) -> String {
    let message = format!("{header}.{claims}");
    let signature = KEY.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
    format!("{message}.{}", encode(signature))
}

fn token(header: &str, claims: &str) -> String {
    signed(&encode(header), &encode(claims))
}

/// Returns the subject, or the error of verification.
fn verdict(token: &str) -> Result<String, IdTokenError> {
    identity(token, &[published(&KEY)]).map(|identity| identity.subject)
}

fn published(key: &EcdsaKeyPair) -> serde_json::Value {
    let (x, y) = key.public_key().as_ref()[1..].split_at(32);
    json!({"kty": "EC", "crv": "P-256", "use": "sig", "kid": "k", "x": encode(x), "y": encode(y)})
}

fn identity(token: &str, keys: &[serde_json::Value]) -> Result<Identity, IdTokenError> {
    let keys = json!({ "keys": keys });
    let expected = Expected {
        issuer: &Issuer::new("https://ehr.example"),
        registration: &ClientRegistration::sample(),
        nonce: &"n".into(),
        refreshed: false,
        access_token: &"a".into(),
        now: NOW,
    };
    let keys = process_jwks(keys.as_object().unwrap()).unwrap();
    verify_id_token(&token.into(), keys, &expected)
}

/// Pads JSON with blanks until its last base64url character has unused bits.
fn with_bits_to_spare(json: &str) -> String {
    format!("{json}{}", " ".repeat((4 - json.len() % 3) % 3))
}

/// Sets the unused bits of the last character: a lenient decoder returns the same bytes.
fn other_last_character(part: &str) -> String {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (rest, last) = part.split_at(part.len() - 1);
    let at = ALPHABET.find(last).unwrap();
    format!("{rest}{}", &ALPHABET[at + 1..at + 2])
}

/// I21: each part with a noncanonical encoding, although the signature is valid for it.
#[test]
fn refuses_noncanonical_base64url() {
    type Spelling = fn(&str) -> String;
    let (header, claims) =
        (encode(with_bits_to_spare(HEADER)), encode(with_bits_to_spare(&claims("dr-okafor"))));
    assert_eq!(verdict(&signed(&header, &claims)).as_deref(), Ok("dr-okafor"));
    let spellings: [Spelling; 5] = [
        other_last_character,
        |part| format!("{part}=="),
        |part| format!("{part}="),
        |part| format!("{part} "),
        |part| format!("{part}\n"),
    ];
    for spell in spellings {
        assert_eq!(verdict(&signed(&spell(&header), &claims)).unwrap_err(), IdTokenError::NotBase64url);
        assert_eq!(verdict(&signed(&header, &spell(&claims))).unwrap_err(), IdTokenError::NotBase64url);
        let token = signed(&header, &claims);
        let (message, signature) = token.rsplit_once('.').unwrap();
        let token = format!("{message}.{}", spell(signature));
        assert_eq!(verdict(&token).unwrap_err(), IdTokenError::NotBase64url, "{token}");
    }
}

/// I21: the two characters in which base64 and base64url differ.
#[test]
fn refuses_plus_and_slash() {
    let in_base64 = |part: &str| part.replace('-', "+").replace('_', "/");
    let (header, claims) = (encode(HEADER), encode(claims("~~~?dr???>>>okafor")));
    assert_ne!(in_base64(&claims), claims);
    assert_eq!(verdict(&signed(&header, &claims)).as_deref(), Ok("~~~?dr???>>>okafor"));
    assert_eq!(verdict(&signed(&header, &in_base64(&claims))).unwrap_err(), IdTokenError::NotBase64url);
    let mut tokens = std::iter::repeat_with(|| signed(&header, &encode(self::claims("dr-okafor"))));
    let token = tokens.find(|token| token.rsplit('.').next().is_some_and(|it| it != in_base64(it))).unwrap();
    assert_eq!(verdict(&in_base64(&token)).unwrap_err(), IdTokenError::NotBase64url);
}

/// IDT-16, I21: exactly three parts.
#[test]
fn refuses_fewer_or_more_than_three_parts() {
    let good = token(HEADER, &claims("dr-okafor"));
    let (message, signature) = good.rsplit_once('.').unwrap();
    for text in [
        message,
        &format!("{good}."),
        &format!(".{good}"),
        &format!("{message}..{signature}"),
        &format!("{good}.{signature}"),
        &format!("{good}.{signature}.{signature}"),
        "",
    ] {
        assert_eq!(verdict(text).unwrap_err(), IdTokenError::NotCompact, "{text}");
    }
    assert_eq!(verdict(&format!("{message}.")).unwrap_err(), IdTokenError::Unsigned);
}

/// IDT-16, I22: parsers differ on duplicate members, in header, claims or nested objects.
#[test]
fn refuses_duplicate_members() {
    let honest = claims("dr-okafor");
    let more = |members: &str| honest.replacen('{', &format!("{{{members},"), 1);
    for (header, claims) in [
        (r#"{"alg":"ES256","alg":"ES256","kid":"k"}"#, &honest),
        (r#"{"alg":"ES256","kid":"other","kid":"k"}"#, &honest),
        (r#"{"alg":"ES256","kid":"k","x":{"y":1,"y":1}}"#, &honest),
        (HEADER, &more(r#""aud":"passerelle""#)),
        (HEADER, &more(r#""x":[{"y":1,"y":1}]"#)),
    ] {
        let why = verdict(&token(header, claims)).unwrap_err();
        assert_eq!(why, IdTokenError::NotJson, "{header} {claims}");
    }
    assert!(verdict(&token(r#"{"alg":"ES256","kid":"k","x":{"y":1}}"#, &more(r#""x":[{"y":1}]"#))).is_ok());
}

/// IDT-12, I12: `sub#` does not replace `sub`, and is refused beside it.
#[test]
fn refuses_a_name_with_an_empty_language_tag() {
    let honest = claims("dr-okafor");
    let tagged = |name: &str| honest.replacen('{', &format!(r#"{{"{name}":"dr-chen","#), 1);
    for name in ["sub#", "sub\\u0023", "profile#"] {
        let why = verdict(&token(HEADER, &tagged(name))).unwrap_err();
        assert_eq!(why, IdTokenError::EmptyLanguageTag, "{name}");
    }
    let instead = honest.replace(r#""sub":"#, r#""sub#":"#);
    assert!(instead != honest && verdict(&token(HEADER, &instead)).is_err());
    assert!(verdict(&token(HEADER, &tagged("sub#fr"))).is_err());
    for name in ["name#fr", "profile#fr"] {
        assert_eq!(verdict(&token(HEADER, &tagged(name))).as_deref(), Ok("dr-okafor"), "{name}");
    }
}

/// IDT-16, I20: an id_token has at most 16 KiB, although other tokens may be longer.
#[test]
fn refuses_an_id_token_above_16_kib() {
    let padded = |by: usize| {
        let padding = format!(r#"{{"padding":"{}","#, "x".repeat(by));
        token(HEADER, &claims("dr-okafor").replacen('{', &padding, 1))
    };
    let longest = (11_000..13_000).take_while(|by| padded(*by).len() <= 16 * 1024).last().unwrap();
    assert_eq!(verdict(&padded(longest)).as_deref(), Ok("dr-okafor"));
    assert_eq!(verdict(&padded(longest + 1)).unwrap_err(), IdTokenError::TooLong);
}

/// IDT-12, I12: at most 255 visible ASCII characters.
#[test]
fn refuses_a_subject_that_is_long_or_not_ascii() {
    let of = |subject: &str| verdict(&token(HEADER, &claims(subject)));
    for subject in ["s", &"s".repeat(255), " a subject, blanks and all "] {
        assert_eq!(of(subject).as_deref(), Ok(subject), "byte by byte");
    }
    for subject in ["", &"s".repeat(256), "dr-okáfor", "dr-oka\u{301}for", "dr\u{7f}", "dr\n", "\u{ff44}r"] {
        assert_eq!(of(subject).unwrap_err(), IdTokenError::SubjectUnusable, "{subject:?}");
    }
}

/// Unused claims may have any type, as on real servers.
#[test]
fn accepts_unused_claims_of_any_type() {
    let with = |name: &str, value: serde_json::Value| {
        let mut claims: serde_json::Value = serde_json::from_str(&claims("dr-okafor")).unwrap();
        claims[name] = value;
        verdict(&token(HEADER, &claims.to_string()))
    };
    for (name, value) in [
        ("email_verified", json!("true")),
        ("phone_number_verified", json!("false")),
        ("updated_at", json!("2026-09-14T13:30:00.000Z")),
        ("auth_time", json!("2026-09-14T13:30:00Z")),
        ("amr", json!("pwd")),
        ("locale", json!(["fr-CA"])),
        ("zoneinfo", json!({})),
        ("birthdate", json!(1970)),
        ("gender", json!(["female"])),
        ("name", json!(null)),
        ("nbf", json!(NOW.as_second())),
        ("nbf", serde_json::from_str("1789999999.25").unwrap()),
    ] {
        assert_eq!(with(name, value).as_deref(), Ok("dr-okafor"), "{name}");
    }
    for name in ["exp", "iat"] {
        for text in ["2026-09-21T14:13:20Z", "1790000000"] {
            assert_eq!(with(name, json!(text)).unwrap_err(), IdTokenError::TimeNotNumber, "{name}");
        }
    }
}

/// A fraction is no reason to refuse `nbf`, and a time to come is.
#[test]
fn refuses_an_id_token_that_is_not_valid_yet() {
    let with = |nbf: &str| {
        verdict(&token(HEADER, &claims("dr-okafor").replacen('{', &format!(r#"{{"nbf":{nbf},"#), 1)))
    };
    assert_eq!(with("1790000059.5").as_deref(), Ok("dr-okafor"), "within the tolerated skew");
    assert_eq!(with("1790000061.5").unwrap_err(), IdTokenError::NotYetValid);
}

/// Mappers of several values write a list of one.
#[test]
fn reads_a_user_in_a_list_of_one() {
    let user = |claim: &str| {
        let claims = claims("dr-okafor").replacen('{', &format!(r#"{{"fhirUser":{claim},"#), 1);
        identity(&token(HEADER, &claims), &[published(&KEY)]).map(|identity| identity.fhir_user)
    };
    for (claim, read) in [
        (r#""Practitioner/1""#, Some("Practitioner/1")),
        (r#"["Practitioner/1"]"#, Some("Practitioner/1")),
        ("null", None),
    ] {
        assert_eq!(user(claim).unwrap().as_deref(), read, "{claim}");
    }
    assert!(user(r#"["Practitioner/1", "Practitioner/2"]"#).is_err(), "which of two is not known");
}

/// An EHR that rotates its keys may publish the old and the new one under one `kid`.
#[test]
fn tries_every_key_of_the_named_kid() {
    let old = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let token = token(HEADER, &claims("dr-okafor"));
    for keys in [[published(&old), published(&KEY)], [published(&KEY), published(&old)]] {
        assert_eq!(identity(&token, &keys).unwrap().subject, "dr-okafor");
    }
    let unknown = identity(&token, &[published(&old), published(&old)]).unwrap_err();
    assert_eq!(unknown, IdTokenError::KeyUnknown, "and so they are fetched again");
}
