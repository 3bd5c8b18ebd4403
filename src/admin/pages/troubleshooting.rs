//! Context of the page with the troubleshooting guide.

use std::slice;

use serde::Serialize;

use crate::{
    admin::troubleshooting::GUIDE,
    web::{Html, Page},
};

/// Troubleshooting guide.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct TroubleshootingPage {}

impl Page for TroubleshootingPage {
    const TEMPLATE: &'static str = "admin/troubleshooting.html";

    fn pieces(&self) -> &[Html] {
        slice::from_ref(&GUIDE)
    }

    fn samples() -> Vec<Self> {
        vec![Self {}]
    }
}
