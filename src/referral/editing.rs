use super::{
    Error, Referrals, Status,
    draft::{Referral, Snapshot, Summary},
    gather::gather,
    service::{Visit, event},
    store::{self, Seen},
};
use crate::{
    audit::EventKind,
    db::row_id,
    forms::{Answers, Form, calculate},
    launch::OpenContext,
    random,
    users::User,
    web::RequestState,
};

const NUMBER_LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// What a draft is made of.
pub(super) struct DraftOf<'a> {
    pub(super) id: String,
    pub(super) context: &'a OpenContext,
    pub(super) user: &'a User,
    pub(super) form: &'a Form,
}

/// What a new page of a form shows: a draft, or answers that have no draft until something is typed.
pub(super) struct Begun {
    pub(super) referral: Option<Referral>,
    pub(super) snapshot: Snapshot,
    pub(super) answers: Answers,
}

impl Referrals {
    /// Fills a form for the open chart. When the chart had to be asked, what it gave is kept as a draft together with
    /// the audit event; when the launch had read everything already, nothing is written.
    pub(super) async fn begin(
        &self,
        state: &RequestState,
        visit: &Visit,
        form: &Form,
        untouched: Option<&str>,
    ) -> Result<Begun, Error> {
        let context = &visit.context;
        let untouched = match untouched {
            Some(id) => store::find_referral(&self.ground.db, &self.ground.sealer, id).await?,
            None => None,
        };
        if let Some(referral) = untouched {
            self.record_view(state, visit, EventKind::ChartViewed, "Patient".to_owned()).await?;
            let (snapshot, answers) = (referral.snapshot.clone(), referral.answers.clone());
            return Ok(Begun { referral: Some(referral), snapshot, answers });
        }
        let now = self.now();
        let gathered = gather(form, context, &now).await?;
        let mut answers = Answers::from_prefill(form, &gathered.snapshot.prefill);
        calculate(form, &mut answers, &form.environment(&gathered.snapshot.chart, &now));
        let first = self.launch.claim_first_view(&context.id);
        if gathered.read.is_empty() {
            if !first {
                self.record_view(state, visit, EventKind::ChartViewed, "Patient".to_owned()).await?;
            }
            return Ok(Begun { referral: None, snapshot: gathered.snapshot, answers });
        }
        let user = &visit.signed_in.user;
        let of = DraftOf { id: row_id(&*self.ground.clock), context, user, form };
        let referral = self.draft(of, (gathered.snapshot.clone(), answers.clone(), 0));
        let mut tx = self.ground.db.begin_write().await?;
        store::insert_referral(&mut tx, &*self.ground.clock, &self.ground.sealer, &referral).await?;
        let event = event(state, visit, EventKind::ChartViewed).on(gathered.read.join(", "));
        self.ground.audit.record(&mut tx, &event).await?;
        tx.commit().await?;
        Ok(Begun { referral: Some(referral), snapshot: gathered.snapshot, answers })
    }

    /// A draft of this chart, not stored yet.
    pub(super) fn draft(
        &self,
        of: DraftOf<'_>,
        (snapshot, answers, revision): (Snapshot, Answers, i64),
    ) -> Referral {
        let DraftOf { id, context, user, form } = of;
        Referral {
            id,
            number: self.new_number(),
            user_id: user.id.clone(),
            ehr_id: context.ehr.id.clone(),
            context_id: context.id.clone(),
            patient_key: context.patient_key.clone(),
            order_url: context.order(),
            form_id: form.id().to_owned(),
            service_id: None,
            status: Status::Draft,
            revision,
            page_id: String::new(),
            page_save: 0,
            summary: Summary::new(&context.patient(), form, &user.name, &context.chart.place),
            snapshot,
            answers,
            updated_at: self.ground.clock.now_ms(),
            submitted_at: None,
        }
    }

    /// `R26-7Q4K-92MD`: the year and forty random bits, without letters that look like digits.
    fn new_number(&self) -> String {
        let letter = |byte: &u8| char::from(NUMBER_LETTERS[usize::from(byte % 32)]);
        let letters: String = random::bytes::<8>().iter().map(letter).collect();
        format!("R{:02}-{}-{}", self.now().year() % 100, &letters[..4], &letters[4..])
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
        let gathered = gather(form, &visit.context, &now).await?;
        referral.snapshot.renew(form, gathered.snapshot, &mut referral.answers);
        calculate(form, &mut referral.answers, &form.environment(&referral.snapshot.chart, &now));
        let mut tx = self.ground.db.begin_write().await?;
        let (revision, editor) = (referral.revision, visit.signed_in.user.id.as_str());
        let seen = Seen { id: &referral.id, revision, editor, page: ("", 0) };
        let saved =
            store::update_answers(&mut tx, &*self.ground.clock, &self.ground.sealer, seen, &referral.answers)
                .await?;
        referral.revision = saved.ok_or(Error::Conflict)?;
        store::update_snapshot(&mut tx, &self.ground.sealer, &referral.id, &referral.snapshot).await?;
        let event = event(state, visit, EventKind::ChartViewed).on(gathered.read.join(", "));
        self.ground.audit.record(&mut tx, &event).await?;
        Ok(tx.commit().await?)
    }
}
