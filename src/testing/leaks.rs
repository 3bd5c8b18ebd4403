//! Search for leaked secrets and patient data after a refused launch.

use super::{Landing, Page, TestApp, store};

/// Values of Éléonore's chart that no error page, log or audit event may contain.
const PATIENT: [&str; 3] = ["Tremblay", "leonore", "9512345670"];
/// Length from which a part of a secret cannot appear by chance.
const TELLING: usize = 20;

impl TestApp {
    /// Every secret that a test knows: values that travelled through the browser, secrets issued by the EHRs, and the
    /// app's own credentials.
    #[must_use]
    pub fn secrets(&self, landing: &Landing) -> Vec<String> {
        let mut secrets = landing.secrets();
        for ehr in [Some(self.ehr()), self.second()].into_iter().flatten() {
            secrets.push(ehr.client_secret.clone());
            secrets.extend(ehr.issued_secrets());
            for request in ehr.recorded() {
                let form = request.form().into_iter();
                let own = ["code_verifier", "client_assertion"];
                secrets.extend(form.filter(|(name, _)| own.contains(&&**name)).map(|(_, value)| value));
                secrets.extend(
                    request
                        .header("authorization")
                        .map(|value| value.split(' ').next_back().unwrap_or_default().to_owned()),
                );
            }
        }
        secrets.retain(|secret| secret.len() > 8);
        secrets.sort_unstable();
        secrets.dedup();
        secrets
    }

    /// Asserts that a refused launch left no secret and no patient data behind: in no header or body of the app, in
    /// nothing logged since this app began, in no metric, in no column.
    pub(super) async fn assert_nothing_leaked(&self, landing: &Landing, correlation_id: &str) {
        let secrets = self.secrets(landing);
        let (secrets, travelled) = (Leaks::of(&secrets), landing.secrets());
        for page in &landing.pages {
            if page.url.origin().ascii_serialization() == self.origin() {
                secrets.assert_absent(page.url.path(), &without_location(page));
                // Secrets may be in the redirect to the EHR, which carries them.
                secrets.but(&travelled).assert_absent("an address", page.header("location"));
            }
        }
        let log = self.logged();
        secrets.assert_unsaid("the log", &log);
        let lines: Vec<&str> = log.lines().filter(|line| line.contains(correlation_id)).collect();
        secrets.assert_absent("the log", &lines.join("\n"));
        secrets.assert_absent("the metrics", &self.counted().await);
        let tables = self.within(async |app| store::dump(app.db()).await).await;
        for (table, bytes) in tables.expect("the tables are read") {
            secrets.assert_absent(table, &String::from_utf8_lossy(&bytes));
        }
    }
}

/// Texts that reveal a secret: the secret itself, and the parts of it that stay the same in every encoding.
struct Leaks<'s>(Vec<&'s str>);

impl<'s> Leaks<'s> {
    fn of(secrets: &'s [String]) -> Self {
        let unchanged = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
        let parts = |secret: &'s String| {
            let parts = secret.split(move |letter| !unchanged(letter));
            let long = parts.filter(|part| part.len() >= TELLING);
            long.flat_map(|part| [&part[..TELLING], &part[part.len() - TELLING..]]).chain([secret.as_str()])
        };
        Self(secrets.iter().flat_map(parts).collect())
    }

    /// Removes secrets that travelled with these.
    fn but(&self, travelled: &[String]) -> Self {
        Self(self.0.iter().copied().filter(|leak| !travelled.iter().any(|it| it.contains(leak))).collect())
    }

    /// Asserts that neither secrets nor patient data appear.
    fn assert_absent(&self, place: &str, text: &str) {
        self.assert_unsaid(place, text);
        Leaks(PATIENT.to_vec()).assert_unsaid(place, text);
    }

    fn assert_unsaid(&self, place: &str, text: &str) {
        for leak in &self.0 {
            let line = text.lines().find(|line| line.contains(leak)).unwrap_or_default();
            assert!(!text.contains(leak), "{place} leaks {leak}: {line}");
        }
    }
}

/// Headers and body, without the target of a redirect.
fn without_location(page: &Page) -> String {
    let headers = page.headers.iter().filter(|(name, _)| *name != "location");
    let lines =
        headers.map(|(name, value)| format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes())));
    format!("{}\n{}", lines.collect::<String>(), page.body)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// O2: finds a secret by its parts, however it is encoded and where it is cut.
    #[test]
    fn finds_a_secret_in_other_spellings_and_cut() {
        let secrets = [
            "abcdefghijklmnopqrstuv+%2F =&é:".to_owned(),
            "eyJh.Y2xhaW1zLWNsYWltcyBvZiBzb21lYm9keQ.c2ln".to_owned(),
        ];
        let leaks = Leaks::of(&secrets);
        for (text, found) in [
            ("x=abcdefghijklmnopqrstuv%2B%252F", true),
            ("x=abcdefghijklmnopqrst…", true),
            ("x=…ltcyBvZiBzb21lYm9keQ", true),
            ("claims Y2xhaW1zLWNsYWltcyBvZiBzb21lYm9keQ", true),
            ("eyJh. and c2ln, too short to tell", false),
        ] {
            assert_eq!(leaks.0.iter().any(|leak| text.contains(leak)), found, "{text}");
        }
    }

    #[test]
    fn leaves_out_what_travels() {
        let (code, token) = ("c".repeat(30), "t".repeat(30));
        let secrets = [code.clone(), token.clone()];
        let kept = Leaks::of(&secrets).but(&[code]).0;
        assert!(kept.contains(&&*token) && kept.iter().all(|leak| token.contains(leak)), "{kept:?}");
    }
}
