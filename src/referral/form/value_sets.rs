//! Value sets of a form in the folder and at the terminology server: what its page offers, and the codes that were chosen there.

use std::{borrow::Cow, sync::Arc};

use futures_util::future::join_all;

use crate::{
    forms::{
        Answers, Candidate, Extent, Form, JudgedCode, Matches, Offered, Prefill, UncheckedCode,
        ValueSetQuestion,
    },
    referral::service::Referrals,
    terminology::{Asked, Concept, Expansion, TerminologyServer, Unavailable},
};

/// Largest number of codes that are offered without a search.
const MAX_LISTED: usize = 50;
/// Largest number of matches of a search that are shown.
const MAX_MATCHES: usize = 20;
/// Largest number of values of the chart that are compared with value sets, for one form.
const MAX_JUDGED: usize = 50;
/// Largest number of codings of one value that are compared.
const MAX_CODINGS: usize = 5;

impl Referrals {
    /// Returns the answers with the codes that the terminology server offers for its questions, in a language. Without a
    /// server, and for a value set that it does not know, nothing is offered: the question is answered with text.
    pub(in crate::referral) async fn with_offers<'a>(
        &self,
        form: &Form,
        answers: &'a Answers,
        lang: &str,
    ) -> Cow<'a, Answers> {
        let questions = form.value_set_questions(answers);
        let offers = join_all(questions.iter().map(|question| self.offer(question, lang))).await;
        let mut answers = Cow::Borrowed(answers);
        for (question, offered) in questions.iter().zip(offers) {
            if let Some(offered) = offered {
                answers.to_mut().offer(&question.place, offered);
            }
        }
        answers
    }

    /// Returns what is offered for a question: by the folder, or else by the terminology server. `None` if neither knows its value
    /// set.
    async fn offer(&self, question: &ValueSetQuestion, lang: &str) -> Option<Offered> {
        let ValueSetQuestion { value_set, search, .. } = question;
        match self.searched_sets.search(value_set, search, MAX_MATCHES, lang) {
            Some(_) if search.is_empty() => Some(Offered { options: Vec::new(), extent: Extent::Search }),
            Some(Matches { codes, more }) => {
                Some(Offered { options: codes, extent: if more { Extent::More } else { Extent::Matches } })
            }
            None => offer(self.terminology.as_ref()?, question, lang).await,
        }
    }

    /// Returns what the chart has for each question, with its codes compared with the value sets that are elsewhere. One that cannot
    /// be compared now is no answer.
    pub(in crate::referral) async fn judged(&self, mut prefill: Prefill, lang: &str) -> Prefill {
        let unchecked = prefill.unchecked();
        let judged = unchecked.iter().enumerate();
        let judged = judged.map(|(at, (_, code))| self.judge_of_chart(code, at < MAX_JUDGED, lang));
        let judged = join_all(judged).await;
        prefill.settle(judged);
        prefill
    }

    /// Judges a value of the chart. Unless the server may be asked for its code, that is left open.
    async fn judge_of_chart(&self, code: &UncheckedCode, asks_server: bool, lang: &str) -> JudgedCode {
        let set = &code.value_set;
        let is_local = self.searched_sets.has(set);
        let is_known = match &self.terminology {
            _ if is_local => Ok(true),
            Some(server) => server.expand(all_of(set, lang)).await.map(|all| all.is_some()),
            None => Ok(false),
        };
        match is_known {
            Ok(true) if is_local || asks_server => {}
            Ok(false) => return JudgedCode::AsText,
            Ok(true) | Err(Unavailable) => return JudgedCode::NotChecked,
        }
        for coding in code.codings.iter().take(MAX_CODINGS) {
            let part = |name: &str| coding[name].as_str().unwrap_or_default().to_owned();
            match self.find_code(set, &part("system"), &part("code"), lang).await {
                Ok(Some(found)) => return JudgedCode::Member(found),
                Ok(None) => {}
                Err(Unavailable) => return JudgedCode::NotChecked,
            }
        }
        JudgedCode::NoMember
    }

    /// Finds a code of a value set: in the folder, or else at the terminology server.
    async fn find_code(
        &self,
        value_set: &str,
        system: &str,
        code: &str,
        lang: &str,
    ) -> Result<Option<Candidate>, Unavailable> {
        if self.searched_sets.has(value_set) {
            return Ok(self.searched_sets.find(value_set, system, code, lang));
        }
        let Some(server) = &self.terminology else { return Ok(None) };
        let asked = Concept { system: system.to_owned(), code: code.to_owned(), ..Concept::default() };
        Ok(server.find(value_set, &asked, lang).await?.as_ref().map(candidate))
    }

    /// Keeps the codes that a page posted and that belong to the value sets of their questions. Any other one is a problem of
    /// its question.
    pub(super) async fn judge_codes(&self, form: &Form, answers: &mut Answers, lang: &str) {
        let posted = answers.posted_codes(form);
        let asked = posted.iter().map(|code| self.find_code(&code.value_set, &code.system, &code.code, lang));
        let judged = join_all(asked).await;
        for (code, found) in posted.iter().zip(judged) {
            if let Ok(Some(found)) = found {
                answers.keep_coding(&code.place, found);
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
    let failed = |_: Unavailable| Offered { options: Vec::new(), extent: Extent::Failed };
    let all = match server.expand(all_of(&question.value_set, lang)).await.map_err(failed) {
        Ok(all) => all?,
        Err(failed) => return Some(failed),
    };
    if all.is_complete {
        return Some(Offered { options: options(&all), extent: Extent::All });
    }
    if question.search.is_empty() {
        return Some(Offered { options: Vec::new(), extent: Extent::Search });
    }
    let asked =
        Asked { filter: question.search.clone(), count: MAX_MATCHES, ..all_of(&question.value_set, lang) };
    Some(match server.expand(asked).await.map_err(failed) {
        Ok(found) => {
            let found = found?;
            let extent = if found.is_complete { Extent::Matches } else { Extent::More };
            Offered { options: options(&found), extent }
        }
        Err(failed) => failed,
    })
}

/// Returns the request for a value set as a list.
fn all_of(value_set: &str, lang: &str) -> Asked {
    Asked { value_set: value_set.to_owned(), filter: String::new(), count: MAX_LISTED, lang: lang.to_owned() }
}

fn options(expansion: &Arc<Expansion>) -> Vec<Candidate> {
    expansion.concepts.iter().map(candidate).collect()
}

fn candidate(concept: &Concept) -> Candidate {
    let Concept { system, version, code, display } = concept;
    Candidate::coding(system, version, code, display)
}
