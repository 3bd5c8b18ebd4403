//! Letters as readers of PDF see them.

use std::process::Command;

use super::{
    enclosure::{Enclosed, Enclosure},
    error::Unusable,
    press::{Paper, Press},
};

/// Page of a letter with this content.
fn page(main: &str) -> String {
    format!(
        "<!doctype html><html lang=\"fr-CA\"><head><title>Lettre</title></head><body>\
         <header><b>TREMBLAY, Éléonore</b> · 5555 123 456</header><main><h1>Cardiologie</h1>{main}</main>\
         <aside><p>Certains caractères manquent.</p></aside>\
         <footer>Page {{page}} sur {{pages}}</footer></body></html>"
    )
}

async fn drawn(main: &str) -> Vec<u8> {
    Press::default().draw(Paper { html: page(main), ..Paper::default() }).await.unwrap()
}

/// Output of a program of poppler-utils for a PDF.
fn poppler(program: &str, arguments: &[&str], pdf: &[u8]) -> String {
    let file = std::env::temp_dir().join(format!("passerelle-letter-{}.pdf", crate::random::id()));
    std::fs::write(&file, pdf).unwrap();
    let output = Command::new(program).args(arguments).arg(&file).arg("-").output();
    let output = output.expect("poppler-utils is installed");
    std::fs::remove_file(&file).unwrap();
    String::from_utf8(output.stdout).unwrap()
}

fn text(pdf: &[u8]) -> String {
    poppler("pdftotext", &["-layout"], pdf)
}

fn info(pdf: &[u8], arguments: &[&str]) -> String {
    let file = std::env::temp_dir().join(format!("passerelle-letter-{}.pdf", crate::random::id()));
    std::fs::write(&file, pdf).unwrap();
    let output =
        Command::new("pdfinfo").args(arguments).arg(&file).output().expect("poppler-utils is installed");
    std::fs::remove_file(&file).unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[actix_web::test]
async fn draws_a_tagged_letter_with_its_title_and_language() {
    let pdf = drawn("<h2>Motif</h2><p>Douleur <b>forte</b></p><ul><li>Un</li></ul>").await;
    let found = info(&pdf, &[]);
    for line in
        ["Title:           Lettre", "Tagged:          yes", "Pages:           1", "612 x 792 pts (letter)"]
    {
        assert!(found.contains(line), "{line} is not in {found}");
    }
    let tags = info(&pdf, &["-struct-text"]);
    for tag in ["H1", "H2", "LI", "Lbl", "LBody", "\"Douleur \"", "\"forte\""] {
        assert!(tags.contains(tag), "{tag} is not in {tags}");
    }
    assert!(!tags.contains("TREMBLAY"), "the line at the top of each page is no content: {tags}");
    assert!(String::from_utf8_lossy(&pdf).contains("/Lang"));
}

#[actix_web::test]
async fn repeats_the_patient_and_the_head_of_a_table_on_every_page() {
    let rows: String = (1..=220)
        .fold(String::new(), |rows, row| rows + &format!("<tr><td>{row}</td><td>Potassium</td></tr>"));
    let table =
        format!("<table><thead><tr><th>No</th><th>Analyse</th></tr></thead><tbody>{rows}</tbody></table>");
    let pdf = drawn(&table).await;
    let text = text(&pdf);
    let pages: Vec<&str> = text.trim_end_matches('\u{c}').split('\u{c}').collect();
    assert!(pages.len() > 3, "{}", pages.len());
    for (index, page) in pages.iter().enumerate() {
        assert!(page.contains("TREMBLAY, Éléonore · 5555 123 456"), "{page}");
        assert!(page.contains("Analyse"), "{page}");
        assert!(page.contains(&format!("Page {} sur {}", index + 1, pages.len())), "{page}");
    }
    assert!((1..=220).all(|row| text.contains(&format!("{row} "))));
}

#[actix_web::test]
async fn keeps_characters_without_a_glyph_for_those_who_copy_or_listen() {
    let pdf = drawn("<p>Nom : 王秀英</p>").await;
    assert!(text(&pdf).contains("Certains caractères manquent."), "{}", text(&pdf));
    let raw = poppler("pdftotext", &[], &pdf);
    assert!(raw.contains('王') && raw.contains('英'), "{raw}");
    assert!(!text(&drawn("<p>Nom : ᐃᓄᒃᑎᑐᑦ</p>").await).contains("Certains"));
}

#[actix_web::test]
async fn appends_the_pages_of_a_document() {
    let document = drawn(&"<p>Rapport annexé</p>".repeat(90)).await;
    let press = Press::default();
    let file = press.read(document).await.unwrap().unwrap();
    assert_eq!(file.pages(), 3);
    let files = vec![Enclosed { file, caption: "ECG.pdf ({page})".into() }];
    let pdf = press.draw(Paper { html: page("<p>Lettre</p>"), files, ..Paper::default() }).await.unwrap();
    let text = text(&pdf);
    assert!(info(&pdf, &[]).contains("Pages:           4"));
    assert!(
        text.contains("Rapport annexé") && text.contains("ECG.pdf (3)") && text.contains("Page 4 sur 4"),
        "{text}"
    );
}

#[actix_web::test]
async fn refuses_documents_whose_copy_would_lack_something() {
    let press = Press::default();
    let refused = async |bytes: &[u8]| press.read(bytes.to_vec()).await.unwrap().err();
    assert_eq!(refused(b"%PDF-1.7 nothing").await, Some(Unusable::Damaged));
    assert_eq!(refused(b"GIF89a").await, Some(Unusable::Damaged));
    let with = |page: &str, catalog: &str| {
        format!(
            "%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R{catalog}>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
             3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]{page}>>endobj\ntrailer<</Root 1 0 R>>\n"
        )
    };
    assert_eq!(refused(with("", "").as_bytes()).await, None);
    assert_eq!(refused(with("/Annots[<</Subtype/Link>>]", "").as_bytes()).await, None);
    for (page, catalog) in [
        ("/Annots[<</Subtype/Widget/FT/Tx/V(120)>>]", ""),
        ("/Annots[<</Subtype/FreeText>>]", ""),
        ("", "/OCProperties<</D<<>>>>"),
        ("", "/AcroForm<</XFA[]>>"),
    ] {
        assert_eq!(
            refused(with(page, catalog).as_bytes()).await,
            Some(Unusable::Fillable),
            "{page}{catalog}"
        );
    }
}

/// Arrays in arrays, a hundred thousand deep: a parser that follows them ends the process.
#[actix_web::test]
async fn survives_a_document_that_nests_without_end() {
    let press = Press::default();
    let nested = |open: &str, close: &str| format!("{}{}", open.repeat(100_000), close.repeat(100_000));
    for value in [nested("[", "]"), nested("<</A", ">>"), "[".repeat(100_000)] {
        for place in [
            format!("/Resources<</Font<</F {value}>>>>"),
            format!("/Group {value}"),
            format!("/Annots {value}"),
        ] {
            let document = format!(
                "%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
                 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 5 0 R/Resources<</XObject<</X 4 0 R>>>>{place}>>endobj\n\
                 4 0 obj {value} endobj\n5 0 obj<</Length 5>>stream\n/X Do\nendstream endobj\ntrailer<</Root 1 0 R>>\n"
            );
            let read = press.read(document.into_bytes()).await.unwrap();
            if let Ok(file) = read {
                let files = vec![Enclosed { file, caption: "Nested".into() }];
                press.draw(Paper { html: page(""), files, ..Paper::default() }).await.unwrap();
            }
        }
    }
}

#[test]
fn reads_no_fonts_before_a_letter_is_drawn() {
    assert!(size_of::<Press>() <= size_of::<usize>() && size_of::<Enclosure>() < 128);
}
