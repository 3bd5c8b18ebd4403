//! Refusal of unsafe keys. Each has a signature of [`MESSAGE`] that it verifies, so the refusal is due to the key.

use serde_json::json;

use super::*;

const MESSAGE: &[u8] = b"a message";

const N_512: &str = "x3ACF_UnjTuT1Jbj6tZdHFlx651Y5imUevfWJxQLHXlAv0QUxp1V8699C3Qx4fB7ENM5C6wzOGD4nVCcnHUBcQ";
const S_512: &str = "r3rT1z2weKD5QjF9nu1_5N2Z24fh3mPxGjX-U9MIGpleu1RLooNQSfoMsOZLcxEgrt2L1kkJnFu63edt8-o7Kw";
const N_1024: &str = "\
     m9VpvixKNs0uaPPBLpZAWhVxo8bKikphfXsHNpR8DtCPYPh0ZZPdvO9tzF4065JdFmtGh3BPZWZetIy_NtbcmL35QHjFLHN2\
     AbZGvjM-qUJGtl2l4RXdBLdAFmXqYK7HB6vcxo5UnvfhFml77cb1HCCDVX-jZNqb3CX5YRLOnLE";
const S_1024: &str = "\
     EGHVu4__fPReGpmPrh9rQvggWEIEBC7M8F7kvztGUNWG-6UyBZ_fKOIgTkM1R3uEcKGBn6zAV2kLRmyjtQyV_5heHo4EXw7L\
     mG9Lj0o3uNbAgEsnaj2PWfyzRRv7NFkn9rAjXIsp3FME-6-bRvBMv0WhpuAwirQ4WsfKHe1mmX8";
const N_2048: &str = "\
     rmMv1IaPjIB0TedumC1MgCFGyq_rR--n2vRDrccX35h_cVBrSDckKi2HxsSMAazuWy1c4vih-ToTsKY5UmZmKONsrLeUhCzI\
     Ma29oI6NPJV-gdO9kFwmiTl2CBGbAENdKl6k7o04nrSOPU-4WJ_hL4ou8wlKhNWVtsIm8W61qV1fosyH_RSYSV2KYcE5HC6u\
     HKu8fTW2jvjuOhR05TXw8UKZ3V83rO2mH2KHgXCKaA7htnIeLIZk8m8O8FGFDk8H9y-jbOw4j5EhdRb4LEeAvGkO8kZhhQpr\
     8qHTSdMy_MydigV3Yu6sDU35NtpkVcxXM7P62ng2SOSXMrqTOIL67Q";
const S_2048: &str = "\
     W37Sn2fGHjgJvMEQqSRSUmA-y-Uq4kVCVuPnVOkMPSuDCqCAL1oL6_r-FPlEOsPqNFI_BaeLjiIPU44Z57Owlewn_CjWyqi3\
     1LeHkA4gDxiQudZlf4Hmghoh517aSICf1BW_uNOe5kbGMr1arcMksHlSGb2T33UrV5bSDAQ_nWY4bMYa6orCAsbvf_jpMk-1\
     YM8eVj_wodk_a-xWG1bUSrd6zhAk2WKVUx9nLI7uTw_GGvaT7JtrbcEyPiqTAnyw92Bsjk0fRQuXslsemOttCIUifsv7DbtZ\
     WMzcJ3n8A4NUwo1ZOX_hNBSfJHdreeCslIiXHSCpMyOMr-UBJizyzQ";
const X: &str = "FZCd-GCh2FGE9OlKdFAvv5MI9wfNNuo_K_QO1Kboxl4";
const Y: &str = "BmVQx4F5BxGcFkIWztlamr1zT3eG0UTLMf84seKL6QE";
const S_EC: &str = "Udlu8S_yJ5FHr2cQkuprqSsWgI0Vfz7kdO9v2OhQ2Pmko3039UNix4Oqj6VaTL5nzmhTRDiAsyqVx1s3jGgefg";
/// Point with `y` = 0. It is not on P-256 but on another curve, where it has order two. A library that adds points
/// without checking the curve accepts [`S_ELSEWHERE`].
const X_ELSEWHERE: &str = "jjXCzTv2ZBvbDiBQt2kyy7LmA0oN2swdm-qCprpX988";
const S_ELSEWHERE: &str =
    "wl0QGN3zb7jMYS2mkMUDGzltmTdZUED6N8gEfED8W2jxZxwrehlYRH9btLnMiqGTICy56G4tfV4K5n0pi8BF_A";

fn bytes(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

fn rsa(n: &str, e: &str) -> Option<VerificationKey> {
    VerificationKey::read(&json!({"kty": "RSA", "use": "sig", "kid": "k", "n": n, "e": e}))
}

fn ec(x: &str, y: &str) -> Option<VerificationKey> {
    VerificationKey::read(&json!({"kty": "EC", "crv": "P-256", "use": "sig", "kid": "k", "x": x, "y": y}))
}

fn verifies(key: Option<VerificationKey>, alg: &Alg, signature: &[u8]) -> bool {
    key.is_some_and(|key| key.verify_signature(alg, MESSAGE, signature).is_ok())
}

/// Returns the padded hash (RFC 8017 9.2), which is a valid signature if the exponent is one: forging needs no key.
fn padded_hash(length: usize) -> Vec<u8> {
    let prefix = bytes("MDEwDQYJYIZIAWUDBAIBBQAEIA");
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, MESSAGE);
    let content = [&[0][..], &prefix, hash.as_ref()].concat();
    [&[0, 1][..], &vec![0xff; length - 2 - content.len()], &content].concat()
}

#[test]
fn accepts_sound_keys() {
    assert!(verifies(rsa(N_2048, "AQAB"), &Alg::RsaSsaPkcs1V15Sha256, &bytes(S_2048)));
    assert!(verifies(ec(X, Y), &Alg::EcdsaP256Sha256, &bytes(S_EC)));
}

/// Keys as servers write them: with the zero byte of DER, padded, or in the standard alphabet of base64.
#[test]
fn accepts_keys_in_other_spellings() {
    let alphabet = N_2048.replace('-', "+").replace('_', "/");
    let zero = URL_SAFE_NO_PAD.encode([&[0], &bytes(N_2048)[..]].concat());
    assert_ne!(alphabet, N_2048);
    for (n, e) in [(&*zero, "AQAB"), (&*alphabet, "AQAB"), (N_2048, "AAEAAQ"), (N_2048, "AQAB=")] {
        let key = rsa(n, e);
        assert_eq!(key.as_ref().map(|key| key.algs().len()), Some(2), "the check counts it: {n} {e}");
        assert!(verifies(key, &Alg::RsaSsaPkcs1V15Sha256, &bytes(S_2048)), "{n} {e}");
    }
    assert!(verifies(ec(&format!("{X}="), Y), &Alg::EcdsaP256Sha256, &bytes(S_EC)));
}

/// I18: RSA of less than 2048 bits. The signature by the key of 1024 bits is valid.
#[test]
fn refuses_short_rsa_keys() {
    use aws_lc_rs::signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY as LEGACY;
    let (n, e, signature) = (bytes(N_1024), bytes("AQAB"), bytes(S_1024));
    assert!(RsaPublicKeyComponents { n, e }.verify(&LEGACY, MESSAGE, &signature).is_ok());
    for (n, signature) in [(N_512, S_512), (N_1024, S_1024)] {
        assert!(!verifies(rsa(n, "AQAB"), &Alg::RsaSsaPkcs1V15Sha256, &bytes(signature)));
    }
}

/// I18: an exponent of zero, one or two, or an even modulus: signatures can be forged.
#[test]
fn refuses_rsa_keys_whose_signatures_can_be_forged() {
    let mut even = bytes(N_2048);
    *even.last_mut().unwrap() &= 0xfe;
    let even = URL_SAFE_NO_PAD.encode(even);
    for (n, e) in
        [(N_2048, "AQ"), (&*even, "AQ"), (N_2048, "AA"), (N_2048, "Ag"), (&*even, "AQAB"), ("AA", "AQ")]
    {
        assert!(!verifies(rsa(n, e), &Alg::RsaSsaPkcs1V15Sha256, &padded_hash(256)), "{n} {e}");
    }
}

/// I18: points that are not on the curve, too short, or at infinity.
#[test]
fn refuses_points_outside_the_curve() {
    let zero = URL_SAFE_NO_PAD.encode([0; 32]);
    let high = URL_SAFE_NO_PAD.encode([0xff; 32]);
    assert!(!verifies(ec(X_ELSEWHERE, &zero), &Alg::EcdsaP256Sha256, &bytes(S_ELSEWHERE)));
    for (x, y) in [(X, X), (Y, X), (&*zero, &*zero), (X, &*zero), (&*high, &*high), (&X[..42], Y), ("", "")] {
        assert!(!verifies(ec(x, y), &Alg::EcdsaP256Sha256, &bytes(S_EC)), "{x} {y}");
    }
}
