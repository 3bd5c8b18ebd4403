// Makes things immediate: saving while typing, questions that follow from answers. Every page works without it.
"use strict";

const root = document.documentElement;
const form = document.getElementById("referral");
if (form) keepSaved(form);
document.querySelector("form[data-send]")?.submit();
keepRoomForBars();
showWhereOneIs();
focusFirst();
for (const button of document.querySelectorAll("[data-confirm]")) {
  button.addEventListener("click", (event) => confirm(button.dataset.confirm) || event.preventDefault());
}
for (const button of document.querySelectorAll("[data-once]")) {
  button.form.addEventListener("submit", () => setTimeout(() => (button.disabled = true)));
}
if (document.querySelector("[data-moving]")) lookAgain();

// A page that a browser kept for the back button may show a chart whose session is over: it is hidden, and asked for anew.
addEventListener("pagehide", () => (root.style.visibility = "hidden"));
addEventListener("pageshow", (event) => {
  if (event.persisted) return location.reload();
  root.style.visibility = "";
  document.querySelectorAll("[data-once]").forEach((button) => (button.disabled = false));
});

// A link from another page's list of problems leads into the field itself, not only near it.
function focusFirst() {
  const named = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  (named || document.querySelector("[data-focus]"))?.focus();
}

// What gets the focus must not end up under the banner or the buttons, however many lines these take.
function keepRoomForBars() {
  for (const [name, css, position] of [["--top", ".banner", "sticky"], ["--bar", ".bar", "fixed"]]) {
    const bar = document.querySelector(css);
    if (!bar) {
      root.style.setProperty(name, "0px");
      continue;
    }
    const measure = () => {
      const covers = getComputedStyle(bar).position === position;
      root.style.setProperty(name, `${covers ? bar.offsetHeight : 0}px`);
    };
    new ResizeObserver(measure).observe(bar);
    measure();
  }
}

// The section one reads is marked in the list of sections.
function showWhereOneIs() {
  const list = document.querySelector(".steps ol");
  if (!list) return;
  const steps = new Map();
  for (const link of list.querySelectorAll("a")) {
    const section = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (section) steps.set(section, link);
  }
  const mark = (section) => {
    for (const link of steps.values()) link.removeAttribute("aria-current");
    const link = steps.get(section);
    link.setAttribute("aria-current", "true");
    list.scrollTo({ left: link.offsetLeft - list.offsetLeft - list.clientWidth / 4 });
  };
  const seen = new IntersectionObserver(
    (entries) => entries.filter((entry) => entry.isIntersecting).forEach((entry) => mark(entry.target)),
    { rootMargin: "-28% 0px -70% 0px" },
  );
  for (const section of steps.keys()) {
    seen.observe(section);
    section.addEventListener("focusin", () => mark(section));
  }
  if (scrollY === 0 && steps.size) mark(steps.keys().next().value);
}

// A referral on its way: look again at growing intervals for some minutes, then leave it to the person.
function lookAgain() {
  const times = history.state?.times ?? 0;
  if (times >= 15) return;
  setTimeout(() => {
    history.replaceState({ times: times + 1 }, "");
    location.reload();
  }, 1000 * 1.3 ** times);
}

function keepSaved(form) {
  const status = document.getElementById("saved");
  const say = (key, at) => (status.textContent = status.dataset[key].replace("{at}", at ?? ""));
  // The buttons named "action" hide the property of that name, so the address is read as an attribute.
  let timer, asked, saves = 0, running = false, unsaved = false, stopped = false, leaving = false, pointing = false;

  // Every save of this page has a number, so that a late one is never taken for a newer.
  form.addEventListener("formdata", (event) => event.formData.set("save", ++saves));

  form.addEventListener("input", (event) => {
    settle(event.target);
    later(1500);
  });
  form.addEventListener("change", () => later(0));
  form.addEventListener("focusout", (event) => showAsked(event.relatedTarget));
  addEventListener("pointermove", () => (pointing = true));
  addEventListener("keydown", () => (pointing = false));
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    leaving = true;
  });
  // What is thrown away is not saved once more on the way out.
  document.querySelector("[data-discards]")?.addEventListener("submit", () => {
    clearTimeout(timer);
    leaving = true;
  });
  // Who leaves by a link or closes the tab has typed, too.
  addEventListener("pagehide", () => {
    if (unsaved && !leaving && !stopped) send().catch(() => {});
  });

  // A question that is no longer asked stays as long as somebody is in it: the focus never falls into nothing.
  function showAsked(focused = document.activeElement) {
    if (!asked) return;
    stayingUnder(pointing ? [...document.querySelectorAll(":hover")].at(-1) : focused, () => {
      for (const element of document.querySelectorAll("[data-link-id]")) {
        element.hidden = !asked.has(element.dataset.linkId) && !element.contains(focused);
      }
    });
  }

  // What a hand is on does not move: a click that is on its way would choose something else.
  function stayingUnder(hand, change) {
    const before = hand?.getBoundingClientRect().top;
    change();
    if (form.contains(hand) && hand.checkVisibility()) {
      scrollBy({ top: hand.getBoundingClientRect().top - before, behavior: "instant" });
    }
  }

  function later(wait) {
    unsaved = true;
    if (stopped || leaving) return;
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  // What was missing is being answered: the reproach beside it goes, the next check says what is left.
  function settle(answered) {
    const field = answered.closest(".field");
    const problem = field?.querySelector(".problem");
    if (!problem) return;
    const id = problem.id.replace(/\.problem$/, "");
    problem.remove();
    field.removeAttribute("aria-invalid");
    field.querySelectorAll("[aria-invalid]").forEach((invalid) => invalid.removeAttribute("aria-invalid"));
    document.querySelector(`.problems a[href="#${CSS.escape(id)}"]`)?.parentElement.classList.add("settled");
  }

  function send() {
    const body = new URLSearchParams(new FormData(form)).toString();
    return fetch(form.getAttribute("action"), {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", "x-background": "1" },
      body,
      redirect: "error",
      // Goes on when the page is left; browsers take up to 64 KiB of that.
      keepalive: body.length < 60000,
    });
  }

  async function save() {
    if (running) return;
    running = true;
    unsaved = false;
    say("saving");
    let failed = false;
    try {
      const answer = await send();
      if (![200, 401, 409].includes(answer.status)) throw new Error(String(answer.status));
      take(answer.status, await answer.json().catch(() => ({})));
    } catch {
      failed = true;
      say("failed");
    }
    running = false;
    if (failed) later(5000);
    else if (unsaved) later(0);
  }

  function take(code, saved) {
    if (code === 200) {
      form.setAttribute("action", saved.action);
      form.elements.revision.value = saved.revision;
      form.elements.ticket.value = saved.ticket;
      for (const [name, value] of Object.entries(saved.calculated)) {
        if (form.elements[name]) form.elements[name].value = value;
      }
      asked = new Set(saved.enabled);
      showAsked();
      say("saved", saved.saved);
      return;
    }
    status.setAttribute("role", "alert");
    say(code === 401 ? (saved.saved ? "signedOut" : "signedOutLost") : "conflict");
    // Whoever types on without a session is still heard, as long as the draft is known.
    if (saved.revision) form.elements.revision.value = saved.revision;
    else stopped = true;
  }
}
