//! Value sets of a form at the terminology server: what its page offers, and the codes that were chosen there.

use std::{borrow::Cow, sync::Arc};

use futures_util::future::join_all;

use crate::{
    forms::{Answers, Candidate, Extent, Form, Offered, PostedCode, ValueSetQuestion},
    referral::service::Referrals,
    terminology::{Asked, Concept, Expansion, TerminologyServer, Unavailable},
};

/// Largest number of codes that are offered without a search.
const MAX_LISTED: usize = 50;
/// Largest number of matches of a search that are shown.
const MAX_MATCHES: usize = 20;

impl Referrals {
    /// Returns the answers with the codes that the terminology server offers for its questions, in a language. Without a
    /// server, and for a value set that it does not know, nothing is offered: the question is answered with text.
    pub(in crate::referral) async fn with_offers<'a>(
        &self,
        form: &Form,
        answers: &'a Answers,
        lang: &str,
    ) -> Cow<'a, Answers> {
        let Some(server) = &self.terminology else { return Cow::Borrowed(answers) };
        let questions = form.value_set_questions(answers);
        let offers = join_all(questions.iter().map(|question| offer(server, question, lang))).await;
        let mut answers = Cow::Borrowed(answers);
        for (question, offered) in questions.iter().zip(offers) {
            if let Some(offered) = offered {
                answers.to_mut().offer(&question.place, offered);
            }
        }
        answers
    }

    /// Keeps the codes that a page posted and that belong to the value sets of their questions. Any other one is a problem of
    /// its question.
    pub(super) async fn judge_codes(&self, form: &Form, answers: &mut Answers, lang: &str) {
        let Some(server) = &self.terminology else { return };
        let posted = answers.posted_codes(form);
        let judged = join_all(posted.iter().map(|code| judge(server, code, lang))).await;
        for (code, found) in posted.iter().zip(judged) {
            if let Ok(Some(found)) = found {
                answers.keep_coding(&code.place, candidate(&found));
            }
        }
    }

    /// Asks for the value sets that the rules of a form name, so that they can be evaluated.
    pub(super) async fn prepare_rules(&self, form: &Form) {
        if let Some(server) = &self.terminology {
            server.prepare(form.value_sets_of_rules()).await;
        }
    }
}

/// Returns what is offered for a question. `None` if the server does not know its value set.
async fn offer(server: &TerminologyServer, question: &ValueSetQuestion, lang: &str) -> Option<Offered> {
    let asked = |filter: &str, count: usize| Asked {
        value_set: question.value_set.clone(),
        filter: filter.to_owned(),
        count,
        lang: lang.to_owned(),
    };
    let failed = |_: Unavailable| Offered { options: Vec::new(), extent: Extent::Failed };
    let all = match server.expand(asked("", MAX_LISTED)).await.map_err(failed) {
        Ok(all) => all?,
        Err(failed) => return Some(failed),
    };
    if all.is_complete {
        return Some(Offered { options: options(&all), extent: Extent::All });
    }
    if question.search.is_empty() {
        return Some(Offered { options: Vec::new(), extent: Extent::Search });
    }
    Some(match server.expand(asked(&question.search, MAX_MATCHES)).await.map_err(failed) {
        Ok(found) => {
            let found = found?;
            let extent = if found.is_complete { Extent::Matches } else { Extent::More };
            Offered { options: options(&found), extent }
        }
        Err(failed) => failed,
    })
}

async fn judge(
    server: &TerminologyServer,
    posted: &PostedCode,
    lang: &str,
) -> Result<Option<Concept>, Unavailable> {
    let (system, code) = (posted.system.clone(), posted.code.clone());
    let asked = Concept { system, code, ..Concept::default() };
    server.find(&posted.value_set, &asked, lang).await
}

fn options(expansion: &Arc<Expansion>) -> Vec<Candidate> {
    expansion.concepts.iter().map(candidate).collect()
}

fn candidate(concept: &Concept) -> Candidate {
    let Concept { system, version, code, display } = concept;
    Candidate::coding(system, version, code, display)
}
