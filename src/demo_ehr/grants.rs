//! Codes and tokens, who they were given to, and when they end.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::account::{Account, find_account};
use super::launch_options::LaunchContext;
use super::random::unguessable;
use super::shape::Shape;

/// How long an authorization code lives.
const CODE_LIFETIME: SignedDuration = SignedDuration::from_secs(60);
/// How long a code is remembered that was used or not.
const CODE_KEPT: SignedDuration = SignedDuration::from_hours(1);
/// How long an access token lives that a server got for itself.
const SERVER_TOKEN_LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// What a clinician agreed to, or what a server may do for itself: everything a token stands for.
#[derive(Clone, Debug, Default)]
pub(super) struct Grant {
    pub(super) client_id: String,
    pub(super) redirect_uri: String,
    pub(super) code_challenge: String,
    pub(super) nonce: Option<String>,
    pub(super) scopes: Vec<String>,
    /// The account that is signed in; nobody where a server acts for itself.
    pub(super) user: Option<String>,
    pub(super) context: LaunchContext,
    /// How often the context had been cleared when the launch was made.
    pub(super) clearings: u64,
}

impl Grant {
    pub(super) fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|granted| granted == scope)
    }

    /// The account that is signed in.
    pub(super) fn signed_in(&self) -> Option<Account> {
        find_account(self.user.as_deref()?)
    }

    /// How long an access token for it lives; `expires_in` says so.
    pub(super) fn token_lifetime(&self, shape: Shape) -> SignedDuration {
        if self.user.is_some() { shape.token_lifetime() } else { SERVER_TOKEN_LIFETIME }
    }
}

/// One code, access token or refresh token.
#[derive(Clone, Debug)]
#[expect(clippy::struct_field_names, reason = "issued_at pairs with expires_at")]
pub(super) struct Issued {
    pub(super) grant: Grant,
    /// Everything that came out of one authorization shares a family, and falls with it.
    pub(super) family: String,
    pub(super) issued_at: Timestamp,
    /// Never, for refresh tokens.
    pub(super) expires_at: Option<Timestamp>,
    pub(super) used: bool,
    /// Whether it came out of a refresh rather than out of a code.
    pub(super) refreshed: bool,
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

/// Everything handed out.
#[derive(Debug, Default)]
pub(super) struct Grants {
    codes: HashMap<String, Issued>,
    access_tokens: HashMap<String, Issued>,
    refresh_tokens: HashMap<String, Issued>,
}

impl Grants {
    pub(super) fn insert_code(&mut self, code: String, grant: Grant, now: Timestamp) {
        if self.codes.len() % 256 == 255 {
            self.codes.retain(|_, code| now < code.issued_at + CODE_KEPT);
        }
        self.codes.insert(code, Issued::new(grant, &unguessable(), now, Some(CODE_LIFETIME)));
    }

    pub(super) fn find_code(&self, code: &str) -> Option<&Issued> {
        self.codes.get(code)
    }

    /// Marks the code used. A code that was used already ends everything that came out of it (RFC 6749 4.1.2).
    pub(super) fn take_code(&mut self, code: &str) -> bool {
        let used = use_up(self.codes.get_mut(code));
        self.settle_use(used)
    }

    pub(super) fn insert_access_token(
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

    pub(super) fn find_access_token(&self, token: &str, now: Timestamp) -> Option<&Issued> {
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

    /// Marks the refresh token used. One that was used already ends its family (RFC 9700 4.14.2).
    pub(super) fn take_refresh_token(&mut self, token: &str) -> bool {
        let used = use_up(self.refresh_tokens.get_mut(token));
        self.settle_use(used)
    }

    /// Whether it was there and unused; what comes a second time ends its whole family.
    fn settle_use(&mut self, used: Option<(bool, String)>) -> bool {
        match used {
            Some((false, family)) => {
                self.end_family(&family);
                false
            }
            used => used.is_some(),
        }
    }

    /// RFC 7009: an access token ends alone, a refresh token ends its family. Only its own client may do it.
    pub(super) fn revoke(&mut self, token: &str, client_id: &str) {
        let belongs = |issued: &Issued| issued.grant.client_id == client_id;
        if self.access_tokens.get(token).is_some_and(belongs) {
            self.access_tokens.remove(token);
        }
        if let Some(family) =
            self.refresh_tokens.get(token).filter(|it| belongs(it)).map(|it| it.family.clone())
        {
            self.end_family(&family);
        }
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    fn end_family(&mut self, family: &str) {
        self.access_tokens.retain(|_, issued| issued.family != family);
        for issued in self.refresh_tokens.values_mut().filter(|issued| issued.family == family) {
            issued.used = true;
        }
    }
}

/// Whether it was unused until now, and its family; none where there is no such thing.
fn use_up(issued: Option<&mut Issued>) -> Option<(bool, String)> {
    let issued = issued?;
    Some((!std::mem::replace(&mut issued.used, true), issued.family.clone()))
}
