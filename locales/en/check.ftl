check-topic-registration = Registration
check-topic-address = Address
check-topic-clock = Clock
check-topic-smart = smart-configuration
check-topic-issuer = Issuer
check-topic-endpoints = Endpoints
check-topic-keys = Keys of its id_tokens
check-topic-client-auth = Proving who we are
check-topic-pkce = PKCE
check-topic-scopes = Scopes
check-topic-refresh = Renewing access
check-topic-revocation = Giving access back
check-topic-introspection = Asking whether access still holds
check-topic-capabilities = Capabilities
check-topic-fhir = FHIR server
check-topic-frame = Frames

check-suspended = It is paused, so nobody can launch from it.
check-suspended-fix = Let it launch again when the rest is right.
check-public-url-local = Passerelle calls itself { $url }, an address that only this machine can reach.
check-public-url-local-fix = For an EHR elsewhere, set server.public_url to the https address people use.
check-frame-none = No EHR page may show Passerelle in a frame. A launch opens in a tab or window of its own.
check-frame-none-fix = If the EHR shows apps inside its own pages, set frame_ancestors to the origin of those pages. Without it people see an empty frame.
check-frame-allowed = Pages of { $origins } may show Passerelle in a frame.

check-address-allowed = { $host } is { $addresses }, and Passerelle may connect there.
check-address-unknown = Nobody knows the name { $host }, so nothing could be asked.
check-address-unknown-fix = Look for a typing mistake in fhir_base_url, or ask why this machine's DNS does not know the name.
check-address-unusable = An address at { $host } cannot be used.
check-address-unusable-fix = The EHR has to publish plain https addresses.
check-address-not-allowed = { $host } is { $addresses }, which is not a public address. Nothing was sent there.
check-address-not-allowed-fix = If this EHR does lie in your own network, name its range in allowed_networks.
check-address-plain = { $host } is { $addresses }, and plain http is spoken only with addresses that are named. Nothing was sent there.
check-address-plain-fix = Use its https address in fhir_base_url. If it lies in your own network and has none, name its range in allowed_networks.

check-connect-blocked = { $document }: { $host } has an address that is not allowed for this EHR. Nothing was sent there.
check-connect-blocked-fix = If it does lie in your own network, name its range in allowed_networks.
check-connect-url = { $document }: an address at { $host } cannot be used.
check-connect-url-fix = The EHR has to publish plain https addresses.
check-connect-setup = This machine cannot speak TLS.
check-connect-setup-fix = Install CA certificates, on Debian the package ca-certificates.
check-connect-crowded = { $document }: { $host } still owes us so many answers that we ask it nothing more for now.
check-connect-crowded-fix = Try again in a minute. If it stays so, ask the EHR's administrator why it answers so slowly.
check-connect-timeout = { $document }: { $host } did not answer in time. A launch waits no longer either.
check-connect-timeout-fix = Ask the EHR's administrator, and look at firewalls in between.
check-connect-broken = { $document }: { $host } broke off in the middle of its answer.
check-connect-broken-fix = Ask the EHR's administrator what their log says.
check-connect-too-large = { $document } is larger than 256 KiB. Passerelle reads no more than that.
check-connect-too-large-fix = The EHR's administrator has to make it smaller, or register the endpoints beforehand (endpoints, in the file of ehr.file).
check-connect-refused = { $document }: nobody listens at { $host }.
check-connect-refused-fix = Look at the port in the address, and ask whether the server runs.
check-connect-expired = { $document }: the certificate of { $host } has run out. Nothing was sent.
check-connect-expired-fix = The EHR's administrator has to renew it. Nothing here gets around that.
check-connect-not-yet-valid = { $document }: the certificate of { $host } is not valid yet. Nothing was sent.
check-connect-not-yet-valid-fix = Look at the clock of this machine; if it is right, the EHR's administrator has to correct the certificate.
check-connect-other-name = { $document }: the certificate of { $host } is for another name. Nothing was sent.
check-connect-other-name-fix = Use the name for which it was made in fhir_base_url, or let the EHR's administrator add this one.
check-connect-unknown-issuer = { $document }: the certificate of { $host } is by nobody this machine trusts. Nothing was sent.
check-connect-unknown-issuer-fix = If the EHR has an authority of its own, add its root certificate to this machine. If not, its server does not send the intermediate certificate, and its administrator has to add it.
check-connect-revoked = { $document }: the certificate of { $host } was revoked. Nothing was sent.
check-connect-revoked-fix = The EHR's administrator has to replace it.
check-connect-unusable-certificate = { $document }: the certificate of { $host } vouches for itself, or is made for another purpose. Nothing was sent.
check-connect-unusable-certificate-fix = The EHR needs a server certificate by an authority that this machine trusts.
check-connect-tls = { $document }: { $host } does not speak TLS 1.2 or later with us. Nothing was sent.
check-connect-tls-fix = Look at the port in the address; otherwise the EHR's administrator has to switch on TLS 1.2 or 1.3.
check-connect-no-way = { $document }: there is no way from here to { $host }.
check-connect-no-way-fix = Look at firewalls and routes between this machine and the EHR.

check-clock-good = { $seconds ->
    [0] Its clock and ours show the same time.
    [one] Its clock and ours are one second apart.
   *[other] Its clock and ours are { $seconds } seconds apart.
}
check-clock-off = Its clock is { $seconds } seconds { $direction ->
    [ahead] ahead of
   *[behind] behind
} ours. What one side signs then looks too old, or not valid yet, to the other.
check-clock-off-fix = Let both machines follow a time server (NTP).
check-clock-unsaid = It does not say what time it is, so the clocks could not be compared.

check-smart-found = It is there, as { $media_type }, and is kept for { $minutes ->
    [one] a minute
   *[other] { $minutes } minutes
}{ $etag ->
    [yes] ; after that Passerelle only asks whether it changed
   *[no] {""}
}.
check-smart-fixed = Not asked for: the endpoints were agreed on beforehand (endpoints).
check-smart-statement = It publishes none. Its CapabilityStatement names the endpoints, as servers of SMART 1.0 do, and that is not believed unless you say so.
check-smart-statement-fix = Set discover_from_capability_statement.
check-smart-statement-used = It publishes none. The endpoints come from its CapabilityStatement, as registered.
check-smart-missing = There is none at { $address }, and no CapabilityStatement that names endpoints either.
check-smart-missing-fix = Most often the base URL is not quite right: ask for the exact URL of the FHIR server and correct fhir_base_url.
check-smart-redirects = { $address } redirects to { $location }. Passerelle follows no redirects.
check-smart-redirects-fix = If the EHR has moved there for good, correct fhir_base_url.
check-smart-closed = { $address } answers { $answer }. It must be readable without signing in.
check-smart-closed-fix = Ask the EHR's administrator to open it, or look whether fhir_base_url is right.
check-smart-web-page = { $address } answers { $answer } instead of JSON: the page of a proxy, a sign-in or another server.
check-smart-web-page-fix = Look whether fhir_base_url is right, and whether a proxy stands between.
check-smart-failing = { $address } answers { $answer }.
check-smart-failing-fix = Ask the EHR's administrator what their log says, and check again later.
check-document-missing = { $document } is not there.
check-document-missing-fix = Look whether fhir_base_url is right.
check-document-not-served = { $document } cannot be read: { $why }.
check-document-not-served-fix = Ask the EHR's administrator, and check again later.
check-document-unusable = { $document } cannot be used: { $why }.
check-document-unusable-fix = The EHR's administrator has to correct it. Endpoints may also be agreed on beforehand (endpoints, in the file of ehr.file).

check-issuer-as-registered = { $issuer }, registered and published.
check-issuer-pinned = { $issuer }, as registered. It publishes none.
check-issuer-published = { $issuer }, as it publishes. None is registered, so what its base publishes is believed.
check-issuer-published-fix = Register it as issuer, so that it cannot change unnoticed.
check-issuer-differs = It publishes { $published }, and { $registered } is registered. Launches are refused.
check-issuer-differs-fix = If the EHR's administrator confirms what it publishes, set issuer to that.
check-issuer-differs-by-slash = It publishes { $published }, and { $registered } is registered. The slash at the end makes them two. Launches are refused.
check-issuer-differs-by-slash-fix = Set issuer to exactly what it publishes.
check-issuer-document-differs = The openid-configuration of { $issuer } names { $named } as its issuer. Launches are refused.
check-issuer-document-differs-fix = If the EHR's administrator confirms that name, set issuer to it.
check-issuer-missing = It does not say who signs its id_tokens, and none is registered. Launches are refused.
check-issuer-missing-fix = Ask the EHR's administrator for it and set issuer.
check-issuer-missing-but-found = Its smart-configuration does not say who signs its id_tokens, and none is registered. Launches are refused. The openid-configuration at its base names { $issuer }.
check-issuer-missing-but-found-fix = If the EHR's administrator confirms it, set issuer to that.

check-openid-agrees = Its openid-configuration says the same as the SMART metadata.
check-openid-contradicts = Its openid-configuration at { $address } says something else than the SMART metadata, in { $members }. Launches go by the SMART metadata, which names the keys, and do not read it.
check-openid-contradicts-fix = Ask the EHR's administrator which of the two is right, and have the other corrected.

check-endpoints-found = People sign in at { $authorization }; codes become tokens at { $token }.
check-origins-own = All of them lie where the registration says: { $origins }.
check-origins-approved = Some lie elsewhere, at { $origins }, which was approved.
check-origins-first = Some lie elsewhere, at { $origins }. The first launch that goes well approves that; a later move waits for you.
check-origins-first-fix = To allow nothing else from the beginning, name it in endpoint_origins.
check-origin-waits = An endpoint has moved to { $origin }, and nobody has approved that. Nothing is sent there, and launches are refused.
check-origin-waits-fix = If the EHR's administrator confirms the move, approve it, or name the origin in endpoint_origins.
check-origin-unknown = An endpoint lies at { $origin }, which is not among the origins agreed on. Nothing is sent there, and launches are refused.
check-origin-unknown-fix = If the EHR's administrator confirms it, add it to endpoint_origins.
check-authorization-unusable = No authorization request can be made: { $why }.
check-authorization-unusable-fix = The EHR's administrator has to correct authorization_endpoint.

check-keys-usable = { $usable } of { $published } can be used, for { $algs }; they are at { $address }, which { $document ->
    [registration] was agreed on beforehand
    [smart-configuration] smart-configuration names
   *[other] openid-configuration names
}.
check-keys-none = None of { $published } keys at { $address } can be used, so no id_token can be verified.
check-keys-none-fix = The EHR's administrator has to publish RSA keys, or EC keys on P-256 or P-384, for RS256, RS384, ES256 or ES384.
check-keys-missing = There is no key set at { $address }.
check-keys-missing-fix = The EHR's administrator has to correct jwks_uri.
check-keys-unusable = The key set at { $address } cannot be used: { $why }.
check-keys-unusable-fix = Ask the EHR's administrator, and check again later.
check-keys-nowhere = smart-configuration names no keys, and there is no openid-configuration at { $issuer } or at the FHIR base.
check-keys-nowhere-fix = Look whether issuer is right.

check-client-auth-offered = { $method }, as registered. It offers { $offered }.
check-client-auth-unsaid = { $method }, as registered. It does not say what it takes, so only a launch will show.
check-client-auth-not-offered = { $method } is registered, and it offers { $offered }. Launches are refused before they begin.
check-client-auth-not-offered-fix = Agree on a way with the EHR's administrator and set client_auth. A way with a secret needs the secret as well.
check-client-auth-none = { $method } is registered, and it offers { $offered }, none of which Passerelle knows.
check-client-auth-none-fix = Ask the EHR's administrator for client_secret_basic, client_secret_post or private_key_jwt, and set client_auth.
check-signing-alg = Assertions are signed with { $alg }.
check-signing-alg-not-offered = { $alg } is registered, and it takes assertions signed with { $offered } only. Launches are refused before they begin.
check-signing-alg-not-offered-fix = Set signing_alg to one of them.
check-signing-alg-none = It takes assertions signed with { $offered } only. Passerelle signs with RS384 or ES384.
check-signing-alg-none-fix = Ask the EHR's administrator to switch one of them on, or set client_auth to a way with a secret.
check-basic-characters = Client id or secret holds characters that servers read in two ways.
check-basic-characters-fix = If launches end with "invalid_client", set basic_encoding to the other way.

check-pkce-offered = S256, and Passerelle sends it.
check-pkce-unsaid = It does not mention it. Passerelle sends S256 anyway; servers that do not know it ignore it.
check-pkce-other = It offers { $methods } only. Passerelle sends S256 anyway, and never plain.

check-scopes-registered = In the syntax of { $syntax ->
    [v1] SMART 1.0
   *[v2] SMART 2
}, as registered.
check-scopes-published = In the syntax of { $syntax ->
    [v1] SMART 1.0
   *[v2] SMART 2
}, which it says it knows.
check-scopes-assumed = In the syntax of SMART 2, since it does not say which it knows.
check-scopes-of-smart-1 = In the syntax of SMART 1.0, as such a server knows no other.
check-scopes-against = It says that it does not know the syntax of { $syntax ->
    [v1] SMART 1.0
   *[v2] SMART 2
}, which is registered.
check-scopes-against-fix = Set scope_syntax to auto to go by what it says.
check-scopes-no-patient = Nothing among the scopes lets Passerelle read the patient, so no chart opens.
check-scopes-no-patient-fix = Add patient/Patient.r to scopes.

check-refresh-asked = { $scope } is among the scopes, so access is renewed as long as the EHR allows.
check-refresh-offline = offline_access is among the scopes: its tokens would go on when the clinician has left the EHR. Passerelle keeps them sealed and gives them back when its own session ends.
check-refresh-offline-fix = If the EHR takes online_access, put that into scopes instead.
check-refresh-none = Access to the chart ends with the first access token, often after five or ten minutes.
check-refresh-none-fix = If the EHR gives refresh tokens, add online_access to scopes.

check-revocation-found = At { $address }, when a session ends.
check-revocation-none = It has no place for it, so tokens run out by themselves.

check-introspection-asked = Before a referral is sent, it is asked at { $address }. If it says that access has ended, the referral stays a draft; if it does not answer, the referral is sent.
check-introspection-nowhere = Passerelle is to ask before a referral is sent, but it names no place for that which could be used. Referrals are sent without asking.
check-introspection-nowhere-fix = Ask the EHR's administrator for an introspection_endpoint, or set introspect to false.
check-introspection-off = It could be asked at { $address }, and is not.
check-introspection-off-fix = To keep a referral from being sent after the EHR ended the session there, set introspect to true.
check-introspection-none = It names no place for that, and is not asked.

check-capabilities-all = It says it can do all that a launch needs.
check-capabilities-missing = It does not mention { $missing }. Passerelle goes on; if launches fail, ask about these first.
check-capabilities-unsaid = It does not say what it can do. Passerelle goes on.

check-fhir-version = FHIR { $version }.
check-fhir-other-version = FHIR { $version }. Passerelle reads FHIR R4, 4.0.
check-fhir-other-version-fix = Ask for the URL of its R4 server and correct fhir_base_url.
check-fhir-closed = Its CapabilityStatement cannot be read without signing in ({ $answer }), so its version is not known. Launches do not need it.
check-fhir-no-answer = It did not show its CapabilityStatement in time, so its version is not known. Launches do not need it.

check-verdict-problems = { $problems ->
    [one] One problem stands in the way of a launch.
   *[other] { $problems } problems stand in the way of a launch.
}
check-verdict-good = Nothing that can be seen from here stands in the way of a launch.
check-verdict-notes = { $notes ->
    [0] {""}
    [one] One note is worth reading.
   *[other] { $notes } notes are worth reading.
}

hand-over-title = What the EHR's administrator needs from you
hand-over-launch-url = Launch URL
hand-over-redirect-uri = Redirect URI
hand-over-client-id = Client id
hand-over-client-auth = Client authentication
hand-over-jwks-url = Key set URL
hand-over-scopes = Scopes

