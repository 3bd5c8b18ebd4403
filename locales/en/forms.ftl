form-required = required
form-choose = Choose…
form-not-stated = Not stated
form-another = Other
form-row-add = Add: { $list }
form-row-remove = Remove { $row }
form-row-remove-sure = Remove { $row } and what was typed in it?
form-row-up = Move { $row } up
form-row-down = Move { $row } down
form-rows-none = No entry: { $list }
form-emergency = Emergency
form-attention = Attention
form-without-list = Send without this list
form-try-again = Try again

form-problems = { $count ->
    [one] One answer needs your attention
   *[other] { $count } answers need your attention
}
form-problem-required = An answer is required.
form-problem-nothing-to-choose = The EHR has none to choose. Change the answer that asks for it.
form-problem-list-not-loaded = This list could not be loaded. Enter what you know, or choose to send without it.
form-problem-not-a-number = Enter a number without commas, for example 71.5 or 1200.
form-problem-not-a-whole-number = Enter a whole number.
form-problem-not-a-date = Enter a date as YYYY-MM-DD; a month or a year is enough.
form-problem-not-a-date-time = Enter a date and time as YYYY-MM-DD HH:MM.
form-problem-not-yes-or-no = Choose yes or no.
form-problem-not-an-option = Choose one of the options shown; the chart may have changed.
form-problem-no-content = Nothing you chose here has content that can be sent. Choose another, or answer otherwise.
form-problem-only-one = Choose only one.
form-problem-too-long = Shorten this to { $limit } characters or fewer.
form-problem-too-small = This is below { $limit }. Check it.
form-problem-too-large = This is above { $limit }. Check it.

form-from-chart-dated = From the chart, dated { $dated }
form-from-chart-old = Old: from the chart, dated { $dated }
form-from-chart-read = From the chart, read { $day } at { $time }
form-filled = { $count ->
    [one] One answer from the chart: check or change it
   *[other] { $count } answers from the chart: check or change them
}
form-filled-changed = Answers from the chart, changed here: check or change them
form-included = { $included } of { $available } included
form-selection-changed = You changed this selection
form-edited = You changed this (chart: { $value })
form-edited-dated = You changed this (chart: { $value }, { $dated })
form-unusable = The chart contains { $value }, which cannot be entered here
form-not-checked = The chart contains { $value }. It could not be checked against the list of answers, and is not filled in.
form-none-provided = Nothing for this question from the EHR, read { $day } at { $time }
form-none-in-part = None in the part that the EHR provided, read { $day } at { $time }. It may have more.
form-more = The EHR may have more than is shown here.
form-left-out-other-patient = { $count ->
    [one] One entry was left out: it is about another patient.
   *[other] { $count } entries were left out: they are about another patient.
}
form-left-out-unknown-patient = { $count ->
    [one] One entry was left out: the EHR does not say clearly which patient it is about.
   *[other] { $count } entries were left out: the EHR does not say clearly which patient they are about.
}
form-left-out-in-error = { $count ->
    [one] One entry was left out: it was entered in error.
   *[other] { $count } entries were left out: they were entered in error.
}
form-left-out-not-ordered = { $count ->
    [one] One entry was left out: it is a proposal, or an order not to give something.
   *[other] { $count } entries were left out: they are proposals, or orders not to give something.
}
form-left-out-other-kind = { $count ->
    [one] One entry was left out: it is of another kind than this question asks for.
   *[other] { $count } entries were left out: they are of another kind than this question asks for.
}

form-kept = As read on { $day } at { $time }: reading it again failed.
form-not-loaded-not-granted = Not loaded: the EHR did not allow this app to read it.
form-not-loaded-not-in-context = Not loaded: the EHR did not indicate where to find it.
form-not-loaded-refused = Not loaded: the EHR refused.
form-not-loaded-gone = Not loaded: the EHR no longer has this chart open. Open the referral from the EHR again.
form-not-loaded-not-found = Not loaded: the EHR did not find it.
form-not-loaded-busy = Not loaded: the EHR is overloaded. Wait a minute, then try again.
form-not-loaded-at-capacity = Not loaded: this app is reading too many charts at the moment. Wait a minute, then try again.
form-not-loaded-no-answer = Not loaded: the EHR did not respond.
form-not-loaded-unevaluated = Not filled in: a rule of this form failed. Answer it yourself, and tell your administrator.
form-not-loaded-not-evaluable = Not filled in: this form would fill it by a rule that this app cannot evaluate. Answer it yourself.
form-not-loaded-invalid = Not loaded: what the EHR sent cannot be used.
form-problem-not-a-unit = Enter a number and one of the units of this question.
form-problem-not-a-time = Enter a time of day, such as 14:30.
form-problem-not-a-url = Enter a complete address, such as https://clinic.example.
form-problem-too-many-decimals = At most { $limit } decimal places.
form-problem-too-short = At least { $limit } characters.
form-problem-too-few = At least { $limit } are needed.
form-problem-too-many = At most { $limit } are allowed.
form-unit = Unit
form-unknown-options = The list of answers to this question is not available here. Type the answer.
form-search = Search the list
form-search-button = Search
form-search-search = The list is long: type a part of what you look for, then search.
form-search-matches = { $count ->
    [0] Nothing in the list matches “{ $text }”.
    [one] One match for “{ $text }”.
   *[other] { $count } matches for “{ $text }”.
}
form-search-more = The first { $count } matches for “{ $text }”. There are more: type more.
form-unchecked-rule = Check this yourself, the form cannot: “{ $rule }”
form-doubt-phone = A phone number has ten digits; this has { $count }. Check it, or leave it if it is right.
form-doubt-phone-international = An international number has 7 to 15 digits; this has { $count }. Check it, or leave it if it is right.
form-doubt-email = This does not look like an email address. Check it, or leave it if it is right.
form-aside = “{ $counts }” is the answer. Your text “{ $text }” is kept here and is not sent; to send it instead, choose Other.
form-problem-wrong-format = This does not have the expected form.
form-problem-not-alone = “{ $limit }” cannot be chosen together with another answer.
form-problem-broken = This answer does not fit the others.
form-problem-warning = Check this answer against the others.
form-problem-parted = The chart has this from one measurement with “{ $limit }”, which was changed. Both must be from one measurement: check this value, too.
form-problem-left-alone = The chart has this from one measurement with “{ $limit }”, which was emptied. Check that this value alone is right.
form-problem-unchecked = A rule of this form failed here. Check this answer yourself, and tell your administrator.
form-others = The chart also contains: { $values }

# Files that a person adds
attach-none = No file is attached.
attach-limits = { $types }, up to { $size } each.
attach-drop = Files can also be dropped here, or pasted.
attach-choose = Choose files
attach-choose-one = Choose a file
attach-camera = Take a photo
attach-add = Attach
attach-remove = Remove
attach-remove-named = Remove { $name }
attach-remove-sure = Remove { $name }? The file is deleted.
attach-uploading = Attaching…
attach-not-attached = Not attached. Attach the file again once the draft is saved.
attach-failed = Not attached: the connection failed. Try again.
attach-refused-empty = { $name } was not attached: the file is empty. Choose it again.
attach-refused-heic = { $name } was not attached: few clinics can open HEIC photos. Send it as JPEG: on an iPhone, choose Settings › Camera › Formats › Most Compatible and take it again, or export it as JPEG.
attach-refused-unknown-type = { $name } was not attached: it is not of a type that can be, whatever its name ends with. The accepted types are named below.
attach-refused-other-type = { $name } was not attached: this question does not accept files of its type. The accepted types are named below.
attach-refused-too-large = { $name } was not attached: it is larger than { $limit }. Choose a smaller one, or take the photo with a lower resolution.
attach-refused-too-many-pixels = { $name } was not attached: it has more than { $limit } million pixels. Take the photo with a lower resolution.
attach-refused-damaged = { $name } was not attached: the file is damaged and cannot be opened. Save it again where it comes from.
attach-refused-locked = { $name } was not attached: it is protected by a password, which the receiver does not have. Save it without a password.
attach-refused-only-one = { $name } was not attached: this question takes one file. Remove the other one first.
attach-refused-too-many = { $name } was not attached: at most { $limit } files can be.
attach-refused-too-much = { $name } was not attached: all files together would be larger than { $limit }. Remove another one first.
attach-refused-infected = { $name } was not attached: the virus scanner found harmful content in it. Tell your IT support.
attach-refused-not-scanned = { $name } was not attached: the virus scanner cannot be reached. Everything else is saved. Try again in a few minutes, or tell your administrator.
attach-refused-not-stored = { $name } was not attached: it could not be stored. Everything else is saved. Try again, or tell your administrator.
attach-refused-busy = { $name } was not attached: many photos are being received just now. Try again in a minute.
attach-refused-not-saved = { $name } was not attached, because the draft was changed elsewhere. Choose it again.
form-problem-refused = A file was not attached.
form-problem-file-too-large = A file here is larger than { $limit }. Remove it and attach a smaller one.
