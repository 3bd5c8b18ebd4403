// Makes things immediate: saving while typing, questions that follow from answers. Every page works without it.
"use strict";

const form = document.getElementById("referral");
if (form) keepSaved(form);
focusFirst();
for (const button of document.querySelectorAll("[data-confirm]")) {
  button.addEventListener("click", (event) => confirm(button.dataset.confirm) || event.preventDefault());
}
for (const button of document.querySelectorAll("[data-once]")) {
  button.form.addEventListener("submit", () => setTimeout(() => (button.disabled = true)));
}
addEventListener("pageshow", () => document.querySelectorAll("[data-once]").forEach((button) => (button.disabled = false)));
if (document.querySelector("[data-moving]")) lookAgain(0);

// A link from another page's list of problems leads into the field itself, not only near it.
function focusFirst() {
  const named = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  (named || document.querySelector("[data-focus]"))?.focus();
}

// A referral on its way: look again a few times, then leave it to the person.
function lookAgain(times) {
  if (times < 10) setTimeout(() => location.reload(), 2000);
}

function keepSaved(form) {
  const status = document.getElementById("saved");
  const say = (key, at) => (status.textContent = status.dataset[key].replace("{at}", at ?? ""));
  // The buttons named "action" hide the property of that name, so the address is read as an attribute.
  let timer, running = false, again = false, stopped = false, leaving = false;

  form.addEventListener("input", () => later(1500));
  form.addEventListener("change", () => later(0));
  form.addEventListener("submit", () => {
    leaving = true;
    clearTimeout(timer);
  });
  addEventListener("pageshow", () => (leaving = false));

  function later(wait) {
    if (stopped || leaving) return;
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  async function save() {
    if (running) {
      again = true;
      return;
    }
    running = true;
    say("saving");
    try {
      const answer = await fetch(form.getAttribute("action"), {
        method: "POST",
        headers: { "x-background": "1" },
        body: new URLSearchParams(new FormData(form)),
        redirect: "error",
      });
      take(answer.status, await answer.json());
    } catch {
      say("failed");
      later(5000);
    }
    running = false;
    if (again) {
      again = false;
      later(0);
    }
  }

  function take(code, saved) {
    if (code === 200) {
      form.setAttribute("action", saved.action);
      form.elements.revision.value = saved.revision;
      form.elements.ticket.value = saved.ticket;
      for (const [name, value] of Object.entries(saved.calculated)) {
        if (form.elements[name]) form.elements[name].value = value;
      }
      const asked = new Set(saved.enabled);
      for (const element of document.querySelectorAll("[data-link-id]")) element.hidden = !asked.has(element.dataset.linkId);
      say("saved", saved.saved);
    } else {
      stopped = true;
      status.setAttribute("role", "alert");
      say(code === 401 ? (saved.saved ? "signedOut" : "signedOutLost") : "conflict");
    }
  }
}
