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
admin-sign-in-wrong = This email and password do not go together, or are not an administrator's. After ten tries an account rests for an hour.
admin-sign-in-ended = Your session has ended. Nothing was changed since; sign in to go on.
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
admin-unreadable-what = Its registration or secret cannot be opened with the present keys. The log says why.
admin-last-opened = Last launch that went well
admin-last-refused = Last refusal
admin-never = None yet
admin-optional = optional
admin-not-set = Not set

admin-done-added = Added. Check it next; the check also shows what its administrator needs.
admin-done-changed = Changed. It counts from the next launch on.
admin-done-unchanged = Nothing was changed: it is so already.
admin-done-suspended = Paused. Nobody can launch from it, and its sessions have ended.
admin-done-resumed = It may launch again.
admin-done-approved = Approved.
admin-done-rotated = New keys are published. They sign in 24 hours, and the present ones until then.
admin-done-replaced = The keys are replaced. Launches fail until the EHR asks for the new ones.
admin-done-removed = The EHR is removed.
admin-done-gone = That EHR is not registered, or cannot be read.

admin-check-title = Does it fit?
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
admin-change-title = Change { $name }
admin-change-go = Save
admin-form-conflict = Somebody else changed this registration meanwhile. What you typed is here; if you save it again, it replaces theirs.
admin-problems = { $count ->
    [one] One thing needs your attention
   *[other] { $count } things need your attention
}
admin-keys-title = Our keys there
admin-keys-what = New keys are published a day before they sign, so that the EHR has seen them by then.
admin-rotate = Make new keys
admin-replace = Somebody may know the present keys
admin-pause-title = Pause
admin-pause-what = Nobody can launch from it then, and everybody who came from it is signed out at once. Saved drafts stay.
admin-paused-what = It is paused. Removing it takes the registration and our keys there away; accounts, referrals and the audit trail stay.
admin-suspend = Pause { $name }
admin-resume = Let { $name } launch again
admin-remove = Remove this EHR
admin-confirm-remove = Remove { $name }?
admin-confirm-remove-what = Its registration, its secret and our keys there are deleted. Accounts, referrals and the audit trail stay. If it stands in the file of ehr.file, take it out there as well.
admin-confirm-remove-go = Yes, remove it
admin-confirm-replace-keys = Replace the keys for { $name } now?
admin-confirm-replace-keys-what = The present keys are withdrawn at once. Launches fail until the EHR asks for the new ones, or is given them.
admin-confirm-replace-keys-go = Yes, replace them
admin-confirm-stop = No, leave it as it is

admin-refusal-request = The launch was incomplete
admin-refusal-ehr-suspended = It was paused
admin-refusal-callback = The answer did not fit the request
admin-refusal-attempt-spent = The sign-in took too long, or its page was opened twice
admin-refusal-declined = The EHR or the person said no
admin-refusal-id-token = The id_token did not pass our checks
admin-refusal-token = The EHR gave no usable tokens
admin-refusal-launch-context = The launch context was not usable
admin-refusal-client-auth = We could not prove who we are as agreed on
admin-refusal-ehr-metadata = What the EHR publishes could not be used
admin-refusal-no-patient = The EHR named no patient
admin-refusal-not-granted = The EHR did not grant reading the patient
admin-refusal-not-for-role = The person is not a clinician at the EHR
admin-refusal-patient-mismatch = The EHR gave another patient
admin-refusal-patient-unreadable = The patient could not be read
admin-refusal-access-changed = The EHR renewed access for something else
admin-refusal-account-disabled = The account is switched off
admin-refusal-user-refused = The user rule refused
admin-refusal-no-context = The chart was not open
admin-refusal-users = Accounts could not be read
admin-refusal-database = The database did not answer

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

problem-is-not-a-slug = It is not an id.
fix-use-1-to-40-of-a-z-0-9-and-hyphens = Use 1 to 40 of a-z, 0-9 and hyphens.
problem-is-empty = It is empty.
fix-write-the-name-people-know = Write the name people know.
fix-write-the-id-the-ehr-gave-you = Write the id the EHR gave you.
problem-is-not-a-list-of-origins = These are not origins.
fix-write-them-like-https-ehr-example-ca-without-a-path = Write them like https://ehr.example.ca, without a path.
problem-not-an-http-address = It is not an http address.
problem-not-a-plain-host = Its host is not a plain one.
problem-not-a-plain-path = Its path is not a plain one.
problem-too-long = It is too long.
fix-write-it-like-https-ehr-example-ca-fhir = Write it like https://ehr.example.ca/fhir.
problem-is-plain-http = It is plain http.
fix-use-https-or-name-its-addresses-in-allowed-networks = Use https, or name its private address ranges.
problem-is-private-key-jwt-and-there-is-a-secret = It is private_key_jwt, and there is a secret.
fix-take-the-secret-out-private-key-jwt-has-none = Take the secret out: private_key_jwt has none.
problem-is-set-and-client-auth-is-not-private-key-jwt = It is set, and client authentication is not by keys.
fix-take-it-out = Take it out.
problem-is-raw-and-client-id-has-a-colon = The client id has a colon.
fix-use-form-a-raw-colon-ends-the-id = Choose form-encoded: a colon written as it is would end the id.
problem-unreadable-scope = “{ $quoted }” is not a scope.
fix-write-it-like-patient-patient-rs = Write it like patient/Patient.rs.
problem-missing-scope = { $quoted } is missing.
fix-an-ehr-launch-with-sign-in-needs-launch-openid-and-fhiruser = An EHR launch with sign-in needs launch, openid and fhirUser.
problem-is-missing = It is missing.
fix-static-endpoints-need-the-issuer-of-the-id-tokens = Endpoints agreed on beforehand need the issuer of the id_tokens.
fix-a-capabilitystatement-does-not-say-who-signs-the-id-tokens = A CapabilityStatement does not say who signs the id_tokens.
fix-this-kind-of-ehr-does-not-publish-it-ask-its-administrator = This kind of EHR does not publish it: ask its administrator.
problem-is-registered-already = An EHR with this id is registered already.
fix-choose-another-id = Choose another id.
problem-is-given-and-keys-need-none = A secret is given, and keys need none.
fix-leave-it-empty-or-choose-a-way-with-a-secret = Leave it empty, or choose a way with a secret.
fix-give-the-secret-as-well-this-way-of-client-authentication-needs-one = This way of client authentication needs a secret.
problem-has-the-secret-of = It is the secret of { $quoted }, too.
fix-ask-each-ehr-for-its-own-secret = Ask each EHR for its own secret.
problem-has-the-base-url-of = It is the base URL of { $quoted }, too.
fix-register-each-base-once-aliases-included-passerelle-ehr-remove-takes-an-ehr-away = Register each base once, other spellings included.
problem-is-not-valid = It cannot be read.
problem-is-not-a-setting-that-can-be-changed = There is no such setting.
fix-write-true-or-false = Choose yes or no.
fix-write-ranges-like-10-20-0-0-16-with-blanks-between-them = Write ranges like 10.20.0.0/16, one on each line.
fix-write-a-value = Write a value.
