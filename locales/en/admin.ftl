admin-brand = Passerelle administration
admin-nav-ehrs = EHRs
admin-moment = { $day } { $month ->
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

admin-sign-in-title = Administrators, sign in
admin-sign-in-what = For those who look after the EHRs. Clinicians come in from their EHR.
admin-sign-in-wrong = The email or the password is wrong, or the account is not an administrator's. After ten tries an account is locked for an hour.
admin-sign-in-ended = Your session has ended. Nothing was changed since; sign in to go on.
admin-sign-in-kept = Your session has ended, and nothing was saved. What you typed is kept: sign in, and the form stands there again.
admin-sign-in-busy = Too many people are signing in at this moment. Wait a few seconds and try again; this try was not counted.
admin-sign-in-signed-out = You are signed out.
admin-sign-in-too-old = That page was too old. Please sign in once more.

admin-ehrs-title = EHRs
admin-no-ehrs = No EHR is registered yet. Add the first one.
admin-add = Add an EHR
admin-add-what = Nothing is sent to the EHR before you check it.
admin-add-go = Add this EHR
admin-back-to-ehrs = All EHRs
admin-back-to-ehr = Back to { $name }
admin-cancel = Cancel
admin-state-active = Active
admin-state-paused = Paused
admin-state-unreadable = Cannot be read
admin-unreadable-what = Its registration or secret cannot be opened with the present keys, and nobody can launch from it. The log says why; where only the secret is lost, give it once more.
admin-last-opened = Last launch that went well
admin-last-refused = Last refusal
admin-never = None yet
admin-optional = optional
admin-not-set = Not set

admin-done-added = Added. Check it next; the check also shows what its administrator needs.
admin-done-changed = Changed. It counts from the next launch on.
admin-done-unchanged = Nothing was changed: it is so already.
admin-done-conflict = Nothing was changed: somebody else changed this registration meanwhile. Check again.
admin-done-suspended = Paused. Nobody can launch from it, and its sessions have ended.
admin-done-resumed = It may launch again.
admin-done-approved = Approved.
admin-done-rotated = New keys are published. They sign in 24 hours, and the present ones until then.
admin-done-replaced = The keys are replaced. Launches fail until the EHR asks for the new ones.
admin-done-removed = The EHR is removed.
admin-done-gone = That EHR is not registered, or cannot be read.

admin-check-title = Check it
admin-check-what = Asks the EHR what it publishes, and says line by line what fits, what does not, and which setting changes that. It sends no secret and changes nothing.
admin-check-go = Check { $name }
admin-check-again = Check again
admin-checked-title = Check of { $name }
admin-level-good = Good
admin-level-note = Note
admin-level-problem = Problem
admin-set-setting = Set { $setting } to { $value }
admin-add-to-setting = Add { $value } to { $setting }
admin-edit-setting = Change { $setting }
admin-waiting-title = An endpoint has moved
admin-waiting-what = Nothing is sent to these places until you approve them. Ask the EHR's administrator first: a moved token endpoint is what an attacker publishes.
admin-approve = Approve { $origin }
admin-launches-title = Launches
admin-scopes-assumed = Scopes are shown in the syntax of SMART 2. A check shows which one this EHR takes.
admin-registration-title = Registration
admin-file-hint = If this EHR stands in the file of ehr.file, change it there as well: the next start reads it.
admin-change = Change the registration
admin-change-ends = If the base, the issuer or the client id changes, everybody who came from this EHR is signed out; saved drafts stay. Another base needs its own secret.
admin-change-title = Change { $name }
admin-change-go = Save
admin-form-conflict = Somebody else changed this registration meanwhile. What you typed is here; if you save it again, it replaces theirs.
admin-form-theirs = It now says: { $value }
admin-form-kept = What you typed before your session ended is here again, except the secret. Nothing is saved yet.
admin-problems = { $count ->
    [one] One thing needs your attention
   *[other] { $count } things need your attention
}
admin-keys-title = Our keys for this EHR
admin-keys-what = New keys are published a day before they sign, so that the EHR has seen them by then.
admin-rotate = Make new keys
admin-replace = Somebody may know the present keys
admin-pause-title = Pause
admin-pause-what = Nobody can launch from it then, and everybody who came from it is signed out at once. Saved drafts stay.
admin-paused-what = It is paused. Removing it takes the registration and our keys for it away; accounts, referrals and the audit trail stay.
admin-suspend = Pause { $name }
admin-resume = Let { $name } launch again
admin-remove = Remove this EHR
admin-confirm-remove = Remove { $name }?
admin-confirm-remove-what = Its registration, its secret and our keys for it are deleted. Accounts, referrals and the audit trail stay; if the EHR comes back, people link their account once more. If it stands in the file of ehr.file, take it out there as well.
admin-confirm-remove-go = Yes, remove it
admin-confirm-replace-keys = Replace the keys for { $name } now?
admin-confirm-replace-keys-what = The present keys are withdrawn at once. Launches fail until the EHR asks for the new ones, or is given them.
admin-confirm-replace-keys-go = Yes, replace them
admin-confirm-stop = No, leave it as it is

admin-nav-launches = Launches
admin-launches-of = Launches from { $name }
admin-launches-what = What happened when somebody opened us from an EHR, for a week. Secrets, codes, tokens and anything about people are struck out.
admin-reference = Reference
admin-reference-hint = What the person reads out from their page, such as 7Q4K-92MD.
admin-find-launch = Find this launch
admin-no-launch = Launch { $reference } is not kept. It may be older than a week, or have been one of very many; or the reference reads a little differently at the bottom of the page that was shown.
admin-newest-launches = The newest launches
admin-unknown-launches = Launches without a known EHR
admin-unknown-launches-what = They named no EHR that is registered here, or were incomplete. Anybody can send these; only the newest are kept.
admin-no-launches = No launch in the last week.
admin-no-known-ehr = No known EHR
admin-launch-title = Launch { $reference }
admin-back-to-launches = All launches
admin-launch-what = The steps in order. Secrets, codes, tokens and anything about people are struck out.
admin-after = { $milliseconds } ms after it began
admin-struck-out = (struck out)
admin-step-launch-request = The launch request came
admin-step-metadata = The EHR's endpoints are known
admin-step-authorization-request = The browser is sent to the EHR
admin-step-callback = The browser came back
admin-step-token-response = The token endpoint answered
admin-step-id-token = The id_token is being verified
admin-step-chart-read = The id_token is verified, and the chart was read
admin-step-opened = The launch went well
admin-step-refused = It ended here
admin-advice = What to do:
admin-advice-nonce-missing = If the EHR's documentation says that its id_tokens never repeat the nonce, set nonce_echoed to false. Otherwise ask the EHR's administrator to repeat it.
admin-advice-another-audience = Compare client_id with the id that the EHR issued to us.
admin-advice-another-issuer = Ask the EHR's administrator which issuer signs its id_tokens, and set issuer to it.
admin-advice-another-key = Ask the EHR's administrator to publish the key that its id_tokens are signed with. Checking the EHR shows which keys it publishes.
admin-advice-no-id-token = Keep openid and fhirUser among the scopes, and ask the EHR's administrator to allow them to our client.
admin-advice-secret-refused = Compare client_id and the client secret with what the EHR issued. If they are right, the EHR may read them in another way: try the other of client_secret_basic and client_secret_post; with client_secret_basic also basic_encoding = "raw" or client_id_in_body = true.
admin-advice-assertion-refused = Ask the EHR's administrator whether our key set URL is registered there and can be reached. If it is, the EHR may expect another audience: set assertion_audience to what its documentation says, often its issuer.
admin-advice-client-not-allowed = Ask the EHR's administrator whether our client is switched on there, and may use the authorization code flow.
admin-advice-code-refused = Compare our redirect URI with the one registered at the EHR, to the letter. If they are the same, the code may have been too old: launch again.
admin-advice-scopes-refused = Compare scopes with those that the EHR allows to our client. If it knows only the older way of writing them, set scope_syntax to v1.
admin-advice-request-refused = Compare client_id, our redirect URI and fhir_base_url with what is registered at the EHR, to the letter.
admin-advice-no-patient = Keep launch among the scopes (for a launch from our own page, launch/patient), and launch from a patient's chart.
admin-advice-patient-not-granted = Keep patient/Patient.rs among the scopes, and ask the EHR's administrator to allow it to our client.
admin-advice-clocks = Let this machine and the EHR's follow a time server. Our clock shows the time on this page.
admin-advice-check = Check the EHR: that shows what it publishes, what is wrong with it, and which setting mends it.
admin-fact-why = Why
admin-fact-from = Begun from
admin-fact-others = Other parameters
admin-fact-asked = Asked for
admin-fact-status = Status
admin-fact-media-type = Media type
admin-fact-scopes-registered = Scopes registered
admin-fact-client-authentication = Client authentication
admin-fact-clock-of-the-ehr = Clock of the EHR
admin-fact-user = User
admin-outcome-opened = The chart was opened
admin-outcome-asked = The person was asked for their account


setting-kind = Kind of EHR
setting-kind-hint = Begins with what is known of it. Everything can be changed afterwards.
kind-none = Another, as the standard has it
kind-smile = Smile CDR
kind-aidbox = Aidbox
kind-epic = Epic (keys; give the issuer)
kind-oracle = Oracle Health, once Cerner (scopes of SMART 1.0)
kind-smart-1-0 = A server of SMART 1.0 (give the issuer)
kind-halo = A HALO accelerator
setting-id = Id
setting-id-hint = a-z, 0-9 and hyphens, such as riverside. It stands in the redirect URI and never changes.
setting-name = Name
setting-name-hint = As people know it.
setting-fhir_base_url = FHIR base URL
setting-fhir_base_url-hint = The iss of its launches, such as https://ehr.example.ca/fhir.
setting-aliases = Other spellings of the base
setting-aliases-hint = Other base URLs it launches with, one on each line.
setting-issuer = Issuer
setting-issuer-hint = Who signs its id_tokens, exactly as the EHR writes it. When empty, what its base publishes is believed.
setting-client_id = Client id
setting-client_id-hint = Our id there, as the EHR's administrator gave it to you.
setting-client_auth = Client authentication
setting-client_auth-hint = How we prove who we are. With keys there is no secret: we make them and publish their public halves.
choice-client_auth-none = As is usual for this kind
choice-client_auth-client_secret_basic = Secret in HTTP Basic (client_secret_basic)
choice-client_auth-client_secret_post = Secret in the body (client_secret_post)
choice-client_auth-private_key_jwt = Keys (private_key_jwt)
setting-client_secret = Client secret
setting-client_secret-hint = Sealed in the database and never shown again. Leave it empty for keys.
setting-client_secret-keep = Leave it empty to keep the present one. It is never shown.
setting-basic_encoding = Writing id and secret in HTTP Basic
setting-basic_encoding-hint = Only matters for other characters than letters and digits.
choice-basic_encoding-form = Form-encoded first, as OAuth says
choice-basic_encoding-raw = As they are
setting-client_id_in_body = Client id in the body too
setting-client_id_in_body-hint = For a server that insists on it.
setting-signing_alg = Algorithm of our assertions
setting-signing_alg-hint = Only with keys. Otherwise the best that the EHR lists.
choice-signing_alg-none = As the EHR lists
choice-signing_alg-RS384 = RS384
choice-signing_alg-ES384 = ES384
setting-assertion_audience = Audience of our assertions
setting-assertion_audience-hint = Only with keys, and only for a server that wants another than the URL they are sent to.
setting-scopes = Scopes
setting-scopes-hint = What we ask for, one on each line, such as patient/Patient.r.
setting-scope_syntax = Writing scopes
setting-scope_syntax-hint = By what the EHR says it knows, unless you choose.
choice-scope_syntax-auto = As the EHR says
choice-scope_syntax-v1 = As SMART 1.0 (patient/Patient.read)
choice-scope_syntax-v2 = As SMART 2 (patient/Patient.rs)
setting-write_orders = Note sent referrals in its orders
setting-write_orders-hint = Yes only with keys, and where the EHR grants us system/ServiceRequest scopes: a delivered referral is noted in the order it was begun for.
setting-many_clinics = Many clinics behind one base
setting-many_clinics-hint = Yes for an accelerator such as HALO: the same patient id means another person in another clinic.
setting-standalone = People may start here
setting-standalone-hint = Yes lists it on our start page; the EHR then asks which patient.
setting-authorize_by = Opening its sign-in
setting-authorize_by-hint = By POST when the EHR can and the address would be very long, unless you choose.
choice-authorize_by-auto = As the EHR says
choice-authorize_by-get = Always by GET
choice-authorize_by-post = Always by POST
setting-introspect = Ask before sending
setting-introspect-hint = Yes asks the EHR, when a referral is sent, whether it has ended the session there; needs its introspection endpoint.
setting-nonce_echoed = Its id_tokens repeat the nonce
setting-nonce_echoed-hint = No only for an EHR that never does.
setting-fhir_user_claim = Claim that names the user
setting-fhir_user_claim-hint = Where the id_token names the resource of the person.
choice-fhir_user_claim-fhirUser = fhirUser, as SMART says
choice-fhir_user_claim-profile = profile
choice-fhir_user_claim-fhiruser = fhiruser, in lower case
setting-discover_from_capability_statement = Believe its CapabilityStatement
setting-discover_from_capability_statement-hint = Yes only for a server of SMART 1.0 without smart-configuration.
setting-endpoint_origins = Other origins of its endpoints
setting-endpoint_origins-hint = When empty, those of the first launch that goes well. One on each line, such as https://auth.ehr.example.ca.
setting-frame_ancestors = Origins that may show us in a frame
setting-frame_ancestors-hint = One on each line, such as https://ehr.example.ca. When empty, none may.
setting-allowed_networks = Private address ranges it may have
setting-allowed_networks-hint = Only for an EHR in your own network, one on each line, such as 10.20.0.0/16.
setting-linking = People we do not know
setting-linking-hint = What happens when somebody launches for the first time.
choice-linking-link = They link an account themselves, once
choice-linking-provision = They get an account
choice-flag-true = Yes
choice-flag-false = No

