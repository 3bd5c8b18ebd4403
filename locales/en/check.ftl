check-topic-registration = Registration
check-topic-address = Address
check-topic-clock = Clock
check-topic-smart = smart-configuration
check-topic-issuer = Issuer
check-topic-endpoints = Endpoints
check-topic-keys = id_token keys
check-topic-client-auth = Client authentication
check-topic-pkce = PKCE
check-topic-scopes = Scopes
check-topic-refresh = Token refresh
check-topic-revocation = Token revocation
check-topic-introspection = Token introspection
check-topic-capabilities = Capabilities
check-topic-fhir = FHIR server
check-topic-frame = Framing
check-topic-linking = Unknown users

check-suspended = This EHR is suspended, so launches from it are refused.
check-suspended-fix = Resume it once everything else is correct.
check-public-url-local = server.public_url is { $url }, an address that only this machine can reach.
check-public-url-local-fix = For an EHR on another machine, set server.public_url to the https address that users open.
check-frame-none = No EHR page may frame Passerelle. A launch opens in its own tab or window.
check-frame-none-fix = If the EHR shows apps inside its own pages, set frame_ancestors to the origin of those pages. Otherwise users see an empty frame.
check-linking-asks = At their first launch, users link an account by its password or an invitation, so each needs an account first (passerelle user add).
check-linking-provisions = At their first launch, an account is created for them.
check-frame-allowed = Pages of { $origins } may frame Passerelle.

check-address-allowed = { $is_address ->
    [yes] Passerelle may connect to { $host }.
   *[no] { $host } resolves to { $addresses }, and Passerelle may connect there.
}
check-address-unknown = The name { $host } could not be resolved, so nothing was requested.
check-address-unknown-fix = Look for a typing error in fhir_base_url, or ask why this machine's DNS cannot resolve the name.
check-address-unusable = An address at { $host } cannot be used.
check-address-unusable-fix = The EHR has to publish plain https addresses.
check-address-not-allowed = { $is_address ->
    [yes] { $host } is not a public address.
   *[no] { $host } resolves to { $addresses }, which is not a public address.
} Nothing was sent there.
check-address-not-allowed-fix = If this EHR is in your own network, add its range to allowed_networks.
check-address-plain = { $is_address ->
    [yes] The address { $host } is not in allowed_networks, and plain http is allowed only for those.
   *[no] { $host } resolves to { $addresses }, and plain http is allowed only for addresses listed in allowed_networks.
} Nothing was sent there.
check-address-plain-fix = Use its https address in fhir_base_url. If it is in your own network and has none, add its range to allowed_networks.

check-connect-blocked = { $document }: { $host } has an address that is not allowed for this EHR. Nothing was sent there.
check-connect-blocked-fix = If the EHR is in your own network, add its range to allowed_networks.
check-connect-url = { $document }: an address at { $host } cannot be used.
check-connect-url-fix = The EHR has to publish plain https addresses.
check-connect-setup = This machine cannot use TLS.
check-connect-setup-fix = Install CA certificates, on Debian the package ca-certificates.
check-connect-crowded = { $document }: too many requests to { $host } are still unanswered; no more are sent for now.
check-connect-crowded-fix = Try again in a minute. If this persists, ask the EHR's administrator why it responds so slowly.
check-connect-timeout = { $document }: { $host } did not respond in time. A launch has the same time limit.
check-connect-timeout-fix = Ask the EHR's administrator, and check the firewalls in between.
check-connect-broken = { $document }: { $host } closed the connection before its response was complete.
check-connect-broken-fix = Ask the EHR's administrator what their log says.
check-connect-too-large = { $document } exceeds the limit of 256 KiB.
check-connect-too-large-fix = The EHR's administrator has to make it smaller, or you register the endpoints (endpoints, in the file of ehr.file).
check-connect-refused = { $document }: { $host } refused the connection; no service listens on that port.
check-connect-refused-fix = Check the port in the address, and ask whether the server is running.
check-connect-expired = { $document }: the certificate of { $host } has expired. Nothing was sent.
check-connect-expired-fix = The EHR's administrator has to renew it. There is no setting to accept it.
check-connect-not-yet-valid = { $document }: the certificate of { $host } is not valid yet. Nothing was sent.
check-connect-not-yet-valid-fix = Check the clock of this machine; if it is correct, the EHR's administrator has to correct the certificate.
check-connect-other-name = { $document }: the certificate of { $host } is for a different name. Nothing was sent.
check-connect-other-name-fix = Use the name in the certificate in fhir_base_url, or ask the EHR's administrator to add this one.
check-connect-unknown-issuer = { $document }: the certificate of { $host } was not issued by a CA this machine trusts. Nothing was sent.
check-connect-unknown-issuer-fix = If the EHR has its own CA, trust its root certificate for this EHR: ca_file in a command or in the file of ehr.file, CA certificates on the page. Otherwise the server does not send its intermediate certificate, and the EHR's administrator has to add it.
check-connect-revoked = { $document }: the certificate of { $host } was revoked. Nothing was sent.
check-connect-revoked-fix = The EHR's administrator has to replace it.
check-connect-unusable-certificate = { $document }: the certificate of { $host } is self-signed or is not a server certificate. Nothing was sent.
check-connect-unusable-certificate-fix = The EHR needs a server certificate from a CA that this machine trusts.
check-connect-client-certificate = { $document }: { $host } requires a client certificate. Nothing was sent.
check-connect-client-certificate-fix = Passerelle has no client certificate for EHRs; it proves who it is with client_auth. Ask the EHR's administrator to exempt this address.
check-connect-tls = { $document }: { $host } does not offer TLS 1.2 or later. Nothing was sent.
check-connect-tls-fix = Check the port in the address; otherwise the EHR's administrator has to enable TLS 1.2 or 1.3.
check-connect-no-way = { $document }: no connection to { $host } could be made from here.
check-connect-no-way-fix = Check firewalls and routes between this machine and the EHR.

check-clock-good = { $seconds ->
    [0] No clock skew.
    [one] Clock skew: one second.
   *[other] Clock skew: { $seconds } seconds.
}
check-clock-off = The EHR's clock is { $seconds } seconds { $direction ->
    [ahead] ahead of
   *[behind] behind
} ours. Signed tokens then look expired or not yet valid to the other side.
check-clock-off-fix = Synchronise both machines with a time server (NTP).
check-clock-unsaid = The EHR sent no Date header, so the clocks could not be compared.

check-smart-found = Found, as { $media_type }, and cached for { $minutes ->
    [one] a minute
   *[other] { $minutes } minutes
}{ $etag ->
    [yes] {"; then revalidated by its ETag"}
   *[no] {""}
}.
check-smart-fixed = Not fetched: the endpoints are registered (endpoints).
check-smart-statement = None is published. Its CapabilityStatement names endpoints, as SMART 1.0 servers do, but that is used only if enabled.
check-smart-statement-fix = Set discover_from_capability_statement to true, together with issuer, which such a server does not publish there.
check-smart-statement-used = None is published. The endpoints are read from its CapabilityStatement, as registered.
check-smart-missing = There is none at { $address }, and no CapabilityStatement that names endpoints either.
check-smart-missing-fix = The base URL is usually the cause: ask for the exact URL of the FHIR server and correct fhir_base_url.
check-smart-redirects = { $address } redirects to { $location }. Passerelle follows no redirects.
check-smart-redirects-fix = If the EHR has moved there permanently, correct fhir_base_url.
check-smart-closed = { $address } responds { $answer }. The document must be readable without signing in.
check-smart-closed-fix = Ask the EHR's administrator to make it public, or check whether fhir_base_url is correct.
check-smart-web-page = { $address } responds { $answer } instead of JSON: a page of a proxy, a sign-in or another server.
check-smart-web-page-fix = Check whether fhir_base_url is correct, and whether a proxy is in between.
check-smart-failing = { $address } responds { $answer }.
check-smart-failing-fix = Ask the EHR's administrator what their log says, and check again later.
check-document-missing = { $document } does not exist.
check-document-missing-fix = Check whether fhir_base_url is correct.
check-document-not-served = { $document } cannot be read: { $why }.
check-document-not-served-fix = Ask the EHR's administrator, and check again later.
check-document-unusable = { $document } cannot be used: { $why }.
check-document-unusable-fix = The EHR's administrator has to correct it. Endpoints may also be registered (endpoints, in the file of ehr.file).

check-issuer-as-registered = { $issuer }, registered and published.
check-issuer-pinned = { $issuer }, as registered. The EHR publishes none.
check-issuer-confirmed = { $registered } is registered, and openid-configuration confirms it. smart-configuration names { $published }, which differs in the trailing slash; launches use the registered issuer.
check-issuer-published = { $issuer }, as published. None is registered, so the issuer published at its base URL is trusted.
check-issuer-published-fix = Register it as issuer, so that a change is noticed.
check-issuer-differs = { $published } is published, but { $registered } is registered. Launches are refused.
check-issuer-differs-fix = If the EHR's administrator confirms the published issuer, set issuer to it.
check-issuer-differs-by-slash = { $published } is published, but { $registered } is registered. They differ in the trailing slash. Launches are refused.
check-issuer-differs-by-slash-fix = Set issuer to exactly the published value.
check-issuer-unconfirmed = smart-configuration names the issuer { $published }, its openid-configuration { $named }. Launches are refused.
check-issuer-unconfirmed-fix = Ask the EHR's administrator which issuer signs the id_tokens, and to correct the document that names the other. Until then, endpoints and issuer may be registered (endpoints, in the file of ehr.file).
check-issuer-unconfirmed-by-slash = smart-configuration names the issuer { $published }, its openid-configuration { $named }. They differ in the trailing slash, and neither is registered as openid-configuration names it. Launches are refused.
check-issuer-unconfirmed-by-slash-fix = Set issuer to exactly the value of openid-configuration: launches then use it.
check-issuer-document-differs = The openid-configuration of { $issuer } names { $named } as its issuer. Launches are refused.
check-issuer-document-differs-fix = If the EHR's administrator confirms that issuer, set issuer to it.
check-issuer-missing = The EHR does not publish the issuer of its id_tokens, and none is registered. Launches are refused.
check-issuer-missing-fix = Ask the EHR's administrator for it and set issuer.
check-issuer-missing-but-found = smart-configuration does not name the issuer of the id_tokens, and none is registered. Launches are refused. The openid-configuration at the base URL names { $issuer }.
check-issuer-missing-but-found-fix = If the EHR's administrator confirms it, set issuer to that value.

check-openid-agrees = openid-configuration agrees with the SMART metadata.
check-openid-contradicts = The openid-configuration at { $address } contradicts the SMART metadata in { $members }. Launches use the SMART metadata, which names the keys, and ignore openid-configuration.
check-openid-contradicts-fix = Ask the EHR's administrator which of the two is correct, and to correct the other.

check-endpoints-found = Authorization endpoint: { $authorization }. Token endpoint: { $token }.
check-origins-own = All are at registered origins: { $origins }.
check-origins-approved = Some are at other origins, { $origins }, which were approved.
check-origins-first = Some are at other origins, { $origins }. The first successful launch approves them; a later move needs your approval.
check-origins-first-fix = To allow only these from the start, add them to endpoint_origins.
check-origin-waits = An endpoint has moved to { $origin }, which is not approved. Nothing is sent there, and launches are refused.
check-origin-waits-fix = If the EHR's administrator confirms the move, approve it, or add the origin to endpoint_origins.
check-origin-unknown = An endpoint is at { $origin }, which is not a registered origin. Nothing is sent there, and launches are refused.
check-origin-unknown-fix = If the EHR's administrator confirms it, add it to endpoint_origins.
check-authorization-unusable = No authorization request can be built: { $why }.
check-authorization-unusable-fix = The EHR's administrator has to correct authorization_endpoint.

check-keys-usable = { $usable } of { $published } are usable, for { $algs }. Their address, { $address }, is from { $document ->
    [registration] the registration
    [smart-configuration] smart-configuration
   *[other] openid-configuration
}.
check-keys-none = None of { $published } keys at { $address } is usable, so no id_token can be verified.
check-keys-none-fix = The EHR's administrator has to publish RSA keys, or EC keys on P-256 or P-384, for RS256, RS384, ES256 or ES384.
check-keys-missing = There is no key set at { $address }.
check-keys-missing-fix = The EHR's administrator has to correct jwks_uri.
check-keys-unusable = The key set at { $address } cannot be used: { $why }.
check-keys-unusable-fix = Ask the EHR's administrator, and check again later.
check-keys-nowhere = smart-configuration names no keys, and there is no openid-configuration at { $issuer } or at the FHIR base.
check-keys-nowhere-fix = Check whether issuer is correct.

check-client-auth-offered = { $method }, as registered. The EHR offers { $offered }.
check-client-auth-unsaid = { $method }, as registered. The EHR does not publish what it supports, so only a launch will show.
check-client-auth-not-offered = { $method } is registered, but the EHR offers { $offered }. Launches are refused before they start.
check-client-auth-not-offered-fix = Agree on a method with the EHR's administrator and set client_auth. A method with a secret also needs the secret.
check-client-auth-none = { $method } is registered, but the EHR offers { $offered }, none of which Passerelle supports.
check-client-auth-none-fix = Ask the EHR's administrator for client_secret_basic, client_secret_post or private_key_jwt, and set client_auth.
check-signing-alg = Assertions are signed with { $alg }.
check-signing-alg-not-offered = { $alg } is registered, but the EHR accepts only assertions signed with { $offered }. Launches are refused before they start.
check-signing-alg-not-offered-fix = Set signing_alg to one of them.
check-signing-alg-none = The EHR accepts only assertions signed with { $offered }. Passerelle signs with RS384 or ES384.
check-signing-alg-none-fix = Ask the EHR's administrator to enable one of them, or set client_auth to a method with a secret.
check-basic-characters = Client id or secret contains characters that servers decode in two ways.
check-basic-characters-fix = If launches fail with "invalid_client", switch basic_encoding to its other value.

check-grant-types-unlisted = Needed, but not in grant_types_supported of the EHR: { $missing }.
check-grant-types-unlisted-fix = Ask the EHR's administrator to allow them for our client.

check-pkce-offered = S256 is offered, and Passerelle sends it.
check-pkce-unsaid = Not mentioned. Passerelle sends S256 regardless; servers without PKCE ignore it.
check-pkce-other = The EHR offers only { $methods }. Passerelle sends S256 regardless, and never plain.

check-scopes-registered = In { $syntax ->
    [v1] SMART 1.0
   *[v2] SMART 2
} syntax, as registered.
check-scopes-published = In { $syntax ->
    [v1] SMART 1.0
   *[v2] SMART 2
} syntax, as published.
check-scopes-assumed = In SMART 2 syntax, because the EHR does not publish which syntax it supports.
check-scopes-of-smart-1 = In SMART 1.0 syntax, the only one such a server supports.
check-scopes-against = The EHR publishes that it does not support { $syntax ->
    [v1] SMART 1.0
   *[v2] SMART 2
} syntax, which is registered.
check-scopes-against-fix = Set scope_syntax to auto to use the published syntax.
check-scopes-no-patient = None of the scopes lets Passerelle read the patient, so no chart opens.
check-scopes-no-patient-fix = Add patient/Patient.r to scopes.

check-scopes-listed-v1 = The EHR lists its scopes in SMART 1.0 syntax only. Requests use SMART 2 syntax, and some servers drop such scopes without an error.
check-scopes-listed-v1-fix = If launches end without access to the patient, set scope_syntax to v1.
check-scopes-unlisted = Needed, but not in scopes_supported of the EHR: { $missing }. That list need not be complete.
check-scopes-unlisted-fix = Ask the EHR's administrator whether our client may have them.

check-refresh-asked = { $scope } is among the scopes, so access is refreshed as long as the EHR allows.
check-refresh-offline = offline_access is among the scopes: its refresh tokens stay valid after the clinician leaves the EHR. Passerelle keeps them sealed and revokes them when its own session ends.
check-refresh-offline-fix = If the EHR supports online_access, put it into scopes instead.
check-refresh-offered = Access to the chart ends when the first access token expires, often after five or ten minutes. The EHR offers online_access, with which access is refreshed.
check-refresh-offered-fix = Add online_access to scopes.
check-refresh-offered-offline = Access to the chart ends when the first access token expires, often after five or ten minutes. The EHR offers refresh tokens with offline_access only; they stay valid after the clinician leaves the EHR. Passerelle keeps them sealed and revokes them when its own session ends.
check-refresh-offered-offline-fix = If the EHR's administrator agrees, add offline_access to scopes.
check-refresh-not-offered = Access to the chart ends when the first access token expires, often after five or ten minutes. The EHR offers no refresh tokens.
check-refresh-none = Access to the chart ends when the first access token expires, often after five or ten minutes.
check-refresh-none-fix = If the EHR issues refresh tokens, add online_access to scopes.

check-revocation-found = Tokens are revoked at { $address } when a session ends.
check-revocation-none = The EHR has no revocation endpoint, so tokens expire by themselves.

check-introspection-asked = Tokens are introspected at { $address } before a referral is sent. If the EHR reports that access has ended, the referral stays a draft; if it does not respond, the referral is sent.
check-introspection-nowhere = introspect is on, but the EHR names no usable introspection endpoint. Referrals are sent without introspection.
check-introspection-nowhere-fix = Ask the EHR's administrator for an introspection_endpoint, or set introspect to false.
check-introspection-off = The EHR has an introspection endpoint at { $address }; it is not used.
check-introspection-off-fix = To stop referrals after the EHR has ended the session there, set introspect to true.
check-introspection-none = The EHR has no introspection endpoint, and introspect is off.

check-capabilities-all = All capabilities that a launch needs are published.
check-capabilities-missing = { $missing } is not published. Launches proceed; if they fail, ask about these first.
check-capabilities-unsaid = No capabilities are published. Launches proceed.

check-fhir-version = FHIR { $version }.
check-fhir-other-version = FHIR { $version }. Passerelle supports FHIR R4 (4.0).
check-fhir-other-version-fix = Ask for the URL of its R4 server and correct fhir_base_url.
check-fhir-closed = Its CapabilityStatement cannot be read without signing in ({ $answer }), so its version is unknown. Launches do not need it.
check-fhir-no-answer = Its CapabilityStatement did not arrive in time, so its version is unknown. Launches do not need it.

check-verdict-problems = { $problems ->
    [one] One problem prevents launches.
   *[other] { $problems } problems prevent launches.
}
check-verdict-good = Nothing that can be checked from here prevents a launch.
check-verdict-notes = { $notes ->
    [0] {""}
    [one] Read the note as well.
   *[other] Read the { $notes } notes as well.
}

hand-over-title = What the EHR's administrator needs from you
hand-over-launch-url = Launch URL
hand-over-redirect-uri = Redirect URI
hand-over-client-id = Client id
hand-over-client-auth = Client authentication
hand-over-jwks-url = Key set URL
hand-over-grant-types = Grant types
hand-over-scopes = Scopes

