//! SMART style document: colours and sizes of the EHR for apps to adopt.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use crate::demo_ehr::fault::Fault;
use crate::demo_ehr::http::cached::cached_json;
use crate::demo_ehr::state::DemoEhr;

/// Size in bytes of the style while `StyleHuge` is active: 5 MiB.
const HUGE_STYLE: usize = 5 * 1024 * 1024;

/// `GET /assets/smart-style.json` (SMART App Launch 2.2, scopes and launch context, "Styling").
pub(in crate::demo_ehr) async fn smart_style(request: HttpRequest, ehr: web::Data<DemoEhr>) -> HttpResponse {
    let mut style = without_fault();
    match ehr.fault() {
        Some(Fault::StyleHostile) => style = hostile(&ehr.canary()),
        Some(Fault::StyleHuge) => style["font_family_body"] = json!("x".repeat(HUGE_STYLE)),
        _ => {}
    }
    cached_json(&request, &style)
}

fn without_fault() -> Value {
    json!({
        "color_background": "#f4f1ea",
        "color_error": "#9e2d2d",
        "color_highlight": "#2f6f8f",
        "color_modal_backdrop": "#1d2429",
        "color_success": "#3c7a3d",
        "color_text": "#26282a",
        "dim_border_radius": "6px",
        "dim_font_size": "15px",
        "dim_spacing_size": "20px",
        "font_family_body": "Georgia, Times, 'Times New Roman', serif",
        "font_family_heading": "'HelveticaNeue-Light', Helvetica, Arial, sans-serif"
    })
}

/// Values that are harmful if inserted unescaped into a page or a style sheet.
fn hostile(canary: &str) -> Value {
    let host = canary.trim_start_matches("https:").trim_start_matches("http:");
    json!({
        "color_background": format!("red;background:url({host}/background)"),
        "color_error": "#9e2d2d</style><script>alert('demo-ehr')</script>",
        "color_highlight": "expression(alert('demo-ehr'))",
        "color_modal_backdrop": {"toString": "red"},
        "color_success": format!("url({host}/success)"),
        "color_text": "\\72 ed} body {display:none",
        "color_unheard_of": "#000000",
        "dim_border_radius": "99999999px",
        "dim_font_size": "calc(1px * 1e9)",
        "dim_spacing_size": -20,
        "font_family_body": "x\";}</style><script>alert('demo-ehr')</script>",
        "font_family_heading": format!("x; }} @import url({host}/import); @font-face {{ src: url({host}/font)")
    })
}
