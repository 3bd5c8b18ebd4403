// Parts of every page: its bars, sections, buttons that ask, and the wait for a delivery. Every page works without this script.
"use strict";

const root = document.documentElement;

// Asks before a button does what cannot be undone.
function confirmButtons(within) {
  for (const button of within.querySelectorAll("[data-confirm]")) {
    button.addEventListener("click", (event) => {
      if (!isBlank(button.closest(".entry")) && !confirm(button.dataset.confirm)) event.preventDefault();
      else if (button.name === "sure") button.value = "1";
    });
  }
}

// Whether a row of a list has no answer, so that removing it loses nothing.
function isBlank(row) {
  return row && [...row.querySelectorAll("input:not([type=hidden]), select, textarea")].every((field) =>
    ["checkbox", "radio"].includes(field.type) ? !field.checked || !field.value : !field.value.trim(),
  );
}

// Whether the inputs of a field are as the page came.
function isAsFilled(field) {
  return [...field.querySelectorAll("input:not([type=search]), textarea, option")].every((input) =>
    "defaultSelected" in input ? input.selected === input.defaultSelected
      : ["checkbox", "radio"].includes(input.type) ? input.checked === input.defaultChecked
        : input.value === input.defaultValue,
  );
}

// A link to a field from the list of problems on another page moves the focus into the field.
function focusFirst() {
  const named = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  (named || document.querySelector("[data-focus], [autofocus]"))?.focus();
}

// Keeps the focused element from being covered by the banner or the button bar, whose heights vary.
function reserveRoomForBars() {
  for (const [name, css, position] of [["--top", ".banner", "sticky"], ["--bar", ".bar", "fixed"]]) {
    const bar = document.querySelector(css);
    const measure = () => {
      const covers = bar && getComputedStyle(bar).position === position;
      root.style.setProperty(name, `${covers ? bar.offsetHeight : 0}px`);
    };
    if (bar) new ResizeObserver(measure).observe(bar);
    measure();
  }
}

// Marks the visible section in the list of sections.
function markVisibleSection() {
  const list = document.querySelector(".steps ol");
  if (!list) return;
  const steps = new Map();
  for (const link of list.querySelectorAll("a")) {
    const section = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (section) steps.set(section, link);
  }
  // Smooth for a click here only: holding Tab must not wait for the page to scroll.
  list.addEventListener("click", (event) => {
    const section = steps.size && document.getElementById(decodeURIComponent(event.target.hash?.slice(1) ?? ""));
    if (!section || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    event.preventDefault();
    history.replaceState(history.state, "", event.target.hash);
    section.focus({ preventScroll: true });
    section.scrollIntoView({ behavior: "smooth" });
  });
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

// Asks whether the delivery of a referral being sent went on, at growing intervals, for some minutes. Then the page is
// loaded anew. The question shows nothing of the chart, so that the audit trail has the pages that were shown, and no more.
function followDelivery() {
  const { progress, asks } = document.querySelector("[data-progress]").dataset;
  const times = history.state?.times ?? 0;
  if (times >= 15) return;
  setTimeout(async () => {
    history.replaceState({ times: times + 1 }, "");
    const answer = await fetch(asks, { headers: { "x-background": "1" }, redirect: "error" }).catch(() => null);
    // While the server is away, and on its way back, the page stays.
    const waits = !answer || answer.status >= 500 || (answer.ok && (await answer.text()) === progress);
    if (waits) followDelivery();
    else location.reload();
  }, 1000 * 1.3 ** times);
}

// Asks before the page is left by a link while a choice of what is sent about the patient is not saved.
function askBeforeLosingShares() {
  const shares = [...document.querySelectorAll("[name=share]")];
  let posting = false;
  document.addEventListener("submit", ({ target }) => (posting = target.elements.share !== undefined));
  addEventListener("beforeunload", (event) => {
    if (!posting && shares.some((share) => share.checked !== share.defaultChecked)) event.preventDefault();
  });
}

// Warns before the session ends, and hides the chart once it has: a page left alone does not go on showing it.
function watchSession() {
  const note = document.getElementById("session");
  if (!note) return;
  const ended = document.getElementById("session-ended"), text = note.querySelector("[role=alert]");
  const { path, token } = note.dataset, stay = note.querySelector("button");
  // Asks two minutes before the end, then at the end: another tab may have extended the session meanwhile.
  const first = 20;
  let warned = 0, left = 0, timer;
  const later = (seconds) => {
    clearTimeout(timer);
    timer = setTimeout(ask, 1000 * seconds, false);
  };
  const show = ({ seconds }, wasExtended) => {
    warned ||= Math.min(120, (seconds + first) / 3);
    const ends = seconds <= warned, isLast = wasExtended && seconds <= left;
    left = seconds;
    note.hidden = !ends;
    text.textContent = ends ? text.dataset[isLast ? "last" : "ends"] : "";
    stay.hidden = isLast;
    later(ends ? seconds + 1 : Math.min(seconds - warned + 1, 600));
  };
  const hide = () => {
    root.classList.add("ended");
    const saved = document.getElementById("saved");
    ended.querySelector(".saved").textContent = saved?.textContent ?? "";
    ended.hidden = false;
    document.title = ended.querySelector("h1").textContent;
    ended.focus();
  };
  async function ask(wasExtended) {
    try {
      const answer = await fetch(path, { headers: { "x-background": "1" }, cache: "no-store" });
      if ([401, 403, 404].includes(answer.status)) return hide();
      if (answer.ok) return show(await answer.json(), wasExtended === true);
    } catch {
      // Without a connection nothing is known: it is asked again.
    }
    later(first);
  }
  stay.addEventListener("click", async () => {
    await fetch(path, { method: "POST", body: new URLSearchParams({ csrf_token: token }) }).catch(() => {});
    // At the limit since the sign-in, nothing extends a session.
    ask(true);
  });
  // A machine that slept wakes late.
  document.addEventListener("visibilitychange", () => document.hidden || ask(false));
  later(first);
}
