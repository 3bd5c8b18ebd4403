//! Every refusal of a launch by a client that proves itself with a secret. Each test ends with a launch that works.

use passerelle::demo_ehr::Fault;
use passerelle::testing::{Canary, TestApp};
use passerelle::web::Kind;

/// Plays one launch while the EHR misbehaves, checks the refusal and that it leaves nothing behind, and gives the app
/// for more questions.
async fn refused(fault: Fault, kind: Kind, class: &str) -> TestApp {
    let app = TestApp::start().await;
    refused_by(&app, fault, kind, class).await;
    app
}

async fn refused_by(app: &TestApp, fault: Fault, kind: Kind, class: &str) {
    let canary = Canary::new();
    app.ehr().set_canary(&canary.url());
    app.ehr().set_fault(Some(fault));
    let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    app.assert_refused(&landing, kind, class).await;
    app.assert_heals().await;
    assert_eq!(canary.visits(), 0, "nothing reaches the canary");
}

macro_rules! refuses {
    ($($(#[doc = $row:literal])+ $name:ident: $fault:ident, $kind:ident, $class:literal;)+) => {
        $(
            $(#[doc = $row])+
            #[actix_web::test]
            async fn $name() {
                refused(Fault::$fault, Kind::$kind, $class).await;
            }
        )+
    };
}

// id_token: IDT, I.
refuses! {
    /// IDT-07, I01: no signature at all.
    refuses_id_token_with_alg_none: IdTokenAlgNone, SigninFailed, "id-token";
    /// IDT-07, I01: the same in other letters.
    refuses_id_token_with_alg_none_in_mixed_case: IdTokenAlgNoneMixedCase, SigninFailed, "id-token";
    /// IDT-01, I03: an allowed algorithm and no signature.
    refuses_id_token_without_signature: IdTokenSignatureMissing, SigninFailed, "id-token";
    /// IDT-07, I17: another algorithm than the key is published for.
    refuses_id_token_signed_rs384_by_a_key_for_rs256: IdTokenRs384, SigninFailed, "id-token";
    /// IDT-07, I02: a symmetric algorithm with what we and the EHR share.
    refuses_id_token_signed_with_the_client_secret: IdTokenHs256WithClientSecret, SigninFailed, "id-token";
    /// IDT-07, I02: a symmetric algorithm with what everybody knows.
    refuses_id_token_signed_with_the_public_key_as_secret: IdTokenHs256WithPublicKey, SigninFailed, "id-token";
    /// IDT-01, I03: one bit.
    refuses_id_token_with_one_bit_of_the_signature_flipped: IdTokenSignatureFlipped, SigninFailed, "id-token";
    /// IDT-01, J01: the right name of a key, another key.
    refuses_id_token_signed_by_a_foreign_key_under_a_known_kid: IdTokenSignedByForeignKeySameKid, SigninFailed, "id-token";
    /// IDT-05, J05: a key nobody published.
    refuses_id_token_with_unknown_kid: IdTokenUnknownKid, SigninFailed, "id-token";
    /// IDT-02, I04: another issuer.
    refuses_id_token_with_wrong_issuer: IdTokenWrongIssuer, SigninFailed, "id-token";
    /// IDT-08, I05: for another client.
    refuses_id_token_with_wrong_aud: IdTokenWrongAudience, SigninFailed, "id-token";
    /// IDT-11, I06: another nonce.
    refuses_id_token_with_wrong_nonce: IdTokenNonceWrong, SigninFailed, "id-token";
    /// IDT-10, I07: out of date.
    refuses_expired_id_token: IdTokenExpired, SigninFailed, "id-token";
}
