//! Test of scripts that were injected into a page.

use anyhow::{Result, ensure};
use passerelle::testing::webdriver::Options;
use serde_json::json;

use crate::demo::{Demo, ELEONORE};
use crate::person::Person;

/// Injects scripts in every way that markup and DOM permit, and one with the page's nonce. Returns which of them ran
/// and what the policy refused, once an image has failed and a frame has loaded.
const INJECT: &str = r#"
const done = arguments[0], refused = [];
window.ran = [];
document.addEventListener('securitypolicyviolation', event => refused.push(event.effectiveDirective));
const loaded = new Promise(seen => {
  document.querySelector('main').insertAdjacentHTML('beforeend', `
    <img id="i-image" src="/static/none.png" onerror="ran.push('handler')">
    <svg onload="ran.push('svg')"><set attributeName="x" onbegin="ran.push('set')"></set></svg>
    <details open ontoggle="ran.push('toggle')">x</details>
    <iframe id="i-frame" srcdoc="<script>parent.ran.push('frame')<\/script>"></iframe>
    <object data="data:text/html,<script>parent.ran.push('object')<\/script>"></object>
    <a id="i-link" href="javascript:ran.push('link')">x</a>
    <button id="i-button" onclick="ran.push('button')">x</button>
    <form id="i-form" action="javascript:ran.push('form')"></form>`);
  document.getElementById('i-frame').addEventListener('load', seen);
});
const failed = new Promise(seen => document.getElementById('i-image').addEventListener('error', seen));
const add = (attributes) => document.head.append(Object.assign(document.createElement('script'), attributes));
add({ textContent: "ran.push('inline')" });
add({ textContent: "ran.push('wrong nonce')", nonce: 'AAAAAAAAAAAAAAAAAAAAAA==' });
add({ src: 'data:text/javascript,ran.push("data")' });
add({ src: 'https://evil.test/x.js' });
add({ src: '/static/none.js' });
add({ textContent: "ran.push('with the nonce')", nonce: document.querySelector('script[nonce]').nonce });
for (const id of ['i-link', 'i-button']) document.getElementById(id).click();
document.getElementById('i-form').submit();
Promise.all([loaded, failed]).then(() => setTimeout(() => done({ ran: window.ran, refused }), 0));
"#;

/// X10: handlers, inline and foreign scripts, frames and javascript: URLs do not run; only the script with the nonce
/// does, and the nonce differs for each page.
#[tokio::test]
async fn runs_no_injected_script() -> Result<()> {
    let demo = Demo::start().await?;
    let person = Person::sits_down(&Options::default()).await?;
    person.launches(&demo, ELEONORE).await?;
    let seen = person.execute_async(INJECT, json!([])).await?;
    ensure!(seen["ran"] == json!(["with the nonce"]), "{seen}");
    let refused = seen["refused"].as_array().map_or(0, Vec::len);
    ensure!(refused >= 8, "the policy refused {refused}: {seen}");
    let nonce = "return document.querySelector('script[nonce]').nonce";
    let first = person.asks(nonce).await?;
    person.refresh().await?;
    ensure!(first.as_str().is_some_and(|nonce| nonce.len() == 24) && first != person.asks(nonce).await?);
    Ok(())
}
