//! Test of the walk in the crate documentation: it lists every file that a launch passes, in order.

use std::{
    fs,
    sync::{Arc, Mutex},
};

use passerelle::testing::{TestApp, launch_form, send, to_summary};
use tracing::{Event, Subscriber};
use tracing_subscriber::{
    Layer,
    layer::{Context, SubscriberExt as _},
    util::SubscriberInitExt as _,
};

/// Files in the order in which a launch first passes them: each has a trace event with the target `walk`.
#[derive(Clone, Default)]
struct Walk(Arc<Mutex<Vec<String>>>);

impl<S: Subscriber> Layer<S> for Walk {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let Some(file) = event.metadata().file().filter(|_| event.metadata().target() == "walk") else {
            return;
        };
        let mut passed = self.0.lock().unwrap();
        if !passed.iter().any(|known| known == file) {
            passed.push(file.to_owned());
        }
    }
}

/// Files that the crate documentation lists, in order.
fn documented() -> Vec<String> {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/lib.rs")).unwrap();
    let (_, walk) =
        text.split_once("//! # One EHR launch through the files").expect("the walk has its heading");
    let (walk, _) = walk.split_once("//! # ").expect("another heading follows");
    let quoted = walk.split('`').skip(1).step_by(2);
    quoted.filter(|path| path.starts_with("src/")).map(str::to_owned).collect()
}

#[actix_web::test]
async fn lists_every_file_that_a_launch_passes_in_order() {
    let walk = Walk::default();
    tracing_subscriber::registry().with(walk.clone()).init();
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = launch_form(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    form.answer_required(&mut browser).await;
    let summary = to_summary(&mut browser, &form).await;
    send(&mut browser, &summary).await;
    app.deliver().await;
    let passed = walk.0.lock().unwrap().clone();
    assert!(passed.len() > 20, "{passed:#?}");
    assert_eq!(documented(), passed, "the walk in src/lib.rs, and the launch that ran");
}
