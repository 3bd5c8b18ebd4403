use super::{
    Error, Referrals, Status,
    draft::{Referral, Snapshot, Summary},
    gather::{gather, known_only},
    service::{Visit, event},
    store,
    ticket::Ticket,
    timeline,
};
use crate::{
    audit::{Event, Kind},
    clock,
    db::row_id,
    forms::{Answers, Form, calculate},
    launch::OpenContext,
    random,
    users::store as user_store,
    web::RequestState,
};

const NUMBER_LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// What a page of the form sent.
pub(super) struct Posted {
    pub(super) csrf_token: String,
    pub(super) ticket: String,
    pub(super) revision: i64,
    pub(super) action: String,
    pub(super) reload: bool,
    pub(super) fields: Vec<(String, String)>,
}

/// How a save ended.
pub(super) enum Saved {
    /// Saved; the referral carries its new revision.
    Done,
    /// Changed or sent elsewhere meanwhile; nothing was overwritten.
    Conflict,
}

/// What a new page of a form shows: a draft, or answers that have no draft until something is typed.
pub(super) struct Begun {
    pub(super) referral: Option<Referral>,
    pub(super) snapshot: Snapshot,
    pub(super) answers: Answers,
}

impl Posted {
    /// Reads the fields of the form; everything that is not about the page itself is an answer.
    pub(super) fn read(body: &str) -> Self {
        let mut posted = Self {
            csrf_token: String::new(),
            ticket: String::new(),
            revision: 0,
            action: String::new(),
            reload: false,
            fields: Vec::new(),
        };
        for (name, value) in url::form_urlencoded::parse(body.as_bytes()) {
            match &*name {
                "csrf_token" => posted.csrf_token = value.into_owned(),
                "ticket" => posted.ticket = value.into_owned(),
                "revision" => posted.revision = value.parse().unwrap_or(0),
                "action" => posted.action = value.into_owned(),
                "reload" => posted.reload = true,
                _ => posted.fields.push((name.into_owned(), value.into_owned())),
            }
        }
        posted
    }

    pub(super) fn answers(&self, form: &Form) -> Answers {
        Answers::from_fields(form, self.fields.iter().cloned())
    }
}

impl Referrals {
    /// Fills a form for the open chart. When the chart had to be asked, what it gave is kept as a draft together with
    /// the audit event; when the launch had read everything already, nothing is written.
    pub(super) async fn begin(
        &self,
        state: &RequestState,
        visit: &Visit,
        form: &Form,
    ) -> Result<Begun, Error> {
        let context = &visit.context;
        let user_id = &visit.signed_in.user.id;
        let untouched =
            store::find_untouched(&self.db, &self.sealer, &context.id, form.id(), user_id).await?;
        if let Some(referral) = untouched {
            self.record_view(state, visit, Kind::ChartViewed, "Patient".to_owned()).await?;
            let (snapshot, answers) = (referral.snapshot.clone(), referral.answers.clone());
            return Ok(Begun { referral: Some(referral), snapshot, answers });
        }
        let now = self.now();
        let gathered = gather(form, context, &now).await;
        let mut answers = Answers::from_prefill(form, &gathered.snapshot.prefill);
        calculate(form, &mut answers, &gathered.snapshot.chart.environment(form, &now));
        let first = self.launch.claim_first_view(&context.id);
        if gathered.read.is_empty() {
            if !first {
                self.record_view(state, visit, Kind::ChartViewed, "Patient".to_owned()).await?;
            }
            return Ok(Begun { referral: None, snapshot: gathered.snapshot, answers });
        }
        let referral = self.new_draft(visit, form, gathered.snapshot.clone(), answers.clone(), 0);
        let mut tx = self.db.begin_write().await?;
        store::insert_referral(&mut tx, &*self.clock, &self.sealer, &referral).await?;
        let event = event(state, visit, Kind::ChartViewed).on(gathered.read.join(", "));
        self.audit.record(&mut tx, &event).await?;
        tx.commit().await?;
        Ok(Begun { referral: Some(referral), snapshot: gathered.snapshot, answers })
    }

    /// Makes the draft of a page that had none yet, from what was typed.
    pub(super) async fn create(
        &self,
        state: &RequestState,
        visit: &Visit,
        form: &Form,
        posted: &Posted,
    ) -> Result<Referral, Error> {
        let snapshot = known_only(form, &visit.context, &self.now());
        let answers = self.typed(form, posted, &snapshot);
        let referral = self.new_draft(visit, form, snapshot, answers, 1);
        let event = event(state, visit, Kind::ReferralSaved).on(format!("referral/{}", referral.id));
        self.insert(&referral, &event).await?;
        Ok(referral)
    }

    async fn insert(&self, referral: &Referral, event: &Event) -> Result<(), Error> {
        let mut tx = self.db.begin_write().await?;
        store::insert_referral(&mut tx, &*self.clock, &self.sealer, referral).await?;
        timeline::insert_event(&mut tx, &*self.clock, &referral.id, "begun", (Some(&referral.user_id), None))
            .await?;
        self.audit.record(&mut tx, event).await?;
        Ok(tx.commit().await?)
    }

    fn new_draft(
        &self,
        visit: &Visit,
        form: &Form,
        snapshot: Snapshot,
        answers: Answers,
        revision: i64,
    ) -> Referral {
        let user = &visit.signed_in.user;
        self.draft_of(&visit.context, (&user.id, &user.name), form, (snapshot, answers, revision))
    }

    fn draft_of(
        &self,
        context: &OpenContext,
        (user_id, user_name): (&str, &str),
        form: &Form,
        (snapshot, answers, revision): (Snapshot, Answers, i64),
    ) -> Referral {
        Referral {
            id: row_id(&*self.clock),
            number: self.new_number(),
            user_id: user_id.to_owned(),
            ehr_id: context.ehr.id.clone(),
            context_id: context.id.clone(),
            patient_key: context.patient_key.clone(),
            form_id: form.id().to_owned(),
            service_id: None,
            status: Status::Draft,
            revision,
            summary: Summary::new(&context.patient(), form, user_name, &context.ehr.name),
            snapshot,
            answers,
            updated_at: self.clock.now_ms(),
            submitted_at: None,
        }
    }

    /// `R26-7Q4K-92MD`: the year and forty random bits, without letters that look like digits.
    fn new_number(&self) -> String {
        let letter = |byte: &u8| char::from(NUMBER_LETTERS[usize::from(byte % 32)]);
        let letters: String = random::bytes::<8>().iter().map(letter).collect();
        format!("R{:02}-{}-{}", self.now().year() % 100, &letters[..4], &letters[4..])
    }

    fn typed(&self, form: &Form, posted: &Posted, snapshot: &Snapshot) -> Answers {
        let mut answers = posted.answers(form);
        calculate(form, &mut answers, &snapshot.chart.environment(form, &self.now()));
        answers
    }

    /// Saves what a page sent over the revision it showed.
    pub(super) async fn save(
        &self,
        form: &Form,
        referral: &mut Referral,
        posted: &Posted,
        editor: &str,
    ) -> Result<Saved, Error> {
        let answers = self.typed(form, posted, &referral.snapshot);
        let begun = referral.revision == 0;
        let mut tx = self.db.begin_write().await?;
        let at = (referral.id.as_str(), posted.revision, editor);
        let saved = store::update_answers(&mut tx, &*self.clock, &self.sealer, at, &answers).await?;
        referral.answers = answers;
        let Some(revision) = saved else {
            return Ok(Saved::Conflict);
        };
        if begun {
            let by = (Some(referral.user_id.as_str()), None);
            timeline::insert_event(&mut tx, &*self.clock, &referral.id, "begun", by).await?;
        }
        tx.commit().await?;
        referral.revision = revision;
        Ok(Saved::Done)
    }

    /// Reads the chart anew because the person asked for it. What they wrote stays.
    pub(super) async fn reload(
        &self,
        state: &RequestState,
        visit: &Visit,
        form: &Form,
        referral: &mut Referral,
    ) -> Result<(), Error> {
        let now = self.now();
        let gathered = gather(form, &visit.context, &now).await;
        referral.snapshot.renew(form, gathered.snapshot, &mut referral.answers);
        calculate(form, &mut referral.answers, &referral.snapshot.chart.environment(form, &now));
        let mut tx = self.db.begin_write().await?;
        let at = (referral.id.as_str(), referral.revision, visit.signed_in.user.id.as_str());
        let saved = store::update_answers(&mut tx, &*self.clock, &self.sealer, at, &referral.answers).await?;
        referral.revision = saved.ok_or(Error::Conflict)?;
        store::update_snapshot(&mut tx, &self.sealer, &referral.id, &referral.snapshot).await?;
        let event = event(state, visit, Kind::ChartViewed).on(gathered.read.join(", "));
        self.audit.record(&mut tx, &event).await?;
        Ok(tx.commit().await?)
    }

    /// Saves the text of a page whose session has ended. The ticket says whose draft it is; nothing is shown.
    /// Gives the revision to go on from; nothing for a draft that only now came to be.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the ticket is none of ours, too old, or its person may no longer work here.
    pub(super) async fn rescue(
        &self,
        state: &RequestState,
        posted: &Posted,
        referral_id: Option<&str>,
    ) -> Result<Option<i64>, Error> {
        let ticket = Ticket::open(&posted.ticket, &self.tickets).ok_or(Error::NotFound)?;
        let age = self.clock.now_ms() - ticket.made_at;
        let user = user_store::find_user(&self.db, &ticket.user_id).await?;
        let user = user
            .filter(|user| user.disabled_at.is_none() && user.role.may_prepare())
            .ok_or(Error::NotFound)?;
        if !(-clock::NODE_SKEW_MS..=self.ticket_ms).contains(&age)
            || ticket.referral_id.as_deref() != referral_id
        {
            return Err(Error::NotFound);
        }
        let form = self.form(&ticket.form_id)?;
        let Some(id) = referral_id else {
            let context = self.launch.find_context(&ticket.session_id, &ticket.context_id).await?;
            let context = context.ok_or(Error::NotFound)?;
            let snapshot = known_only(form, &context, &self.now());
            let answers = self.typed(form, posted, &snapshot);
            let draft = self.draft_of(&context, (&user.id, &user.name), form, (snapshot, answers, 1));
            let event =
                Event::success(Kind::ReferralSaved, state.correlation_id()).by(&user.id).at(&draft.ehr_id);
            let event = event.patient(Some(&draft.patient_key)).on(format!("referral/{}", draft.id));
            self.insert(&draft, &event.detail("after the session ended")).await?;
            return Ok(None);
        };
        let found = store::find_referral(&self.db, &self.sealer, id).await?;
        let mut referral = found.filter(|found| found.user_id == user.id).ok_or(Error::NotFound)?;
        match self.save(form, &mut referral, posted, &user.id).await? {
            Saved::Done => Ok(Some(referral.revision)),
            Saved::Conflict => Err(Error::Conflict),
        }
    }
}
