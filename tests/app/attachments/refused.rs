//! Tests of files that are refused, of limits, and of what is kept meanwhile.

use std::{fs, io::Cursor};

use image::{DynamicImage, RgbImage};
use jiff::SignedDuration;
use passerelle::testing::{FormFields, Scratch};

use super::{PDF, attach, contains, form, objects, photo, setup};
use crate::referral::{delivered, send, to_summary};

#[actix_web::test]
async fn refuses_files_with_a_reason_and_keeps_the_text() {
    let folder = Scratch::new();
    let limits = "[attachments]\nfile_megabytes = 1\nreferral_megabytes = 2\nmegapixels = 1\n";
    let attachments = format!("{limits}folder = {:?}\n", folder.path().join("attachments"));
    let app = setup(&folder).settings(&attachments).start().await;
    let mut browser = app.browser();
    let mut form = form(&app, &mut browser).await;
    form.set("a.after", "typed after the file");
    let mut wide = Cursor::new(Vec::new());
    DynamicImage::from(RgbImage::new(2_000, 600)).write_to(&mut wide, image::ImageFormat::Png).unwrap();
    let (large, wide) = (vec![0xFF; 1_500_000], wide.into_inner());
    let locked = b"%PDF-1.4\nnot a document";
    for (place, name, content, reason) in [
        ("photos", "large.jpg", &large[..], "large.jpg was not attached: it is larger than 1 MB"),
        ("photos", "wide.png", &wide, "more than 1 million pixels"),
        ("photos", "virus.exe.jpg", b"MZ\x90\0 program", "not of a type that can be"),
        ("photos", "IMG_1.HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "few clinics can open HEIC"),
        ("photos", "photo.jpg", PDF, "does not accept files of its type"),
        (
            "photos",
            "broken.jpg",
            b"\xFF\xD8\xFF\xE0 broken",
            "broken.jpg was not attached: the file is damaged",
        ),
        ("report", "report.pdf", locked, "the file is damaged"),
        ("photos", "empty.jpg", b"", "the file is empty"),
    ] {
        let (page, after) = attach(&mut browser, &form, &[(place, name, content)]).await;
        assert_eq!(page.status, 422, "{name}: {}", page.text());
        assert!(page.text().contains(reason), "{name}: {}", page.text());
        assert!(page.body.contains(&format!("href=\"#f-{place}\"")), "the summary leads to the question");
        for (field, text) in [("a.concern", "A mole that changes"), ("a.after", "typed after the file")] {
            assert_eq!(after.value(field), text, "{name}");
        }
        form = after;
    }
    assert_eq!((app.count("attachments").await, objects(&app).len()), (0, 0));
}

#[actix_web::test]
async fn limits_number_and_total_of_files() {
    let folder = Scratch::new();
    let attachments = format!("[attachments]\nfiles = 3\nfolder = {:?}\n", folder.path().join("attachments"));
    let app = setup(&folder).settings(&attachments).start().await;
    let mut browser = app.browser();
    let form = form(&app, &mut browser).await;
    let (page, form) =
        attach(&mut browser, &form, &[("report", "1.pdf", PDF), ("report", "2.pdf", PDF)]).await;
    assert!(page.text().contains("2.pdf was not attached: this question takes one file"), "{}", page.text());
    assert!(!page.body.contains("name=\"file.report\""), "no field for a second one");
    let photo = photo();
    let four = ["1.jpg", "2.jpg", "3.jpg"].map(|name| ("photos", name, &photo[..]));
    let (page, _) = attach(&mut browser, &form, &four).await;
    assert!(page.text().contains("3.jpg was not attached: at most 3 files can be"), "{}", page.text());
    assert_eq!(app.count("attachments").await, 3);
}

#[actix_web::test]
async fn keeps_the_text_of_an_upload_after_the_session_ended() {
    let folder = Scratch::new();
    let app = setup(&folder).start().await;
    let mut browser = app.browser();
    let form = form(&app, &mut browser).await;
    let (_, mut form) = attach(&mut browser, &form, &[("report", "r.pdf", PDF)]).await;
    app.advance(SignedDuration::from_mins(16));
    form.set("a.concern", "typed after the end");
    let answer = browser.send(form.with_files(&[("photos", "1.jpg", &photo())])).await;
    assert_eq!(answer.status, 401);
    assert!(answer.text().contains("your text is saved"), "{}", answer.text());
    assert!(answer.text().contains("The files that you chose were not attached"), "{}", answer.text());
    assert_eq!(app.count("attachments").await, 1);
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let action = form.action.split("/referrals/").nth(1).unwrap();
    let page = browser.get(&format!("/c/{}/referrals/{action}", landing.context())).await;
    let draft = FormFields::read(&page);
    assert_eq!(draft.value("a.concern"), "typed after the end");
    assert!(page.text().contains("r.pdf"), "an earlier file is kept: {}", page.text());
}

#[actix_web::test]
async fn stops_sending_while_the_content_of_a_file_is_missing() {
    let folder = Scratch::new();
    let app = setup(&folder).start().await;
    let mut browser = app.browser();
    let form = form(&app, &mut browser).await;
    let (_, form) = attach(&mut browser, &form, &[("photos", "1.jpg", &photo())]).await;
    let summary = to_summary(&mut browser, &form).await;
    let object = objects(&app).remove(0);
    let sealed = fs::read(&object).unwrap();
    assert!(!contains(&sealed, "JFIF"), "the object is sealed");
    let damaged = [&sealed[..sealed.len() - 1], b"x"].concat();
    for content in [None, Some(damaged)] {
        fs::remove_file(&object).unwrap();
        if let Some(content) = content {
            fs::write(&object, content).unwrap();
        }
        let refused = send(&mut browser, &summary).await;
        assert_eq!(refused.status, 422, "{}", refused.text());
        assert!(
            refused.text().contains("“1.jpg” is attached, but its content is no longer stored"),
            "{}",
            refused.text()
        );
        fs::write(&object, &sealed).unwrap();
    }
    assert_eq!(app.count("deliveries").await, 0);
    assert_eq!(send(&mut browser, &summary).await.status, 303);
    app.deliver().await;
    assert_eq!(delivered(&app).len(), 1);
}

#[actix_web::test]
async fn refuses_to_send_a_referral_with_a_file_added_after_its_summary() {
    let folder = Scratch::new();
    let app = setup(&folder).start().await;
    let mut browser = app.browser();
    let form = form(&app, &mut browser).await;
    let (_, form) = attach(&mut browser, &form, &[("photos", "1.jpg", &photo())]).await;
    let summary = to_summary(&mut browser, &form).await;
    let edit = browser.get(&summary.url.path().replace("/review", "/edit")).await;
    attach(&mut browser, &FormFields::read(&edit), &[("photos", "2.jpg", &photo())]).await;
    assert_eq!(send(&mut browser, &summary).await.status, 409);
}
