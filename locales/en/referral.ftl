home-title = Refer this patient
home-drafts = Continue draft
home-form-draft = Draft form, for tests
home-forms = Start a new referral
home-begin = Begin
home-begin-named = Begin { $form }
home-continue = Continue
home-sent-earlier = Sent earlier for this patient
home-more-sent = All referrals of this patient
stop-patient-deceased = According to the chart, this patient has died, so no referral can be started. If the chart is wrong, correct it in the EHR and launch again.
stop-patient-replaced = This chart was replaced by another, so no referral can be started from it. Open the chart that replaces it in the EHR and launch again.
stop-patient-unidentified = No name and no date of birth could be read from this chart, so no referral can be started. Correct the chart in the EHR, or tell your administrator, and launch again.
home-no-forms = No form is installed. Ask your administrator.
row-saved = saved { $at }
row-changed = last changed { $at }
row-kept-until = Kept until { $day }, unless it is saved again
steps-label = Sections of the form
edit-left = { $count } left
edit-lead = { $from_chart ->
    [0] None of the { $asked } answers came from the chart, as provided by the EHR, which may not share everything. Add what you know.
    [one] { $from_chart } of { $asked } answers came from the chart, as provided by the EHR, which may not share everything. Check it and add what only you know.
   *[other] { $from_chart } of { $asked } answers came from the chart, as provided by the EHR, which may not share everything. Check them and add what only you know.
}
edit-save = Save
edit-close = Save and close
edit-continue = Continue to destination and summary
edit-reading = Reading the chart again…
edit-destination = Destination: { $destination }
edit-destination-none = No destination chosen yet
edit-destination-change = Change destination
edit-destination-choose = Choose destination
edit-saved-at = Draft saved { $at }
edit-saving = Saving…
edit-save-failed = Not saved yet: no connection. Retrying.
edit-signed-out = You are signed out. Your text was saved; launch again from the EHR to continue.
edit-signed-out-lost = You are signed out and the last change could not be saved. Copy it before you launch again.
edit-discard = Discard this draft
edit-discard-sure = Discard this draft? It cannot be recovered.
not-granted-title = Parts of the chart are not loaded
not-granted-lead = The EHR did not let this app read:
not-granted-next = The chart may still contain them. Enter what matters.
not-granted-partly = in part
not-granted-details = For your administrator
not-granted-scope = requested, and not granted by the EHR for this launch
not-granted-unasked = no scope of the registration requests it
not-granted-what = { $what ->
    [AllergyIntolerance] allergies
    [Condition] health conditions
    [DiagnosticReport] reports
    [DocumentReference] documents
    [Encounter] this visit
    [MedicationRequest] medications
    [Observation] measurements and results
    [Practitioner] your own details
    [PractitionerRole] your roles and clinic
   *[other] { $what }
}
notice-saved = Saved.
notice-reloaded = The chart was read again. What you wrote is kept.
notice-reloaded-in-part = The chart was read again. Other parts are still not loaded. What you wrote is kept.
notice-reload-failed = Still not loaded: the chart was read again, without success. What you wrote is kept.
notice-conflict = This draft was changed in another window. Your text is here and is not lost. Save again to keep your version instead.
notice-conflict-handed-over = This referral was handed over for signature in another window. Your text is here and is not lost; it is saved once you take the referral back.
notice-anew = Meanwhile this referral was discarded, taken back, or signed by a colleague. Your text is not lost: it is kept here as a new draft.
edit-sent = This referral was signed and sent from another window: what you type here is not in it. Press Save to see your text and begin a new draft with it.
edit-begun = You already began this form in this launch: draft { $number }. Here you begin another one.
edit-begun-continue = Continue that draft
copied-from = Copied from { $number } of { $day }.
copied-ask = What has to be asked today, such as red flags and consent, was left empty: ask it again.
copied-typed = It has the answers that you typed a moment ago, those about today too: check them.
kept-title = This referral was sent meanwhile
kept-what = { $number } was signed and sent from another window. The text below was typed here afterwards and is not in it. It is stored nowhere yet.
kept-files = Files that you added here are not kept either. Attach them again in the new draft.
kept-next = What you can do
kept-next-what = Copy the text, or begin a new draft with it. A new draft does not change { $number }: the destination would have both.
kept-begin = Begin a new draft with this text
kept-open = Open { $number } as it was sent
discard-go = Discard it for good
discard-stop = Back to the draft
notice-discarded = The draft was discarded.
back-to-form = Back to { $form }
back-to-list = Back to the list
back-to-chart = Back to the chart
destination-title = Where should it go?
destination-search = Name, specialty or place
destination-go = Search
destination-found = { $count ->
    [0] No service for { $specialty } matches.
    [one] One service for { $specialty }
   *[other] { $count } services for { $specialty }
}
destination-found-others = { $count ->
    [one] One other service does.
   *[other] { $count } other services do.
}
destination-try = Check the spelling, or leave the field empty to see all.
destination-choose = Choose
destination-choose-named = Choose { $name }
destination-keep = Keep
destination-keep-named = Keep { $name }
destination-others = Other services
destination-others-what = These services do not offer { $specialty }. If you choose one, you will be asked to confirm it.
destination-asks = Asks of referring clinicians:
destination-show-others = Show other services ({ $count })
review-title = Check and send
review-title-delegate = Check and hand over
review-title-waits = Handed over for signature
review-to-signature = Go to the signature
review-to-hand-over = Go to the choice of the clinician who signs
answer-by-signer = the clinician who signs
review-lead = Nothing has been sent yet. This is exactly what will be sent.
review-summary = Summary
review-patient = Patient
review-form = Form
review-account = (signed in with the account of { $name })
review-clinician = Clinician
review-prepared-by = prepared by { $name }
review-clinic = Clinic
clinic-unknown = Clinic not known
clinic-not-loaded = Clinic not loaded
review-clinic-name = Name of your clinic
review-clinic-hint = { $ehr } does not say which clinic you work at. The destination answers to the clinic that you name here.
review-clinic-not-loaded = The clinic you work at could not be loaded from { $ehr }. The destination answers to the clinic that you name here.
review-clinic-save = Save the clinic
review-ehr = EHR
review-destination = Destination
review-destination-asks = { $destination } asks:
review-change = Change
review-open = { $count ->
    [one] One answer is needed before this can be sent
   *[other] { $count } answers are needed before this can be sent
}
review-to-confirm = Read before you send
review-unconfirmed = Not sent: confirm each of these points first, or change the referral
review-unconfirmed-settled = Not sent: a point to confirm was found, and is settled now. Read again what is sent, then send it
review-unconfirmed-stopped = Not sent: settle first what is named below
review-check = Check again
finding-other-specialty = This service does not offer the specialty of the form. I want to send it there.
review-sign = By sending, { $name } signs this referral.
review-held = Sending is held: once you sign, this referral waits here, and goes out after your administrator releases it. If it cannot wait, phone the destination.
review-send = Send referral to { $destination }
review-hand-over = Hand over for signature
finding-open-earlier = Open that referral
finding-recent-duplicate = This patient was already referred to this service in the last 90 days: { $name }, { $detail }, delivered. Send anyway.
finding-recent-duplicate-faxed = This patient was already referred to this service in the last 90 days: { $name }, { $detail }, sent by fax. Send anyway.
finding-recent-duplicate-placed = This patient was already referred to this service in the last 90 days: { $name }, { $detail }, left for the destination to fetch. Send anyway.
finding-recent-duplicate-sending = A referral of this patient to this service is being sent now: { $name }, { $detail }. Send anyway.
finding-recent-duplicate-retrying = A referral of this patient to this service is still on its way: { $name }, { $detail }. It is tried again by itself. Send anyway.
finding-recent-duplicate-not-delivered = A referral of this patient to this service was signed and not delivered: { $name }, { $detail }. Send anyway.
finding-recent-duplicate-unconfirmed = A referral of this patient to this service may or may not have arrived: { $name }, { $detail }. Send anyway.
finding-original-sending = This is a copy of { $name }, signed on { $detail }, which is still being sent and may be delivered as well. Send both.
finding-original-not-delivered = This is a copy of { $name }, signed on { $detail }, which was not delivered. I send this copy instead.
finding-original-unconfirmed = This is a copy of { $name }, signed on { $detail }, which may have arrived. I have asked the destination, or send both.
finding-original-sent = This is a copy of { $name }, signed on { $detail }, which has been delivered since. Send both.
finding-original-faxed = This is a copy of { $name }, signed on { $detail }, which was sent by fax. Send both.
finding-original-placed = This is a copy of { $name }, signed on { $detail }, which was left for the destination to fetch. Send both.
finding-patient-inactive = The chart is marked inactive. This is the right patient.
finding-message-entry = “{ $name }”, selected from the chart, cannot be sent: it is about another person, was entered in error, or carries a qualifier we do not recognise. Remove it from the form and check again.
finding-message-modifier = What the EHR says about the patient, the clinician or the clinic carries a qualifier that we do not recognise and that may change its meaning, so no referral can be sent. Tell your administrator and give them the reference below.
finding-clinic-unknown = Your clinic is not known, so the destination could not answer. Name it below.
finding-clinic-numbers = You wrote another clinic than the chart, with the number of the chart’s clinic: { $name }. The destination reaches me there.
finding-message-chart = The chart lacks information that every referral must contain. Correct it in the EHR and launch again, or tell your administrator and give them the reference below.
finding-patient-test = This is a test patient. The referral is sent like any other, and the destination has been informed.
finding-patient-replaced = This chart was replaced by another, so no referral can be sent from here. Open the chart that replaces it in the EHR and launch again.
finding-patient-deceased = According to the chart, this patient has died, so the referral cannot be sent. If the chart is wrong, correct it in the EHR and launch again.
finding-patient-unidentified = No name and no date of birth could be read from this chart, so the referral cannot be sent. Correct the chart in the EHR, or tell your administrator, and launch again.
finding-patient-incomplete = The patient’s name or date of birth could not be read from the chart, and is not sent. The destination can tell who it is.
detail-status = Status
detail-timeline = History
detail-look-again = Refresh
detail-go-on = Continue editing
detail-go-on-elsewhere = To continue, open this patient's chart in the EHR and choose this app there. Your draft will be offered.
detail-separate = To be sent by you in another way, as the referral tells its reader:
detail-alerts = For you as well, unless it is done
detail-message-removed = The message itself was removed on { $at }, as the settings of this installation say. This page still shows what was sent.
status-draft = Draft
status-draft-what = It has not been sent. Only you can see it.
status-ready-to-sign = Ready to sign
status-ready-to-sign-what = It is complete and waits for a clinician's signature.
status-sending = Sending
status-sending-what = It is signed and being sent. It is not delivered until this page says so.
status-held = Sending held
status-retrying = Waiting
status-retrying-what = It is signed and not delivered yet.
status-faxed = Sent by fax
status-faxed-what = It was marked as sent by fax. Nothing more is sent electronically.
status-replaced = Replaced by a copy
status-replaced-what = It was closed, because a copy of it reached the destination. Nothing more is sent of this one.
status-sent = Delivered
status-sent-what = The destination confirmed that it has the referral.
status-placed = Left for the destination
status-placed-what = It is where the destination fetches its referrals. Whether it was fetched is not known here: if you hear nothing, ask the destination.
status-not-delivered = Not delivered
status-not-delivered-what = It has not been delivered. Send it another way, or send it again after the cause is corrected.
status-unconfirmed = Not confirmed
status-unconfirmed-what = It may or may not have arrived. Call the destination and ask before you send it another way.
event-begun = Draft started
event-ready-to-sign = Handed over for signature
event-submitted = Signed
event-held = Sending was held: not sent yet
event-delivery-retry = The destination has not accepted it yet; we will retry
event-delivery-waiting = Still waiting here to be sent
event-delivery-our-fault = A fault on our side prevents sending; we will retry
event-sent-again = Being sent again
event-faxed = Marked as sent by fax
event-not-faxed = The mark “sent by fax” was taken back
delivery-may-have-arrived = An earlier try may have arrived: ask the destination before you send it another way.
delivery-urgent = It is not confirmed that it arrived: call the destination now.
delivery-who = { $name }, who signed it, can send it again or mark it as sent by fax. Tell them.
delivery-waiting = It still waits here to be sent. If it is urgent, send it by fax, and tell your administrator.
event-replaced = Closed: a copy of it arrived
delivery-retrying = Waiting for the destination, which has not confirmed it yet ({ $attempts ->
    [one] 1 try
   *[other] { $attempts } tries
}, next { $next })
delivery-not-left = It has not left this system yet; next try { $next }
delivery-held = It is signed. Your administrator has held all sending: nothing is sent until it is released.
delivery-why-retry-later = The destination does not answer or says that it is busy.
delivery-why-misdirected = The destination's address, or our access to it, does not work. Tell your administrator.
delivery-why-refused = The destination refused it.
delivery-why-unknown = It was sent, and no complete answer came back.
delivery-why-handed-over = The destination took it and has not confirmed it.
delivery-why-already-has = The destination says that it already has this referral.
delivery-why-our-fault = A fault on our side prevents sending, not the destination. Tell your administrator.
delivery-words = The destination answered:
delivery-no-words = The destination gave no reason.
delivery-send-again = Send again
delivery-send-now = Try now
delivery-confirm-double = The destination told me that it does not have this referral.
delivery-beside-copy = A copy of it, { $number }, was signed. I want to send this one as well.
delivery-close = Close: settled by { $number }
delivery-close-sure = Close this referral? Nothing more is sent of it. { $number } takes its place.
copy-sent = A copy of this referral, { $number }, was delivered on { $at }.
copy-faxed = A copy of this referral, { $number }, was sent by fax on { $at }.
copy-placed = A copy of this referral, { $number }, was left for the destination to fetch on { $at }.
copy-signed = A copy of this referral, { $number }, was signed on { $at } and has not arrived yet.
copy-open = Open { $number }
delivery-mark-faxed = Mark as sent by fax
delivery-not-faxed = It was not faxed
delivery-not-faxed-what = Marked by mistake? The referral then waits for you again, to be sent or faxed.
delivery-copy = Copy into a new draft
delivery-print = Or print this page and fax it.
delivery-print-files = It shows the answers and the photos. Print and fax these files as well:
delivery-faxed-files = The files were faxed as well
delivery-mark-faxed-sure = Was it faxed? Nothing more is sent electronically after that.
home-undelivered-elsewhere = { $count ->
    [one] One referral of another patient has not arrived
   *[other] { $count } referrals of other patients have not arrived
}
home-ending-elsewhere = { $count ->
    [one] A draft of another patient is removed soon
   *[other] { $count } drafts of other patients are removed soon
}
event-delivered = The destination confirmed receipt
event-placed = Left where the destination fetches its referrals
event-not-delivered = It could not be delivered
event-order-updated = The EHR’s order was updated
event-order-not-updated = The EHR’s order could not be updated
event-unconfirmed = The destination did not confirm receipt
list-empty = You have not started any referral yet.
list-empty-patient = You have not started or signed a referral of this patient. This list has none of your colleagues’.
mine-needs-you = Needs you
mine-all = All referrals
mine-results = Results
mine-referral = Referral
mine-changed = Last changed
mine-lead = Referrals of all your patients. Check the name before you open one.
mine-clinic-unknown = This page does not list the referrals that wait for your signature. Your EHR serves several clinics, and no patient’s chart of one of them is open here. Open a patient in the EHR, and then this list.
mine-search = Find a referral
mine-search-hint = Patient, end of the health number, number of the referral, or service
mine-search-go = Search
mine-found = { $count ->
    [0] No referral matches “{ $search }”.
    [one] One referral matches “{ $search }”.
   *[other] { $count } referrals match “{ $search }”.
}
mine-searched-before = Referrals last changed before { $at } were searched.
mine-show-all = Show all referrals
mine-older = Older referrals were not searched yet.
mine-search-older = Search the older ones
saved-title = Your session ended, and your text is saved
saved-what = You are signed out. What you typed was saved to your draft.
saved-files = The files that you chose were not attached. Attach them again in your draft.
saved-next = Open the referral again from the patient's chart. Your draft will be offered.
signed-out-title = You are signed out
signed-out-what = You can close this page. Everything that was saved is still there.
signed-out-next = To continue, open the referral again from the patient's chart.

# Documents whose content is missing
finding-form-warning = { $name }: “{ $detail }” I have considered this.
finding-form-alert = “{ $detail }” I have read this, and have done it or know why not.
finding-chart-kept = The chart was not read again for { $name }: these answers are as read on { $detail }.
finding-form-parted = { $name }: the chart has it from one measurement with “{ $detail }”, which was changed. Both values are from one measurement of mine.
finding-form-left-alone = { $name }: the chart has it from one measurement with “{ $detail }”, which was emptied. This value alone is right.
finding-form-unchecked = { $name }: a rule of this form failed. I have checked this answer myself.
finding-file-missing = “{ $name }” is attached, but its content is no longer stored here. Remove it in the form and attach it again.
finding-document-none = “{ $name }” goes without its content, as a title only: the EHR has no file for it. I will send it another way.
finding-document-elsewhere = “{ $name }” goes without its content, as a title only: the file is on another server, which we do not read. I will send it another way.
finding-document-not-granted = “{ $name }” goes without its content, as a title only: the EHR did not allow us to read its file. I will send it another way.
finding-document-refused = “{ $name }” goes without its content, as a title only: the EHR refused its file. I will send it another way.
finding-document-not-found = “{ $name }” goes without its content, as a title only: the EHR cannot find its file. I will send it another way.
finding-document-too-large = “{ $name }” goes without its content, as a title only: its file is too large to send, or there are too many. I will send it another way.
finding-document-damaged = “{ $name }” goes without its content, as a title only: its file is damaged. I will send it another way.
finding-document-no-answer = “{ $name }” goes without its content, as a title only: its file could not be read just now; opening this page again tries again. I will send it another way.

# Drafts from an earlier launch
notice-renewed = This draft was begun in an earlier launch, so the chart was read again. What you wrote was kept.
notice-renewed-same = Nothing in the chart that this form shows has changed.
change-added = now:
change-removed = no longer:
change-missing = not provided this time:
change-unread = could not be read again
change-kept = your answer was kept: check it

# What is sent besides the answers
review-lead-not-ready = Nothing has been sent yet. This is what you have answered so far; the complete referral is shown here once nothing is missing.
sent-documents = Documents
sent-file = { $type }, { $kilobytes } kB
sent-no-file = without its content
sent-open-file = Open the file
sent-made = Entries made of the answers
sent-made-what = These answers are also sent as entries for the receiver’s chart. Unchanged values of the chart are sent as the chart has them.
review-not-made = Sent as answers only
review-not-made-what = The form asks to make an entry for the receiver’s chart of these too. None is made: they are sent as answers.
sent-entries = Entries from the chart
sent-entries-what = Entries of the chart that were included, and those behind unchanged answers from the chart.
sent-patient = What is sent about the patient
sent-patient-what = Checked items are sent from the chart, with name, birth date and gender. An unchecked item is not, but an answer that says the same is sent as it stands.
sent-patient-was = Sent about the patient
sent-patient-was-what = With name, birth date and gender.
sent-patient-unsaved = The choice of what is sent about the patient is changed and not saved. A link loses it.
sent-patient-change = Save this choice
notice-newer-form = The draft now uses the version of the form that is offered. The chart was read again.
newer-form = Another version of this form is offered now. This draft stays with the version that it was begun with.
newer-form-lost = These answers have no place in that version:
newer-form-use = Use the version that is offered
newer-form-sure = Use the version that is offered, without the answers that have no place in it?
sending-held = Sending is held
sending-held-what = Your administrator has held all sending. You can write and sign referrals; they are sent once it is released.
sending-restored = Restored from a backup
sending-restored-what = On { $to } this service was restored from a backup of { $from }. Referrals that were written between these times are missing here, and drafts are as they were at { $from }. They may have been sent: ask the destination before you write or send one again.
delivery-held-restored = This service was restored from a backup, and nothing is sent until your administrator has checked what was sent before.
delivery-why-restored = It may have been sent before the restoration, and whether it has arrived is not known. If it is urgent, call the destination.
finding-restored = This service was restored from a backup, and this draft is from before that. It may have been signed and sent after { $detail }. The destination told me that it does not have this referral.
review-chosen = Not sent yet: your choice of what is sent about the patient was saved. Check it above, then send.
print-draft = DRAFT – NOT SENT
letter-download = Download as PDF
letter-fax = Download letter and files as one PDF, to fax
letter-fax-alone = Download as PDF, to fax
letter-files-download = Download all files as one PDF
letter-signed = signed { $at }
letter-signed-by = signed by { $name } on { $at }
letter-prepared-by = prepared by { $name }
form-provisional = Draft form, for tests
form-provisional-what = A referral made with it is sent to its destination like any other.
letter-draft = This is a draft. It was not signed and not sent.
letter-page = Page { $page } of { $pages }
letter-files = Files with this referral
letter-files-none = No files were sent with this referral.
letter-file = File
letter-file-pages = Pages in this PDF
letter-left-out-locked = Not in this PDF: a password is needed to open it
letter-left-out-damaged = Not in this PDF: the file is damaged, or cannot be copied
letter-left-out-fillable = Not in this PDF: it has form fields, notes or layers, which a copy could lose
letter-left-out-too-long = Not in this PDF: too many pages
letter-left-out-absent = Not in this PDF: its content is not stored here
letter-caption = { $title } ({ $page } of { $pages })
letter-missing-characters = ▯ is in the place of characters that this PDF has no font for. The referral in the app shows them.
earlier-urgent-title = Signed, but not delivered: see to this first
earlier-title = Already sent for this patient in the last { $days } days
earlier-signed = signed { $at }
earlier-not-delivered = It has not been delivered. Open it to send it again, or by fax.
earlier-unconfirmed = It may have arrived. Call the destination before you send anything again.
earlier-retrying = It is not delivered yet and is tried again by itself. Open it to see why.
earlier-copied = A copy of it, { $number }, arrived on { $at }. Open this one to close it.
earlier-copied-sending = A copy of it, { $number }, arrived on { $at }, and this one is still being sent. Open it to stop it.
earlier-held-restored = It may have been sent before a backup was restored: ask the destination before you send it another way. Open it to see why it waits.
earlier-held = It has not left: sending is held. Open it to see why.
earlier-sending = It is being sent now. Do not send a second one.
earlier-colleagues-urgent = { $count ->
    [one] A colleague’s referral of this patient has not been delivered. Ask before you send another one.
   *[other] { $count } referrals of this patient by colleagues have not been delivered. Ask before you send another one.
}
earlier-colleagues = { $count ->
    [one] One referral by a colleague, which you cannot open
   *[other] { $count } referrals by colleagues, which you cannot open
}
review-lead-delegate = Nothing has been sent yet. The clinician who signs sees this, with their own name as the referring clinician, and sends it.
review-clinician-open = The clinician who signs; prepared by { $name }
row-signer = Waits for the signature of { $name }
row-returned = { $name } returned it:
status-returned = Returned
sign-title = Waiting for your signature ({ $count })
sign-others = Waiting for a signature
sign-elsewhere = { $count ->
    [one] One referral of another patient waits for your signature
   *[other] { $count } referrals of other patients wait for your signature
}
sign-open-chart = To check and sign one, open the patient’s chart in the EHR and launch from there.
sign-service = Service
sign-urgency = Urgency
sign-prepared = Prepared
sign-by = by { $name }
sign-open = Check and sign
sign-open-named = Check and sign: { $service }
sign-since = since { $at }
sign-for = Prepared for { $name } to sign
sign-choose = Clinician who signs
sign-choose-hint = It is listed for this clinician as waiting for a signature. Other clinicians find it in this patient’s chart.
sign-choose-none = Choose a clinician
sign-choose-any = Any clinician who may sign
sign-choose-problem = Not handed over: choose the clinician who signs
handed-over-title = Prepared by { $name }, on { $at }: check and sign
handed-over-to-you = Changed to you, the signer:
handed-over-still = { $name } is still named in the message and the letter, as the one who prepared the referral.
handed-over-changes = The chart was read again. Changed since it was prepared:
handed-over-edit = Edit
handed-over-return = Return to { $name } with a remark
handed-over-remark = Remark for { $name }
handed-over-remark-problem = Not returned: write what has to change
handed-over-return-now = Return to { $name }
returned-title = { $name } returned this on { $at }
returned-earlier = { $name } returned it on { $at }, before it was handed over again
returned-next = Make the change, then hand it over again.
notice-returned = The referral was returned with your remark.
event-returned = Returned with a remark
event-taken-back = Taken back to be changed
event-discarded = Draft discarded
edit-take-back = Take back and save
review-waits = Nothing can be changed on this page. To change something, take it back, and hand it over again.
waits-for = This referral was handed over to { $name } on { $at } and waits for the signature.
waits-for-any = This referral was handed over on { $at } for any clinician to sign, and waits for the signature.
moved-open = Open its status
moved-home = Back to the patient’s referrals
moved-handed-over-title = Nothing was changed: this referral is handed over
moved-handed-over = It was handed over to { $name } on { $at } and waits for the signature. To change it, take it back, and hand it over again.
moved-handed-over-any-title = Nothing was changed: this referral is handed over
moved-handed-over-any = It was handed over on { $at } for any clinician to sign. To change it, take it back, and hand it over again.
moved-taken-back-title = Nothing was sent: this referral was taken back
moved-taken-back = { $name } took it back on { $at } to change it. It is a draft again, and waits for a signature once it is handed over again.
moved-returned-title = Nothing was sent: this referral was returned
moved-returned = { $name } returned it with a remark on { $at }. It is a draft again, and waits for a signature once it is handed over again.
moved-discarded-title = Nothing was sent: this referral was discarded
moved-discarded = { $name } discarded it on { $at }.
moved-sent-title = This referral is signed already
moved-sent = { $name } signed it on { $at }, and it goes out once. Do not send it again.
detail-take-back = Take back and edit
detail-prepared-by = Prepared by { $name }
mine-waits = Waiting for a clinician’s signature
sent-from = From
sent-to = To
sent-prepared = Prepared by
sent-reason = Reason and urgency
sent-priority = Priority
sent-priority-default = the default: no answer says how urgent it is
sent-requested = Requested
sent-about = Also sent
sent-about-what = Data about the message itself, for the receiver’s system.
sent-all = Everything that is sent of these
sent-all-patient = Everything that is sent about the patient
use-home = home
use-work = work
use-mobile = mobile
use-temp = temporary
use-old = no longer in use
use-nickname = nickname
use-maiden = before marriage
use-usual = usual
use-anonymous = anonymous
sent-kind = { $kind ->
    [practitioner] Clinician
    [practitionerrole] Role
    [organization] Organization
    [location] Location
    [healthcareservice] Service
    [servicerequest] Request
    [messageheader] Message
    [questionnaireresponse] Form
    [condition] Problem
    [medicationrequest] Medication
    [medicationstatement] Medication
    [medication] Drug
    [allergyintolerance] Allergy
    [observation] Measurement or result
    [procedure] Procedure
    [immunization] Immunization
    [familymemberhistory] Family history
    [device] Device
    [relatedperson] Contact person
    [documentreference] Document
    [diagnosticreport] Report
   *[unlisted] { $kind }
}
sent-group = { $kind ->
    [condition] Problems
    [medicationrequest] Medications
    [medicationstatement] Medications taken
    [medication] Drugs
    [allergyintolerance] Allergies
    [observation] Measurements and results
    [procedure] Procedures
    [immunization] Immunizations
    [familymemberhistory] Family history
    [device] Devices
   *[unlisted] { $kind }
}
fhir-element = { $name ->
    [abatement] Resolved
    [active] Active
    [address] Address
    [alias] Also known as
    [as-needed] As needed
    [asserter] Asserted by
    [assigner] Assigned by
    [attachment] File
    [author] Author
    [author-reference] Author
    [author-string] Author
    [authored] Completed
    [authored-on] Date
    [based-on] Based on
    [birth-date] Birth date
    [body-site] Body site
    [category] Category
    [city] City
    [clinical-status] Clinical status
    [code] Code
    [comment] Comment
    [communication] Language
    [component] Component
    [conclusion] Conclusion
    [conclusion-code] Conclusion, coded
    [condition] Condition
    [contact] Contact person
    [contained] Contained
    [content] Content
    [content-type] File type
    [context] Context
    [contributed-to-death] Contributed to death
    [country] Country
    [creation] Created
    [criticality] Criticality
    [custodian] Custodian
    [data-absent-reason] Not given because
    [date] Date
    [date-asserted] Asserted
    [date-recorded] Recorded
    [deceased] Deceased
    [denominator] Per
    [description] Description
    [destination] Destination
    [detail] Detail
    [device] Device
    [dispense-request] Dispensing
    [display] Text
    [district] District
    [division] Division
    [doc-status] Document status
    [dosage] Dosage
    [dosage-instruction] Dosage
    [dose] Dose
    [dose-and-rate] Dose and rate
    [dose-quantity] Dose
    [duration] Duration
    [effective] Date
    [email] Email
    [encounter] Visit
    [end] End
    [endpoint] Address of the system
    [enterer] Entered by
    [event] Event
    [event-coding] Message
    [evidence] Evidence
    [expected-supply-duration] Supply for
    [expiration-date] Expires
    [family] Family name
    [fax] Fax
    [focus] About
    [format] Format
    [frequency] Times
    [gender] Gender
    [general-practitioner] Primary care provider
    [given] Given name
    [health-card-version-code] Version code
    [health-number] Health number
    [healthcare-service] Service
    [high] Upper limit
    [identifier] Number
    [identifierversion] Version code
    [intent] Intent
    [interpretation] Interpretation
    [interpreter-required] Interpreter needed
    [issued] Issued
    [item] Answers
    [language] Language
    [last-occurrence] Last occurrence
    [line] Street
    [location] Location
    [lot-number] Lot
    [low] Lower limit
    [managing-organization] Managed by
    [manifestation] Reaction
    [manufacturer] Manufacturer
    [medication] Medication
    [meta] Labels
    [method] Method
    [mode] Mode
    [multiple-birth] Twin or other multiple birth
    [name] Name
    [nofixedaddress] No fixed address
    [note] Note
    [number-of-repeats-allowed] Refills
    [numerator] Amount
    [occurrence] Date
    [onset] Onset
    [onset-age] Age at onset
    [order-detail] Details
    [organization] Organization
    [other] Other contact
    [outcome] Outcome
    [pager] Pager
    [part-of] Part of
    [patient-instruction] Instruction to the patient
    [performed] Date
    [performer] By
    [period] Period
    [period-unit] Unit of time
    [phone] Phone
    [physical-type] Kind of place
    [position] Position
    [postal-code] Postal code
    [practitioner] Clinician
    [preferred] Preferred
    [prefix] Title
    [presented-form] File
    [primary-source] First-hand record
    [priority] Priority
    [provided-by] Provided by
    [qualification] Qualification
    [quantity] Quantity
    [questionnaire] Form
    [rank] Order of preference
    [reaction] Reaction
    [reason-code] Reason
    [reason-reference] Reason
    [receiver] Receiver
    [recorded-date] Recorded
    [recorder] Recorded by
    [reference-range] Reference range
    [relates-to] Related to
    [relationship] Relationship
    [repeat] Schedule
    [reported] Reported by others
    [requester] Requested by
    [responsible] Responsible
    [result] Result
    [results-interpreter] Interpreted by
    [role] Role
    [route] Route
    [security] Security label
    [sender] Sender
    [sequence] Order
    [serial-number] Serial number
    [severity] Severity
    [sex] Sex
    [site] Site
    [size] Size in bytes
    [sms] Text messages
    [software] Software
    [source] Source
    [specialty] Specialty
    [specimen] Specimen
    [stage] Stage
    [start] Start
    [state] Province
    [status] Status
    [status-reason] Reason for the status
    [subject] Patient
    [substance] Substance
    [suffix] Suffix
    [supporting-info] Sent with it
    [telecom] Contact
    [text] Text
    [time] Time
    [timing] Timing
    [title] Title
    [type] Type
    [unit] Unit
    [url] Web address
    [use] Use
    [vaccine-code] Vaccine
    [validity-period] Valid
    [value] Value
    [value-quantity] Value
    [verification-status] Certainty
    [version] Version
    [withdrawn] Withdrawn
   *[unlisted] { $name }
}
# Abnormal result, after its value and unit
lab-flag = { $code ->
    [H] · high
    [HH] · critically high
    [L] · low
    [LL] · critically low
    [A] · abnormal
    [AA] · critically abnormal
   *[other] · { $code }
}
fhir-code = { $code ->
    [true] Yes
    [false] No
    [active] active
    [inactive] inactive
    [resolved] resolved
    [remission] remission
    [recurrence] recurrence
    [relapse] relapse
    [confirmed] confirmed
    [unconfirmed] unconfirmed
    [provisional] provisional
    [differential] differential
    [refuted] refuted
    [entered-in-error] entered in error
    [problem-list-item] problem list item
    [encounter-diagnosis] encounter diagnosis
    [vital-signs] vital signs
    [laboratory] laboratory
    [social-history] social history
    [procedure] procedure
    [imaging] imaging
    [exam] exam
    [medication] medication
    [food] food
    [environment] environment
    [biologic] biologic
    [allergy] allergy
    [intolerance] intolerance
    [high] high
    [low] low
    [unable-to-assess] unable to assess
    [mild] mild
    [moderate] moderate
    [severe] severe
    [final] final
    [preliminary] preliminary
    [registered] registered
    [partial] partial
    [amended] amended
    [corrected] corrected
    [appended] appended
    [current] current
    [superseded] superseded
    [completed] completed
    [in-progress] in progress
    [on-hold] on hold
    [cancelled] cancelled
    [stopped] stopped
    [draft] draft
    [not-done] not done
    [not-taken] not taken
    [intended] intended
    [unknown] unknown
    [asked-unknown] asked but unknown
    [masked] masked
    [not-permitted] not permitted
    [as-text] as text
    [order] order
    [original-order] original order
    [reflex-order] reflex order
    [filler-order] filler order
    [instance-order] instance order
    [proposal] proposal
    [plan] plan
    [directive] directive
    [option] option
    [routine] routine
    [urgent] urgent
    [asap] as soon as possible, before urgent
    [stat] immediate
    [male] male
    [female] female
    [other] other
    [home] home
    [work] work
    [mobile] mobile
    [temp] temporary
    [old] no longer in use
    [billing] billing
    [official] official
    [usual] usual
    [nickname] nickname
    [anonymous] anonymous
    [maiden] maiden
    [secondary] secondary
    [postal] postal
    [physical] physical
    [both] postal and physical
    [instance] one place
    [kind] kind of place
    [phone] phone
    [fax] fax
    [email] email
    [en] English
    [fr] French
    [add-service-request] new referral
    [smart-launch] launched from the EHR
   *[unlisted] { $code }
}
review-doubts = Please check
review-differing = Different from the chart
review-differing-none = no answer is sent
review-differing-left-out = not included: { $value }
review-differing-chart = (the chart has { $value })
review-differing-chart-dated = (the chart has { $value }, { $date })
review-differing-count = { $count ->
    [one] One answer differs from the chart
   *[other] { $count } answers differ from the chart
}
sent-answers = Answers
part-corrected-you = entered by you
part-corrected-you-chart = corrected by you; chart: { $chart }
part-corrected-form = entered in the form
part-corrected-form-chart = corrected in the form; chart: { $chart }
