//! Pages and messages: every page renders with its samples in both languages, every message exists in both, and French
//! punctuation has its no-break spaces.

use std::{collections::BTreeSet, fs, path::Path};

use passerelle::{
    admin::pages::{
        AuditPage, CheckPage, CodePage, ConfirmPage as AdminConfirmPage, DeliveriesPage, DeliveryPage,
        EhrFormPage, EhrPage, EhrsPage, FormConfirmPage, FormRefusedPage, FormRetirePage, FormsPage,
        InvitePage, LaunchPage, LaunchesPage, NewPasswordPage, PasswordPage, RolePage, SignInPage,
        TroubleshootingPage, UserConfirmPage, UserPage, UsersPage,
    },
    config::{Keys, KeysFile, PublicUrl},
    forms::{Answers, Chart, Library, Source, check, outline, populate},
    launch::{
        SendPage, StartPage,
        linking::{ChoicePage, ConfirmPage, LinkPage, StayedPage},
    },
    referral::{
        ChartReferralsPage, DestinationPage, DetailPage, DiscardPage, EditPage, HomePage, KeptTextPage,
        LetterPage, MinePage, MovedPage, PreviewPage, ReviewPage, SavedPage, SignedOutPage,
    },
    web::{CsrfKey, ErrorPage, Lang, Metrics, Page, SiteFolder, Web, text_mark},
};
use serde_json::{Value, json};

fn web(site: Option<&Path>) -> Web {
    let folder = std::env::temp_dir().join(format!("passerelle-pages-{}", passerelle::random::id()));
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("keys.toml");
    KeysFile::write_new(&file).unwrap();
    let keys = Keys::from_file(&file).unwrap();
    fs::remove_dir_all(&folder).unwrap();
    let public_url: PublicUrl = "https://referrals.example.ca".parse().unwrap();
    Web::new(&SiteFolder::new(site), CsrfKey::new(&keys), public_url, Metrics::default()).unwrap()
}

fn render_all<P: Page>(web: &Web, templates: &mut BTreeSet<&'static str>) {
    templates.insert(P::TEMPLATE);
    assert!(!P::samples().is_empty(), "{} has no samples", P::TEMPLATE);
    for sample in P::samples() {
        for lang in Lang::ALL {
            let html = web
                .render_sample(lang, &sample)
                .unwrap_or_else(|error| panic!("{} in {lang}: {error}", P::TEMPLATE));
            assert!(html.contains(&format!("<html lang=\"{}\"", lang.tag())), "{}", P::TEMPLATE);
            assert!(html.contains("<h1"), "{} has no heading", P::TEMPLATE);
        }
    }
}

/// UXC-04: every page template is in this list, so that none is left out.
#[test]
fn every_page_renders_in_both_languages() {
    let (web, mut seen) = (web(None), BTreeSet::new());
    render_all::<ErrorPage>(&web, &mut seen);
    render_all::<FormsPage>(&web, &mut seen);
    render_all::<FormRefusedPage>(&web, &mut seen);
    render_all::<FormRetirePage>(&web, &mut seen);
    render_all::<FormConfirmPage>(&web, &mut seen);
    render_all::<PreviewPage>(&web, &mut seen);
    render_all::<LinkPage>(&web, &mut seen);
    render_all::<ConfirmPage>(&web, &mut seen);
    render_all::<ChoicePage>(&web, &mut seen);
    render_all::<StayedPage>(&web, &mut seen);
    render_all::<SendPage>(&web, &mut seen);
    render_all::<StartPage>(&web, &mut seen);
    render_all::<HomePage>(&web, &mut seen);
    render_all::<EditPage>(&web, &mut seen);
    render_all::<DestinationPage>(&web, &mut seen);
    render_all::<LetterPage>(&web, &mut seen);
    render_all::<ReviewPage>(&web, &mut seen);
    render_all::<DetailPage>(&web, &mut seen);
    render_all::<ChartReferralsPage>(&web, &mut seen);
    render_all::<MinePage>(&web, &mut seen);
    render_all::<SavedPage>(&web, &mut seen);
    render_all::<MovedPage>(&web, &mut seen);
    render_all::<KeptTextPage>(&web, &mut seen);
    render_all::<DiscardPage>(&web, &mut seen);
    render_all::<SignedOutPage>(&web, &mut seen);
    render_all::<SignInPage>(&web, &mut seen);
    render_all::<EhrsPage>(&web, &mut seen);
    render_all::<LaunchPage>(&web, &mut seen);
    render_all::<DeliveriesPage>(&web, &mut seen);
    render_all::<AuditPage>(&web, &mut seen);
    render_all::<DeliveryPage>(&web, &mut seen);
    render_all::<LaunchesPage>(&web, &mut seen);
    render_all::<TroubleshootingPage>(&web, &mut seen);
    render_all::<EhrPage>(&web, &mut seen);
    render_all::<CheckPage>(&web, &mut seen);
    render_all::<EhrFormPage>(&web, &mut seen);
    render_all::<AdminConfirmPage>(&web, &mut seen);
    render_all::<UsersPage>(&web, &mut seen);
    render_all::<UserPage>(&web, &mut seen);
    render_all::<InvitePage>(&web, &mut seen);
    render_all::<CodePage>(&web, &mut seen);
    render_all::<RolePage>(&web, &mut seen);
    render_all::<UserConfirmPage>(&web, &mut seen);
    render_all::<PasswordPage>(&web, &mut seen);
    render_all::<NewPasswordPage>(&web, &mut seen);
    for room in ["admin", "launch", "referral"] {
        for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("templates").join(room)).unwrap()
        {
            let name = format!("{room}/{}", entry.unwrap().file_name().to_string_lossy());
            let text =
                fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("templates").join(&name))
                    .unwrap();
            let is_page = text.contains("{% extends");
            assert!(!is_page || seen.contains(name.as_str()), "{name} is a page that nothing renders here");
        }
    }
}

/// Buttons that send the form with this attribute text, in tree order: Enter in a field presses the first one, or in some
/// browsers the first one that is enabled.
fn buttons<'h>(html: &'h str, form: &str) -> Vec<&'h str> {
    let start = html.find(&format!("<form {form}")).unwrap_or_else(|| panic!("no form {form}"));
    let end = start + html[start..].find("</form>").expect("the form ends");
    let id = form.split("id=\"").nth(1).and_then(|rest| rest.split('"').next());
    let owned = |at: usize, tag: &str| {
        let named = id.is_some_and(|id| tag.contains(&format!(" form=\"{id}\"")));
        !tag.contains("type=\"button\"")
            && (named || ((start..end).contains(&at) && !tag.contains(" form=\"")))
    };
    let buttons = html.match_indices("<button").map(|(at, _)| (at, html[at..].split('>').next().unwrap()));
    buttons.filter(|(at, tag)| owned(*at, tag)).map(|(_, tag)| tag).collect()
}

/// Enter in a field neither sends a referral nor switches the language.
#[test]
fn enter_in_a_field_presses_a_harmless_button() {
    let web = web(None);
    for lang in Lang::ALL {
        for page in EditPage::samples() {
            let html = web.render_sample(lang, &page).unwrap();
            let buttons = buttons(&html, "id=\"referral\"");
            let enabled = buttons.iter().find(|button| !button.contains(" disabled")).unwrap();
            assert!(buttons[0].contains(" disabled") && enabled.contains("value=\"save\""), "{buttons:?}");
        }
        for page in ReviewPage::samples().into_iter().filter(|page| page.may_sign && page.problems.is_empty())
        {
            let html = web.render_sample(lang, &page).unwrap();
            if html.contains("<form id=\"send\"") {
                assert!(buttons(&html, "id=\"send\"")[0].contains("name=\"check\""));
            }
        }
    }
}

/// A page with problems says so in its title.
#[test]
fn titles_begin_with_the_error() {
    let web = web(None);
    for (lang, begins) in [(Lang::En, "<title>Error: "), (Lang::Fr, "<title>Erreur\u{a0}: ")] {
        let html = web.render_sample(lang, &EditPage::samples()[0]).unwrap();
        assert!(html.contains(begins), "{lang}");
        let unconfirmed = ReviewPage::samples().into_iter().find(|page| page.unconfirmed).unwrap();
        assert!(web.render_sample(lang, &unconfirmed).unwrap().contains(begins), "{lang}");
    }
}

fn keys(lang: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales").join(lang);
    let mut keys = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        for line in fs::read_to_string(entry.unwrap().path()).unwrap().lines() {
            let is_message = line.starts_with(|c: char| c.is_ascii_lowercase());
            if let Some((key, _)) = line.split_once('=').filter(|_| is_message) {
                assert!(keys.insert(key.trim().to_owned()), "{key} is defined twice in {lang}");
            }
        }
    }
    keys
}

#[test]
fn every_message_exists_in_both_languages() {
    let (english, french) = (keys("en"), keys("fr"));
    let only = |a: &BTreeSet<String>, b: &BTreeSet<String>| a.difference(b).cloned().collect::<Vec<_>>();
    assert!(english.len() > 200, "the messages were not found");
    assert_eq!(only(&english, &french), Vec::<String>::new(), "missing in French");
    assert_eq!(only(&french, &english), Vec::<String>::new(), "missing in English");
}

/// French typography: a no-break space before `:` and inside « », a narrow one before `;`, `?` and `!`, so that no line
/// begins with a sign. Returns the part of `line` that breaks the rule.
fn wrong_space(line: &str) -> Option<String> {
    let signs: Vec<char> = line.chars().collect();
    let at = |index: usize| signs.get(index).copied();
    (0..signs.len()).find_map(|index| {
        let before = index.checked_sub(1).and_then(at);
        // Inside an address or a time of day a sign is not punctuation.
        let ends = at(index + 1).is_none_or(|next| !next.is_alphanumeric() && next != '/');
        let fine = match signs[index] {
            ':' if ends => before == Some('\u{a0}'),
            ';' | '?' | '!' if ends => before == Some('\u{202f}'),
            '»' => before == Some('\u{a0}'),
            '«' => at(index + 1) == Some('\u{a0}'),
            _ => true,
        };
        (!fine).then(|| signs[index.saturating_sub(20)..(index + 2).min(signs.len())].iter().collect())
    })
}

#[test]
fn puts_no_break_spaces_into_every_french_message() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales/fr");
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        for line in fs::read_to_string(&path).unwrap().lines().filter(|line| !line.starts_with('#')) {
            let begins = line.starts_with(|c: char| c.is_ascii_lowercase());
            let (key, text) = line.split_once(" = ").filter(|_| begins).unwrap_or(("", line));
            seen += 1;
            let text = text.replace("\\u00A0", "\u{a0}").replace("\\u202F", "\u{202f}");
            wrong.extend(wrong_space(&text).map(|at| format!("{}: {key}: {at}", path.display())));
        }
    }
    assert!(seen > 500, "the French messages were not found");
    assert_eq!(wrong, Vec::<String>::new());
}

/// Words that another French word was chosen for: `docs/glossary.md` has the word for each thing.
const OTHER_WORDS: [&str; 9] = [
    "journal d’audit",
    "signes d’alerte",
    "signe d’alerte",
    "destination souhaitée",
    "tentative de lancement",
    "évènement",
    "ébauche",
    "rechercher",
    "paramètre forms",
];

#[test]
fn uses_one_french_word_for_each_thing() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut wrong = Vec::new();
    for folder in ["locales/fr", "config/forms"] {
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap().to_lowercase();
            let found = OTHER_WORDS.into_iter().filter(|word| text.contains(word));
            wrong.extend(found.map(|word| format!("{}: {word}", path.display())));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// Texts of `translation` extensions, in the order of the file.
fn translations(json: &Value, found: &mut Vec<String>) {
    let is_translation = json["url"].as_str().is_some_and(|url| url.ends_with("/translation"));
    let parts = json["extension"].as_array().into_iter().flatten().filter(|_| is_translation);
    let content = parts.filter(|part| part["url"] == "content");
    found.extend(content.filter_map(|part| part["valueString"].as_str().map(str::to_owned)));
    match json {
        Value::Object(members) => members.values().for_each(|member| translations(member, found)),
        Value::Array(items) => items.iter().for_each(|item| translations(item, found)),
        _ => {}
    }
}

#[test]
fn puts_no_break_spaces_into_the_french_of_shipped_forms_and_services() {
    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    let forms = fs::read_dir(config.join("forms")).unwrap().map(|entry| entry.unwrap().path());
    for path in forms.chain([config.join("directory.json")]) {
        let file = path.display();
        let (json, mut texts) = (fs::read_to_string(&path).unwrap(), Vec::new());
        translations(&serde_json::from_str(&json).unwrap(), &mut texts);
        assert!(texts.len() > 20, "{file}: the French texts were not found");
        let wrong: Vec<String> = texts.iter().filter_map(|text| wrong_space(text)).collect();
        assert_eq!(wrong, Vec::<String>::new(), "{file}");
    }
}

#[test]
fn catches_an_ordinary_space_before_french_punctuation() {
    for wrong in [
        "Arrêt : deux",
        "Supprimer?",
        "Supprimer ?",
        "Oui\u{a0}; non",
        "non!",
        "« oui »",
        "«\u{a0}oui »",
        "lire:",
    ] {
        assert!(wrong_space(wrong).is_some(), "{wrong}");
    }
    for fine in [
        "Arrêt\u{a0}: deux",
        "Où\u{202f}?",
        "«\u{a0}oui\u{a0}»",
        "https://ehr.example.ca",
        "AAAA-MM-JJ HH:MM",
        "{ $n }\u{202f};",
    ] {
        assert_eq!(wrong_space(fine), None, "{fine}");
    }
}

/// Adds a template with an unknown message.
#[test]
fn reports_a_missing_message_as_an_error() {
    let folder = std::env::temp_dir().join(format!("passerelle-site-{}", passerelle::random::id()));
    fs::create_dir_all(folder.join("templates")).unwrap();
    fs::write(folder.join("templates/error.html"), "<h1>{{ t(key=\"no-such-message\") }}</h1>").unwrap();
    let error = web(Some(&folder)).render_sample(Lang::Fr, &ErrorPage::samples()[0]).unwrap_err();
    fs::remove_dir_all(&folder).unwrap();
    assert!(error.contains("no-such-message"), "{error}");
}

/// SEC-04: text from outside is escaped: markup and template syntax have no effect.
#[test]
fn escapes_text_of_a_chart() {
    let nasty = "<script>alert(1)</script>{{ 7*7 }}\"'";
    let page = LinkPage { arrived_as: nasty.into(), ehr: nasty.into(), ..LinkPage::samples().remove(0) };
    let html = web(None).render_sample(Lang::En, &page).unwrap();
    assert!(!html.contains("<script>alert"), "{html}");
    assert!(html.contains("{{ 7*7 }}") && !html.contains("49"), "{html}");
}

/// Returns the resources of a chart whose every text holds the name and characters that are special in HTML.
fn chart_of(name: &str) -> Chart {
    fn mark(value: &mut Value, name: &str) {
        match value {
            Value::Object(members) => members.iter_mut().for_each(|(key, value)| {
                let is_text = matches!(key.as_str(), "family" | "value" | "name" | "display" | "text");
                match value {
                    Value::String(text) if is_text => *text = format!("{text} {name} <b>&\"'\u{e000}"),
                    value => mark(value, name),
                }
            }),
            Value::Array(values) => values.iter_mut().for_each(|value| mark(value, name)),
            _ => {}
        }
    }
    let fixture = include_str!("fixtures/forms/chart.json");
    let sources: serde_json::Map<String, Value> = serde_json::from_str(fixture).unwrap();
    let mut chart = Chart::new();
    for (source, mut resource) in sources {
        mark(&mut resource, name);
        let read_at = "2026-09-02T13:14:30Z".parse().unwrap();
        chart.insert(source, Source::Loaded { resource: resource.into(), read_at });
    }
    chart
}

/// Markup that is shared by several patients is that of each patient alone, with the texts of this patient.
#[test]
fn writes_the_texts_of_each_patient_into_shared_markup() {
    let (web, library) = (web(None), Library::built_in().unwrap());
    let form = library.get("cardiology-consult").unwrap();
    let now = "2026-09-02T09:20:00-04:00[America/Toronto]".parse().unwrap();
    let mut shared = 0;
    for name in ["Éléonore", "Marc-André", "Éléonore"] {
        let prefill = populate(form, &chart_of(name), &now);
        let mut answers = Answers::from_prefill(form, &prefill);
        answers.set("concern", vec![format!("\n{name} </textarea><script>")]);
        answers.set("phone", vec![format!("{name} \" onfocus=\"x")]);
        for lang in Lang::ALL {
            let problems = check(form, &answers, &prefill);
            let outline = outline(form, &answers, &prefill, &problems, lang.code());
            for section in outline.sections() {
                for (part, item) in section.parts.iter().map(|part| (part, outline.item(part))) {
                    let whole = web.piece("referral/form_item.html", lang, &item, &[]).unwrap();
                    let mut content = item.clone();
                    let Some(texts) = content.take_texts(text_mark) else { continue };
                    shared += usize::from(!texts.is_empty());
                    let left = serde_json::to_string(&content).unwrap();
                    assert!(!left.contains(name) || content.problem.is_some(), "{left}");
                    let look = outline.look(part, &content);
                    let html =
                        web.piece_around("referral/form_item.html", lang, &look, &content, &texts).unwrap();
                    assert_eq!(json!(html), json!(whole), "{}", item.place);
                }
            }
        }
    }
    assert!(shared > 60, "{shared}");
}
