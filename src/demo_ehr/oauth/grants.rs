//! Authorization codes and tokens: client, grant and expiry of each.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use crate::demo_ehr::account::{Account, find_account};
use crate::demo_ehr::launch_options::LaunchContext;
use crate::demo_ehr::random::unguessable;
use crate::demo_ehr::shapes::shape::Shape;

/// Lifetime of an authorization code.
const CODE_LIFETIME: SignedDuration = SignedDuration::from_secs(60);
/// Time that a code is kept after it was issued, so that a second use is recognized.
const CODE_RETENTION: SignedDuration = SignedDuration::from_hours(1);
/// Lifetime of an access token from the client credentials grant.
const SERVER_TOKEN_LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// Rights that a token carries: approved by a clinician, or granted to a backend service.
#[derive(Clone, Debug, Default)]
pub(in crate::demo_ehr) struct Grant {
    pub(in crate::demo_ehr) client_id: String,
    pub(in crate::demo_ehr) redirect_uri: String,
    pub(in crate::demo_ehr) code_challenge: String,
    pub(in crate::demo_ehr) nonce: Option<String>,
    pub(in crate::demo_ehr) scopes: Vec<String>,
    /// Account that is signed in, or `None` for a backend service.
    pub(in crate::demo_ehr) user: Option<String>,
    pub(in crate::demo_ehr) context: LaunchContext,
    /// Value of `State::clearings` when the launch was created; the context is gone once the two differ.
    pub(in crate::demo_ehr) clearings: u64,
}

impl Grant {
    pub(super) fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|granted| granted == scope)
    }

    /// Account that is signed in.
    pub(in crate::demo_ehr) fn signed_in(&self) -> Option<Account> {
        find_account(self.user.as_deref()?)
    }

    /// Lifetime of an access token, sent as `expires_in`.
    pub(in crate::demo_ehr) fn token_lifetime(&self, shape: Shape) -> SignedDuration {
        if self.user.is_some() { shape.token_lifetime() } else { SERVER_TOKEN_LIFETIME }
    }
}

/// An issued code, access token or refresh token.
#[derive(Clone, Debug)]
#[expect(clippy::struct_field_names, reason = "issued_at pairs with expires_at")]
pub(in crate::demo_ehr) struct Issued {
    pub(in crate::demo_ehr) grant: Grant,
    /// Family shared by the code and all tokens of one authorization, which are revoked together.
    pub(in crate::demo_ehr) family: String,
    pub(super) issued_at: Timestamp,
    /// End of life, or `None` for refresh tokens, which do not expire.
    pub(in crate::demo_ehr) expires_at: Option<Timestamp>,
    pub(in crate::demo_ehr) used: bool,
    /// Whether it was issued by a refresh rather than for a code.
    pub(in crate::demo_ehr) refreshed: bool,
}

impl Issued {
    fn new(grant: Grant, family: &str, issued_at: Timestamp, lifetime: Option<SignedDuration>) -> Self {
        Self {
            grant,
            family: family.to_owned(),
            issued_at,
            expires_at: lifetime.map(|lifetime| issued_at + lifetime),
            used: false,
            refreshed: false,
        }
    }

    pub(super) fn is_live(&self, now: Timestamp) -> bool {
        !self.used && self.expires_at.is_none_or(|end| now < end)
    }
}

/// Newly issued tokens of one token response.
pub(super) struct Tokens {
    pub(in crate::demo_ehr) grant: Grant,
    pub(in crate::demo_ehr) access_token: String,
    pub(in crate::demo_ehr) refresh_token: Option<String>,
    pub(in crate::demo_ehr) refreshed: bool,
}

/// All codes and tokens issued so far.
#[derive(Debug, Default)]
pub(in crate::demo_ehr) struct Grants {
    codes: HashMap<String, Issued>,
    access_tokens: HashMap<String, Issued>,
    refresh_tokens: HashMap<String, Issued>,
}

impl Grants {
    pub(super) fn insert_code(&mut self, code: String, grant: Grant, now: Timestamp) {
        if self.codes.len() % 256 == 255 {
            self.codes.retain(|_, code| now < code.issued_at + CODE_RETENTION);
        }
        self.codes.insert(code, Issued::new(grant, &unguessable(), now, Some(CODE_LIFETIME)));
    }

    pub(super) fn find_code(&self, code: &str) -> Option<&Issued> {
        self.codes.get(code)
    }

    /// Marks the code as used and returns whether this is its first use. A second use revokes its family (RFC 6749
    /// 4.1.2).
    pub(super) fn take_code(&mut self, code: &str) -> bool {
        let used = use_up(self.codes.get_mut(code));
        self.settle_use(used)
    }

    pub(in crate::demo_ehr) fn insert_access_token(
        &mut self,
        grant: Grant,
        family: &str,
        now: Timestamp,
        lifetime: SignedDuration,
        refreshed: bool,
    ) -> String {
        if self.access_tokens.len() % 256 == 255 {
            self.access_tokens.retain(|_, token| token.is_live(now));
        }
        let token = unguessable();
        let issued = Issued { refreshed, ..Issued::new(grant, family, now, Some(lifetime)) };
        self.access_tokens.insert(token.clone(), issued);
        token
    }

    pub(in crate::demo_ehr) fn find_access_token(&self, token: &str, now: Timestamp) -> Option<&Issued> {
        self.access_tokens.get(token).filter(|issued| issued.is_live(now))
    }

    pub(super) fn insert_refresh_token(&mut self, grant: Grant, family: &str, now: Timestamp) -> String {
        let token = unguessable();
        self.refresh_tokens.insert(token.clone(), Issued::new(grant, family, now, None));
        token
    }

    pub(super) fn find_refresh_token(&self, token: &str) -> Option<&Issued> {
        self.refresh_tokens.get(token)
    }

    /// Marks the refresh token as used and returns whether this is its first use. A second use revokes its family
    /// (RFC 9700 4.14.2).
    pub(super) fn take_refresh_token(&mut self, token: &str) -> bool {
        let used = use_up(self.refresh_tokens.get_mut(token));
        self.settle_use(used)
    }

    /// Returns whether the item was known and unused. A second use revokes its family.
    fn settle_use(&mut self, used: Option<(bool, String)>) -> bool {
        match used {
            Some((false, family)) => {
                self.revoke_family(&family);
                false
            }
            used => used.is_some(),
        }
    }

    /// Revokes an access token alone, or a refresh token with its family (RFC 7009). Ignored unless the token belongs
    /// to the client.
    pub(in crate::demo_ehr) fn revoke(&mut self, token: &str, client_id: &str) {
        let belongs = |issued: &Issued| issued.grant.client_id == client_id;
        if self.access_tokens.get(token).is_some_and(belongs) {
            self.access_tokens.remove(token);
        }
        if let Some(family) =
            self.refresh_tokens.get(token).filter(|it| belongs(it)).map(|it| it.family.clone())
        {
            self.revoke_family(&family);
        }
    }

    pub(in crate::demo_ehr) fn clear(&mut self) {
        *self = Self::default();
    }

    fn revoke_family(&mut self, family: &str) {
        self.access_tokens.retain(|_, issued| issued.family != family);
        for issued in self.refresh_tokens.values_mut().filter(|issued| issued.family == family) {
            issued.used = true;
        }
    }
}

/// Marks an item as used. Returns whether it was unused, and its family, or `None` if there is no such item.
fn use_up(issued: Option<&mut Issued>) -> Option<(bool, String)> {
    let issued = issued?;
    Some((!std::mem::replace(&mut issued.used, true), issued.family.clone()))
}
