//! Documents that go as a title only: the clinician confirms to send them another way, and the message says so.

use crate::{
    forms::{Form, ReadableAnswer, readable},
    referral::draft::Referral,
};

/// Returns the answers of a referral, closed by the titles of the documents that are sent another way.
pub(super) fn readable_with_separate(
    form: &Form,
    referral: &Referral,
    titles: &[String],
    lang: &str,
) -> Vec<ReadableAnswer> {
    let answers = readable(form, &referral.answers, &referral.snapshot.prefill, lang);
    answers.into_iter().chain(separate_line(titles, lang)).collect()
}

/// Returns the line about the documents with these titles. `None` if there are none.
fn separate_line(titles: &[String], lang: &str) -> Option<ReadableAnswer> {
    let (section, label) = match lang.starts_with("fr") {
        true => (
            "Documents envoyés autrement",
            "Titre seulement ici\u{202f}; l’expéditeur envoie le contenu autrement",
        ),
        false => ("Documents sent another way", "Title only here; the sender sends the content another way"),
    };
    (!titles.is_empty()).then(|| ReadableAnswer {
        section: section.to_owned(),
        label: label.to_owned(),
        value: titles.join("; "),
        items: if titles.len() > 1 { titles.to_vec() } else { Vec::new() },
        ..ReadableAnswer::default()
    })
}
