admin-brand = Passerelle administration
admin-nav-ehrs = EHRs
admin-local-time = { $day } { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[other] Dec
} { $year }, { $time }

admin-sign-in-title = Administrator sign-in
admin-sign-in-what = For administrators of EHR connections. Clinicians sign in from their EHR.
admin-sign-in-wrong = Email or password is incorrect, or the account is not an administrator's. After ten failed attempts the account is locked for an hour.
admin-sign-in-ended = Your session has ended. Nothing was changed since; sign in to continue.
admin-sign-in-kept = Your session has ended and nothing was saved. Your entries are kept. Sign in to return to the form.
admin-sign-in-busy = Too many people are signing in at the moment. Wait a few seconds and try again; this attempt was not counted.
admin-sign-in-signed-out = You are signed out.
admin-sign-in-too-old = That page was too old. Sign in again.

admin-ehrs-title = EHRs
admin-no-ehrs = No EHR is registered yet. Add the first one.
admin-add = Add an EHR
admin-add-what = Nothing is sent to the EHR until you check it.
admin-add-go = Add this EHR
admin-back-to-ehrs = All EHRs
admin-back-to-ehr = Back to { $name }
admin-cancel = Cancel
admin-state-active = Active
admin-state-suspended = Suspended
admin-state-unreadable = Unreadable
admin-unreadable-what = The registration or its secret cannot be decrypted with the current keys, so launches from this EHR are refused. The log says why. If only the secret is lost, enter it again.
admin-last-opened = Last successful launch
admin-last-refused = Last refused launch
admin-never = None yet
admin-none-in-days = None in the last { $days } days
admin-optional = optional
admin-not-set = Not set

admin-done-added = Added. Check it next; the check also shows what the EHR's administrator needs.
admin-done-changed = Saved. Takes effect at the next launch.
admin-done-unchanged = No change: it already has this value.
admin-done-conflict = Not saved: another administrator changed this registration in the meantime. Check again.
admin-done-suspended = Suspended. Launches from this EHR are refused and its sessions have ended.
admin-done-resumed = Resumed. Launches from this EHR are accepted again.
admin-done-approved = Approved.
admin-done-rotated = New keys are published. They sign in 24 hours; the current keys sign until then.
admin-done-replaced = The keys are replaced. Launches fail until the EHR fetches the new ones.
admin-done-removed = The EHR is removed.
admin-done-gone = That EHR is not registered, or its registration is unreadable.

admin-check-title = Check
admin-check-what = Fetches what the EHR publishes and reports, line by line, what matches the registration, what does not, and which setting corrects it. No secret is sent and nothing is changed.
admin-check-go = Check { $name }
admin-check-again = Check again
admin-checked-title = Check of { $name }
admin-level-good = Good
admin-level-note = Note
admin-level-problem = Problem
admin-set-setting = Set { $setting } to { $value }
admin-add-to-setting = Add { $value } to { $setting }
admin-edit-setting = Change { $setting }
admin-pending-title = An endpoint has moved
admin-pending-what = Nothing is sent to these origins until you approve them. Confirm with the EHR's administrator first: an attacker would publish a different token endpoint.
admin-approve = Approve { $origin }
admin-launches-title = Launches
admin-scopes-assumed = Scopes are shown in SMART 2 syntax. A check shows which syntax this EHR accepts.
admin-registration-title = Registration
admin-file-hint = If this EHR is also in the file named by ehr.file, change it there too: the file is read again at the next start.
admin-change = Change the registration
admin-change-ends = If the base URL, the issuer or the client id changes, every user from this EHR is signed out; saved drafts are kept. A different base URL needs its own secret.
admin-change-title = Change { $name }
admin-change-go = Save
admin-form-conflict = Another administrator changed this registration in the meantime. Your entries are below; saving them replaces that change.
admin-form-theirs = Current value: { $value }
admin-form-kept = The entries you made before your session ended are restored, except the secret. Nothing is saved yet.
admin-problems = { $count ->
    [one] One thing needs your attention
   *[other] { $count } things need your attention
}
admin-keys-title = Our keys for this EHR
admin-keys-what = New keys are published one day before they sign, so that the EHR has fetched them by then.
admin-rotate = Rotate keys
admin-replace = The current keys may be compromised
admin-suspend-title = Suspend
admin-suspend-what = While suspended, launches from this EHR are refused. Its users are signed out at once. Saved drafts are kept.
admin-suspended-what = This EHR is suspended. Removing it deletes the registration and our keys for it; accounts, referrals and the audit trail are kept.
admin-suspend = Suspend { $name }
admin-resume = Resume { $name }
admin-remove = Remove this EHR
admin-confirm-suspend = Suspend { $name }?
admin-confirm-suspend-what = Launches from this EHR are refused until you resume it. Saved drafts and referrals that wait for a signature are kept, and referrals that are signed already are still delivered.
admin-confirm-suspend-sessions = { $count ->
    [0] No session is open now.
    [one] 1 open session ends at once.
   *[other] { $count } open sessions end at once.
}
admin-confirm-suspend-go = Yes, suspend it
admin-confirm-remove = Remove { $name }?
admin-confirm-remove-what = The registration, its secret and our keys for this EHR are deleted. Accounts, referrals and the audit trail are kept; users link their account again if the EHR is re-added. If it is in the file named by ehr.file, delete it there as well.
admin-confirm-remove-go = Yes, remove it
admin-confirm-replace-keys = Replace the keys for { $name } now?
admin-confirm-replace-keys-what = The current keys are withdrawn at once. Launches fail until the EHR fetches the new keys or is given them.
admin-confirm-replace-keys-go = Yes, replace them
admin-confirm-stop = No, cancel

admin-nav-launches = Launches
admin-launches-of = Launches from { $name }
admin-launches-what = { $days ->
    [one] Launches of the last day.
   *[other] Launches of the last { $days } days.
} Secrets, codes, tokens and personal data are redacted.
admin-reference = Reference
admin-reference-hint = As shown on the user's page, such as 7Q4K-92MD.
admin-find-launch = Find this launch
admin-no-launch = No launch { $reference } is on record. { $days ->
    [one] It may be older than a day
   *[other] It may be older than { $days } days
}, it may have been dropped during a burst of launches, or the reference was misread.
admin-newest-launches = Newest launches
admin-unknown-launches = Launches without a registered EHR
admin-unknown-launches-what = These launches named no registered EHR or were incomplete. Such requests need no sign-in, so only the newest are kept.
admin-launches-not-back = Sent to the EHR, not back
admin-launches-not-back-what = The EHR has not sent the browser back. It may have shown an error page of its own, often because it knows another redirect URI or client id; a launch shows ours, to compare. Launches appear here within twenty seconds, and disappear when they come back.
admin-no-launches = { $days ->
    [one] No launch in the last day.
   *[other] No launch in the last { $days } days.
}
admin-no-known-ehr = No registered EHR
admin-launch-title = Launch { $reference }
admin-back-to-launches = All launches
admin-launch-what = The steps in order. Secrets, codes, tokens and personal data are redacted.
admin-after = { $milliseconds } ms after the start
admin-redacted = (redacted)
admin-step-launch-request = Launch request received
admin-step-metadata = Endpoints of the EHR known
admin-step-authorization-request = Browser sent to the EHR
admin-step-callback = Browser returned
admin-step-token-response = Token endpoint responded
admin-step-id-token = Verifying the id_token
admin-step-chart-read = id_token verified, chart read
admin-step-opened = Launch succeeded
admin-step-refused = Launch refused
admin-error = Error
admin-error-code = Error code
admin-error-guide = Troubleshooting: { $code }
admin-advice = What to do:
admin-advice-not-back = If the EHR showed an error page, compare redirect_uri and client_id, shown here, with what is registered at the EHR, character by character. Otherwise the user did not sign in, or closed the page.
admin-advice-launch-incomplete = Ask the EHR's administrator to launch the app as a SMART app at our launch URL, with iss and launch, over https.
admin-advice-iss-unknown = Compare iss with fhir_base_url of the EHR. If it is another spelling of the same server, add it to aliases.
admin-advice-another-algorithm = Ask the EHR's administrator to sign the id_tokens for our client with RS256, RS384, ES256 or ES384.
admin-advice-callback-malformed = Ask the EHR's administrator: their server has to send the browser back with state and either code or error, each once.
admin-advice-ehr-failing = The EHR reports an error of its own. Launch again later; if it persists, ask the EHR's administrator what their log says about this time.
admin-advice-token-endpoint = The token endpoint failed, was not reached, or returned something else than a token response. A check cannot show this, since it sends no token request. Look for a firewall or proxy in between, and ask the EHR's administrator what their log says about this time.
admin-advice-context-invalid = Ask the EHR's administrator: patient in the token response has to be the id of the Patient at this FHIR server.
admin-advice-patient-refused = The EHR granted the scope, but its FHIR server refused this patient. Ask the EHR's administrator whether this user may read the chart through the API, and whether the FHIR server accepts the access tokens issued to our client.
admin-advice-patient-not-found = Ask the EHR's administrator whether patient in the token response is the id of the Patient at fhir_base_url; another FHIR server of theirs may hold it.
admin-advice-patient-unreadable = Ask the EHR's administrator what the log of their FHIR server says about this time, and launch again later.
admin-advice-nonce-missing = If the EHR's documentation says that its id_tokens never contain the nonce, set nonce_echoed to false. Otherwise ask the EHR's administrator to include it.
admin-advice-another-audience = Compare client_id with the id that the EHR issued to us.
admin-advice-another-issuer = Ask the EHR's administrator which issuer signs its id_tokens, and set issuer to it.
admin-advice-another-key = Ask the EHR's administrator to publish the key that its id_tokens are signed with. Checking the EHR shows which keys it publishes.
admin-advice-no-id-token = Keep openid and fhirUser among the scopes, and ask the EHR's administrator to allow them for our client.
admin-advice-secret-refused = Compare client_id and the client secret with what the EHR issued. If both are correct, the EHR may decode them differently: switch between client_secret_basic and client_secret_post; with client_secret_basic, also try basic_encoding = "raw" or client_id_in_body = true.
admin-advice-assertion-refused = Ask the EHR's administrator whether our key set URL is registered there and reachable. If it is, the EHR may expect another audience: set assertion_audience to the value its documentation names, often its issuer.
admin-advice-client-not-allowed = Ask the EHR's administrator whether our client is enabled there and may use the authorization code flow.
admin-advice-code-refused = Compare our redirect URI with the one registered at the EHR, character by character. If they are identical, the code may have expired: launch again.
admin-advice-scopes-refused = Compare our scopes with those the EHR allows for our client. If it knows only SMART 1.0 syntax, set scope_syntax to v1.
admin-advice-request-refused = Compare client_id, our redirect URI and fhir_base_url with what is registered at the EHR, character by character.
admin-advice-no-patient = Keep launch among the scopes (launch/patient for a launch from our own page), and launch from a patient's chart.
admin-advice-patient-not-granted = Keep patient/Patient.rs among the scopes, and ask the EHR's administrator to allow it for our client. An EHR that knows only SMART 1.0 syntax may drop it without an error: set scope_syntax to v1.
admin-advice-clocks = Synchronise the clocks of this machine and of the EHR with a time server (NTP). The times on this page are from our clock.
admin-advice-check = Check the EHR. The check shows what it publishes, what is wrong with it, and which setting corrects it.
admin-fact-why = Reason
admin-fact-from = Started from
admin-fact-others = Other parameters
admin-fact-asked = Requested
admin-fact-status = Status
admin-fact-media-type = Media type
admin-fact-client-authentication = Client authentication
admin-fact-clock-of-the-ehr = Clock of the EHR
admin-fact-user = User
admin-outcome-opened = The chart was opened
admin-outcome-asked = The user was asked to link an account

admin-troubleshooting-title = Troubleshooting
admin-troubleshooting-what = Outcomes, error codes and messages, each with its cause and the next step.

setting-kind = Kind of EHR
setting-kind-hint = Sets the defaults for this kind. Everything can be changed afterwards.
kind-none = Other (standard)
kind-smile = Smile CDR
kind-aidbox = Aidbox
kind-epic = Epic (keys; give the issuer)
kind-oracle = Oracle Health, formerly Cerner (SMART 1.0 scopes)
kind-smart-1-0 = SMART 1.0 server (give the issuer)
kind-halo = HALO accelerator
setting-id = Id
setting-id-hint = a-z, 0-9 and hyphens, such as riverside. It is part of the redirect URI and cannot be changed later.
setting-name = Name
setting-name-hint = The name that users know.
setting-fhir_base_url = FHIR base URL
setting-fhir_base_url-hint = The iss of its launches, such as https://ehr.example.ca/fhir.
setting-aliases = Aliases of the base URL
setting-aliases-hint = Other base URLs it launches with, one per line.
setting-issuer = Issuer
setting-issuer-hint = The issuer of its id_tokens, exactly as the EHR writes it. If empty, the issuer published at its base URL is trusted.
setting-client_id = Client id
setting-client_id-hint = Our client id at the EHR, as its administrator gave it to you.
setting-client_auth = Client authentication
setting-client_auth-hint = With keys there is no secret: Passerelle generates the keys and publishes their public halves.
choice-client_auth-none = Default for this kind
choice-client_auth-client_secret_basic = Secret in HTTP Basic (client_secret_basic)
choice-client_auth-client_secret_post = Secret in the request body (client_secret_post)
choice-client_auth-private_key_jwt = Keys (private_key_jwt)
setting-client_secret = Client secret
setting-client_secret-hint = Sealed in the database and never shown again. Leave empty for keys.
setting-client_secret-keep = Leave empty to keep the current secret. It is never shown.
setting-basic_encoding = Encoding of id and secret in HTTP Basic
setting-basic_encoding-hint = Matters only if they contain characters other than letters and digits.
choice-basic_encoding-form = Form-encoded, as OAuth requires
choice-basic_encoding-raw = Unencoded
setting-client_id_in_body = Client id also in the request body
setting-client_id_in_body-hint = For a server that requires it.
setting-signing_alg = Signing algorithm of our assertions
setting-signing_alg-hint = Only with keys. Default: the best algorithm that the EHR lists.
choice-signing_alg-none = As the EHR lists
choice-signing_alg-RS384 = RS384
choice-signing_alg-ES384 = ES384
setting-assertion_audience = Audience of our assertions
setting-assertion_audience-hint = Only with keys. Default: the URL the assertion is sent to.
setting-scopes = Scopes
setting-scopes-hint = The scopes we request, one per line, such as patient/Patient.r.
setting-scope_syntax = Scope syntax
setting-scope_syntax-hint = Default: the syntax that the EHR publishes.
choice-scope_syntax-auto = As the EHR publishes
choice-scope_syntax-v1 = SMART 1.0 (patient/Patient.read)
choice-scope_syntax-v2 = SMART 2 (patient/Patient.rs)
setting-write_orders = Record deliveries in its orders
setting-write_orders-hint = Records delivery in the EHR order that the referral was started from. Needs private_key_jwt and system/ServiceRequest scopes.
setting-many_clinics = Several clinics behind one base URL
setting-many_clinics-hint = Yes for an accelerator such as HALO, where the same patient id is a different person in another clinic.
setting-standalone = Standalone launch
setting-standalone-hint = Yes lists it on our start page; the EHR then asks for the patient.
setting-authorize_by = Authorization request method
setting-authorize_by-hint = Default: POST if the EHR supports it and the address would be very long.
choice-authorize_by-auto = As the EHR publishes
choice-authorize_by-get = Always GET
choice-authorize_by-post = Always POST
setting-introspect = Introspect before sending
setting-introspect-hint = Yes asks the EHR, when a referral is sent, whether it has ended the session there. Needs its introspection endpoint.
setting-nonce_echoed = id_tokens contain the nonce
setting-nonce_echoed-hint = No only for an EHR that never includes it.
setting-fhir_user_claim = Claim that names the user
setting-fhir_user_claim-hint = The claim of the id_token that holds the user's FHIR resource.
choice-fhir_user_claim-fhirUser = fhirUser (SMART)
choice-fhir_user_claim-profile = profile
choice-fhir_user_claim-fhiruser = fhiruser, in lower case
setting-discover_from_capability_statement = Endpoints from the CapabilityStatement
setting-discover_from_capability_statement-hint = Yes only for a SMART 1.0 server without smart-configuration.
setting-endpoint_origins = Other origins of its endpoints
setting-endpoint_origins-hint = One per line, such as https://auth.ehr.example.ca. If empty, the origins of the first successful launch are approved.
setting-frame_ancestors = Origins that may frame us
setting-frame_ancestors-hint = One per line, such as https://ehr.example.ca. If empty, framing is refused.
setting-ca_certificates = CA certificates
setting-ca_certificates-hint = Only for an EHR with a private CA: paste its root certificate in PEM. Trusted for this EHR alone.
setting-allowed_networks = Allowed private address ranges
setting-allowed_networks-hint = Only for an EHR in your own network, one per line, such as 10.20.0.0/16 or 10.20.0.5.
setting-linking = Unknown users
setting-linking-hint = Applies when a user launches for the first time.
choice-linking-link = They link an account themselves, once
choice-linking-provision = An account is created for them
choice-flag-true = Yes
choice-flag-false = No


admin-nav-deliveries = Deliveries
admin-deliveries-title = Deliveries
admin-deliveries-what = Messages that are pending or failed, oldest first. Search finds delivered ones as well.
admin-deliveries-none = Nothing is pending or failed.
admin-deliveries-search = Number of a referral, id of a message, destination or channel
admin-deliveries-search-hint = Of a number, four characters are enough; hyphens and spaces do not matter.
admin-deliveries-looked-up = More than { $count } referral numbers contain this: type more of the number.
admin-deliveries-search-go = Search
admin-deliveries-found = { $count ->
    [0] No delivery matches “{ $search }”.
    [one] One delivery matches “{ $search }”, delivered or not.
   *[other] { $count } deliveries match “{ $search }”, delivered or not, newest first.
}
admin-deliveries-open = Show what is pending or failed
admin-deliveries-held = All sending is held since { $at }
admin-deliveries-release-what = After the release, pending messages are sent. Those that may have arrived at a destination that does not recognise duplicates are not sent and become unconfirmed.
admin-deliveries-release = Release all sending
admin-deliveries-hold = Hold all sending
admin-deliveries-hold-what = A hold stops every message of this installation, urgent ones too, until it is released. Clinicians read it on their pages.
admin-deliveries-hold-sure = Nothing of any clinician is to be sent until I release it
admin-deliveries-hold-reason = Not held: write the reason, which the other administrators read
admin-deliveries-hold-confirm = Not held: confirm that nothing is to be sent
admin-sending-held = All sending is held
admin-deliveries-reason = Reason
admin-deliveries-done-held = All sending is held. Referrals can still be signed.
admin-deliveries-done-released = Sending is released.
admin-deliveries-done-retried = The delivery is sent again as soon as a worker is free.
admin-delivery-title = Delivery
admin-delivery-back = All deliveries
admin-delivery-pending = Pending
admin-delivery-delivered = Delivered
admin-delivery-placed = Left for the destination
admin-delivery-not-delivered = Not delivered
admin-delivery-unconfirmed = Unconfirmed
admin-delivery-withdrawn = Withdrawn
admin-delivery-tries = { $attempts ->
    [0] none has reached the destination in { $age }
    [one] 1 try in { $age }
   *[other] { $attempts } tries in { $age }
}
admin-delivery-tries-ended = { $attempts ->
    [one] 1 try, ended on { $at }
   *[other] { $attempts } tries, ended on { $at }
}
admin-age-seconds = { $count } s
admin-age-minutes = { $count } min
admin-age-hours = { $count } h
admin-age-days = { $count } d
admin-delivery-held = All sending is held since { $at }: nothing is sent again until it is released.
admin-delivery-release = Go to the deliveries to release it
admin-delivery-channel-folder = Folder
admin-delivery-channel-fhir-messaging = FHIR messaging
admin-delivery-outcome-handed-over = Taken, not confirmed
admin-delivery-outcome-already-has = Already at the destination
admin-delivery-outcome-retry-later = Not delivered yet
admin-delivery-outcome-misdirected = Address or access wrong
admin-delivery-outcome-refused = Refused
admin-delivery-outcome-unknown = Not known whether it arrived
admin-delivery-outcome-our-fault = Fault of this installation
delivery-reason-interrupted = interrupted
delivery-reason-sending-held = sending was held
delivery-reason-restored = the database was restored from a backup
delivery-reason-status = status
delivery-reason-ok-with-status = ok with status
delivery-reason-transient-error = transient error
delivery-reason-fatal-error = fatal error
delivery-reason-no-known-code = the response has no known code
delivery-reason-has-it = the destination says it has it
delivery-reason-asks-for-retry = the destination asks for a retry
delivery-reason-redirects = the endpoint redirects
delivery-reason-wants-credentials = the destination wants credentials
delivery-reason-wants-other-certificate = the destination requires another client certificate
delivery-reason-other-message = the response is about another message
delivery-reason-refused = refused
delivery-reason-not-fhir-json = the response is not FHIR JSON
delivery-reason-confirms-nothing = the response confirms nothing
delivery-reason-address-not-allowed = the endpoint's address is not allowed
delivery-reason-not-a-url = the endpoint is not a URL
delivery-reason-no-tls = TLS cannot be set up on this node
delivery-reason-at-capacity = too many concurrent requests
delivery-reason-no-connection = no connection
delivery-reason-no-connection-to-destination = no connection to the destination
delivery-reason-no-connection-to-token-endpoint = no connection to the token endpoint
delivery-reason-no-complete-response = no complete response
delivery-reason-undecryptable = this node cannot decrypt the stored message
delivery-reason-no-channel = this node does not have the channel
delivery-reason-channel-panicked = the channel panicked
delivery-reason-channel-timed-out = the channel timed out
delivery-reason-certificate-not-yet-valid = our client certificate is not valid before
delivery-reason-certificate-expired = our client certificate expired at
delivery-reason-token-endpoint-fails = the token endpoint fails
delivery-reason-token-endpoint-silent = the token endpoint does not answer
delivery-reason-token-address-not-allowed = the address of the token endpoint is not allowed
delivery-reason-no-token = the token endpoint gives us no token
delivery-reason-secret-unusable = the secret of the destination does not fit into a header
delivery-reason-bad-file-name = the message id or the destination is not a valid file name
delivery-reason-file-not-written = the file could not be written
delivery-reason-peer-not-listening = no server listens on that port
delivery-reason-peer-certificate-expired = its certificate has expired
delivery-reason-peer-certificate-not-yet-valid = its certificate is not valid yet
delivery-reason-peer-certificate-other-name = its certificate is for another name
delivery-reason-peer-certificate-unknown-issuer = its certificate is from a CA that this machine does not trust
delivery-reason-peer-certificate-revoked = its certificate was revoked
delivery-reason-peer-certificate-invalid = its certificate is not a server certificate
delivery-reason-client-certificate-missing = it requires a client certificate
delivery-reason-client-certificate-expired = it says that our client certificate has expired
delivery-reason-client-certificate-refused = it refuses our client certificate
delivery-reason-peer-tls-failed = the TLS handshake failed
delivery-reason-peer-unreachable = no route, or no answer in time
admin-delivery-doubt = may have arrived
admin-delivery-doubt-what = An attempt may have arrived. Ask the destination before you send it again, unless it recognises duplicates.
admin-delivery-removed = The message and the destination's words were removed on { $at }, as the retention settings say. The message cannot be sent again.
admin-delivery-destination = Destination
admin-delivery-reason = Last outcome
admin-delivery-words = The destination's words
admin-delivery-next = Next attempt
admin-delivery-retry = Send again now
admin-delivery-advice-client-certificate-missing = The destination requires a client certificate that it accepts. Name it in delivery.destinations_file (certificate_file and certificate_key_file), restart, then send the delivery again.
admin-delivery-advice-client-certificate-expired = Renew our client certificate for this destination, replace certificate_file and certificate_key_file, and restart. Pending deliveries go on by themselves.
admin-delivery-advice-client-certificate-refused = Ask the destination's administrator which CA and which name they expect of our client certificate. Replace certificate_file and certificate_key_file of this destination, restart, then send the delivery again.
admin-delivery-advice-certificate = The certificate of the destination cannot be verified, so nothing was sent. Its administrator has to correct it. If the destination has a CA of its own, set ca_file of this destination or delivery.ca_file, and restart.
admin-delivery-advice-connection = Check the address in the directory, whether the destination's server is running, and the firewalls in between. If the TLS handshake failed, ask whether the destination requires a client certificate.
admin-delivery-advice-address = Correct the address of the endpoint in the directory. For a destination in your own network, add its range to delivery.allowed_networks. Restart, then send the delivery again.
admin-delivery-advice-credentials = Check the authentication of this destination in delivery.destinations_file, and ask its administrator whether they know our client. Restart, then send the delivery again.
admin-delivery-advice-token = Check token_url, client_id, scope and secret_file of this destination in delivery.destinations_file, and ask its administrator whether they know our client. The log has the cause.
admin-delivery-advice-secret = secret_file of this destination has a character that a header cannot carry. Write the key alone on one line, and restart.
admin-delivery-advice-keys-file = Install the keys file that the other nodes have, and restart. Pending deliveries go on by themselves.
admin-delivery-advice-channel = Run the program that has this delivery channel, or set delivery.folder. Pending deliveries go on by themselves.
admin-delivery-advice-ca-certificates = Install CA certificates on this machine, on Debian the package ca-certificates, and restart.
admin-deliveries-restored = The database was restored from a backup of { $from }. Messages may have been sent after that: those that were not confirmed then are marked “may have arrived”, and referrals that were written later are missing. Before the release, ask the destinations of these messages what they have.
admin-delivery-advice-restored = The database was restored from a backup, so whether this message was sent is not known. Ask the destination for it.
