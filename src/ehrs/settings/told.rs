use fluent_bundle::FluentArgs;

use crate::{
    config::Problem,
    web::{Lang, Words},
};

/// What is wrong with a registration and what to do about it, in a language.
#[must_use]
pub fn tell_problem(problem: &Problem, words: &Words, lang: Lang) -> String {
    let what = told(words, lang, "problem", &problem.what);
    let fix = told(words, lang, "fix", &problem.fix);
    format!("{what} {fix}")
}

/// The message named after the words, or one for words that quote something; else the words as they are.
fn told(words: &Words, lang: Lang, kind: &str, text: &str) -> String {
    let quoting = quoting(text);
    let (key, quoted) =
        quoting.map_or_else(|| (slug(text), None), |(key, quoted)| (key.to_owned(), Some(quoted)));
    let mut args = FluentArgs::new();
    if let Some(quoted) = quoted {
        args.set("quoted", quoted);
    }
    words.find(lang, &format!("{kind}-{key}"), Some(&args)).unwrap_or_else(|| text.to_owned())
}

fn quoting(text: &str) -> Option<(&'static str, &str)> {
    if let Some(other) = text.strip_prefix("has the secret of ") {
        return Some(("has-the-secret-of", other));
    }
    if let Some(other) = text.strip_prefix("has the base URL of ") {
        return Some(("has-the-base-url-of", other));
    }
    if let Some(scope) = text.strip_prefix('"') {
        return Some(("unreadable-scope", scope.split('"').next().unwrap_or_default()));
    }
    let missing = ["launch", "openid", "fhirUser"];
    text.strip_suffix(" is missing")
        .filter(|scope| missing.contains(scope))
        .map(|scope| ("missing-scope", scope))
}

fn slug(text: &str) -> String {
    let letters = text.chars().map(|letter| match letter {
        letter if letter.is_ascii_alphanumeric() => letter.to_ascii_lowercase(),
        _ => '-',
    });
    let slug: String = letters.collect();
    slug.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::SiteFolder;

    /// Where registrations are judged.
    const SOURCES: [&str; 5] = [
        include_str!("../registration/problems.rs"),
        include_str!("../../fhir/base_url.rs"),
        include_str!("add.rs"),
        include_str!("change.rs"),
        include_str!("setting.rs"),
    ];

    /// Every sentence that stands there for people: a text with a blank that nothing is put into.
    fn sentences() -> Vec<String> {
        let code = SOURCES.map(|source| source.split("#[cfg(test)]").next().unwrap_or_default()).concat();
        let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
        let about = |line: &&str| {
            ["add(", "fix", "error(\"", "what", "=>", "\"Write", "problems"]
                .iter()
                .any(|word| line.contains(word))
                || line.trim_start().starts_with('"')
        };
        let texts =
            lines.filter(about).flat_map(|line| line.split('"').skip(1).step_by(2).collect::<Vec<_>>());
        let texts = texts.filter(|text| text.contains(' ') && text.len() > 3 && !text.contains(['{', '}']));
        texts.map(str::to_owned).collect()
    }

    /// A sentence that is new has words in French, too.
    #[test]
    fn every_problem_has_words() {
        let (words, sentences) = (Words::load(&SiteFolder::new(None)).unwrap(), sentences());
        assert!(sentences.len() > 30, "{sentences:?}");
        let said = |kind: &str, text: &str| told(&words, Lang::Fr, kind, text) != text;
        let silent: Vec<_> =
            sentences.iter().filter(|text| !said("problem", text) && !said("fix", text)).collect();
        assert!(silent.is_empty(), "without words in French: {silent:#?}");
    }

    #[test]
    fn what_is_quoted_stands_in_both_languages() {
        let problem = |what: &str| Problem {
            key: "ehr.x.y".into(),
            what: what.into(),
            fix: "Choose another id.".into(),
        };
        let words = Words::load(&SiteFolder::new(None)).unwrap();
        for (what, part) in [
            ("has the secret of lakeside", "lakeside"),
            ("has the base URL of lakeside", "lakeside"),
            ("\"patient/Patient.sr\": what follows the dot", "patient/Patient.sr"),
            ("openid is missing", "openid"),
        ] {
            for lang in Lang::ALL {
                let told = tell_problem(&problem(what), &words, lang);
                assert!(told.contains(part), "{told}");
                assert!(lang == Lang::En || !told.contains(what), "{told}");
            }
        }
    }
}
