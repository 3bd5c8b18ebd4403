//! Problems of a registration, each with a stable code and its words in the messages.

use std::sync::LazyLock;

use fluent_bundle::FluentArgs;

use crate::{
    config::{Problem, Problems},
    error_codes::codes,
    web::{Lang, Words},
};

codes! {
    /// Problem of a registration. Its words are the messages `error-{code}` and `error-{code}-fix`.
    pub enum RegistrationProblem {
        IdNotSlug = "registration-id-not-slug";
        IdTaken = "registration-id-taken";
        NameEmpty = "registration-name-empty";
        OriginsInvalid = "registration-origins-invalid";
        BaseScheme = "registration-base-scheme";
        BaseHost = "registration-base-host";
        BasePath = "registration-base-path";
        BaseTooLong = "registration-base-too-long";
        BasePlainHttp = "registration-base-plain-http";
        BaseShared = "registration-base-shared";
        NetworksNotPrivate = "registration-networks-not-private";
        NetworkInvalid = "registration-network-invalid";
        CertificatesUnusable = "registration-certificates-unusable";
        ClientIdEmpty = "registration-client-id-empty";
        SecretWithKeys = "registration-secret-with-keys";
        SecretMissing = "registration-secret-missing";
        SecretMissingNewBase = "registration-secret-missing-new-base";
        SecretShared = "registration-secret-shared";
        KeysSettingWithoutKeys = "registration-keys-setting-without-keys";
        WriteOrdersWithoutKeys = "registration-write-orders-without-keys";
        RawEncodingWithColon = "registration-raw-encoding-with-colon";
        ScopeInvalid = "registration-scope-invalid";
        ScopeMissing = "registration-scope-missing";
        ScopesBothRefresh = "registration-scopes-both-refresh";
        IssuerMissingStatic = "registration-issuer-missing-static";
        IssuerMissingStatement = "registration-issuer-missing-statement";
        IssuerMissingKind = "registration-issuer-missing-kind";
        SettingUnknown = "registration-setting-unknown";
        FlagInvalid = "registration-flag-invalid";
        ChoiceInvalid = "registration-choice-invalid";
        ValueMissing = "registration-value-missing";
        FileUnreadable = "registration-file-unreadable";
        FileInvalid = "registration-file-invalid";
        TableInvalid = "registration-table-invalid";
        IdTwice = "registration-id-twice";
        CaFileUnusable = "registration-ca-file-unusable";
        SecretFileUnusable = "registration-secret-file-unusable";
    }
}

/// English words for commands and start-up, from the shipped messages.
static ENGLISH: LazyLock<Words> = LazyLock::new(Words::built_in);

impl RegistrationProblem {
    /// Adds this problem of one setting. `value` is quoted by the messages of some problems.
    pub(in crate::ehrs) fn add_to(self, problems: &mut Problems, key: &str, value: Option<&str>) {
        let (what, fix) = self.words(&ENGLISH, Lang::En, value.unwrap_or_default());
        problems.push(Problem {
            key: key.to_owned(),
            what,
            fix,
            code: Some(self.code()),
            value: value.map(str::to_owned),
        });
    }

    /// Text and fix in one language.
    fn words(self, words: &Words, lang: Lang, value: &str) -> (String, String) {
        let mut args = FluentArgs::new();
        args.set("value", value.to_owned());
        let text = |key: String| words.find(lang, &key, Some(&args)).unwrap_or(key);
        let key = format!("error-{}", self.code());
        (text(key.clone()), text(format!("{key}-fix")))
    }

    /// Finds the problem with this code.
    fn find(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|problem| problem.code() == code)
    }
}

/// Localizes a problem of a registration: text, then fix. A problem without a code is returned in English.
#[must_use]
pub fn localize_problem(problem: &Problem, words: &Words, lang: Lang) -> String {
    let value = problem.value.as_deref().unwrap_or_default();
    let (what, fix) = match problem.code.and_then(RegistrationProblem::find) {
        Some(known) => known.words(words, lang, value),
        None => (problem.what.clone(), problem.fix.clone()),
    };
    format!("{what} {fix}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_words_and_a_fix_in_both_languages() {
        for problem in RegistrationProblem::ALL {
            let mut problems = Problems::default();
            problem.add_to(&mut problems, "ehr.x.y", Some("VALUE"));
            let localized = Lang::ALL.map(|lang| localize_problem(&problems.list()[0], &ENGLISH, lang));
            assert!(localized.iter().all(|text| !text.contains("error-")), "{localized:?}");
            assert_ne!(localized[0], localized[1], "{problem:?}");
        }
    }

    #[test]
    fn quotes_the_value_in_both_languages() {
        for problem in [
            RegistrationProblem::SecretShared,
            RegistrationProblem::BaseShared,
            RegistrationProblem::ScopeMissing,
        ] {
            let mut problems = Problems::default();
            problem.add_to(&mut problems, "ehr.x.y", Some("lakeside"));
            for lang in Lang::ALL {
                let text = localize_problem(&problems.list()[0], &ENGLISH, lang);
                assert!(text.contains("lakeside"), "{text}");
            }
        }
    }
}
