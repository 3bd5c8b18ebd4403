// Autosave while typing, and questions shown or hidden by answers. Every page works without this script.
"use strict";

const form = document.getElementById("referral");
if (form) keepSaved(form);
// A text typed beside options is the choice.
form?.addEventListener("input", ({ target }) => {
  const options = target.type === "text" && target.value.trim() && target.closest("[role=radiogroup]");
  const other = options && options.querySelector("input[type=radio][value='']");
  if (other) other.checked = true;
  const list = target.type === "text" && target.value.trim() && target.closest(".field")?.querySelector("select");
  if (list && list.name === target.name) list.value = "";
});
// An option that is allowed alone only takes the others back, and they take it back.
form?.addEventListener("change", ({ target }) => {
  const isAnswer = target.type === "checkbox" ? target.checked : target.type === "text" && target.value.trim();
  if (!isAnswer || !target.closest("fieldset")?.querySelector("[data-exclusive]")) return;
  for (const other of target.closest("fieldset").querySelectorAll("input")) {
    if (other === target || other.name !== target.name) continue;
    const isExcluded = "exclusive" in target.dataset || "exclusive" in other.dataset;
    if (!isExcluded) continue;
    if (other.type === "checkbox") other.checked = false;
    else if (other.type === "text") other.value = "";
  }
});
// Enter in a field presses the default button: nothing happens, so that place and focus are kept.
for (const button of document.querySelectorAll("button.default")) {
  button.addEventListener("click", (event) => event.preventDefault());
}
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
document.querySelector("form[data-send]")?.submit();
reserveRoomForBars();
markVisibleSection();
focusFirst();
root.classList.add("scripted");
confirmButtons(document);
askBeforeLosingShares();
watchSession();
const once = [...document.querySelectorAll("[data-once]")];
once.forEach((button) => button.form.addEventListener("submit", () => setTimeout(() => (button.disabled = true))));
if (document.querySelector("[data-progress]")) followDelivery();

// A page from the back/forward cache may show a chart whose session has ended: it is hidden and reloaded.
addEventListener("pagehide", () => (root.style.visibility = "hidden"));
addEventListener("pageshow", (event) => {
  if (event.persisted) return location.reload();
  root.style.visibility = "";
  once.forEach((button) => (button.disabled = false));
});

function keepSaved(form) {
  const status = document.getElementById("saved");
  // The page saves itself. The button is for a conflict, when saving again is a decision.
  const saves = document.querySelector("[data-saves]");
  saves.hidden = !document.getElementById("conflict");
  const leaves = () => { clearTimeout(timer); leaving = true; };
  // While files are on their way, nothing says that all is saved.
  let uploads = 0, uploaded = Promise.resolve(true);
  const say = (key, at) => {
    if (uploads && ["saving", "saved"].includes(key)) return;
    status.textContent = status.dataset[key].replace("{at}", at ?? "");
  };
  // Buttons named "action" shadow form.action, so the address is read as an attribute.
  let timer, asked, count = 0, running = false, unsaved = false, stopped = false, leaving = false, pointing = false;

  // Saves of this page are numbered, so that the server ignores one that arrives late.
  form.addEventListener("formdata", (event) => event.formData.set("save", ++count));

  form.addEventListener("input", (event) => {
    settle(event.target);
    later("search" in event.target.dataset ? 300 : 1500);
  });
  form.addEventListener("change", () => later(0));
  form.addEventListener("focusout", (event) => showAsked(event.relatedTarget));
  addEventListener("pointermove", () => (pointing = true));
  addEventListener("keydown", () => (pointing = false));
  form.addEventListener("submit", (event) => {
    const { submitter } = event;
    if (uploads) {
      // The page is left once the files have arrived. If one did not, it stays and says so.
      event.preventDefault();
      uploaded.then((complete) => complete && submitter?.form === form && form.requestSubmit(submitter));
      return;
    }
    leaves();
    if (submitter?.name !== "reload") return;
    say("reading");
    setTimeout(() => (submitter.disabled = true));
  });
  // The page returns to where the user was.
  let last = "";
  form.addEventListener("focusin", ({ target }) => (last = target.closest("[id^='f-']")?.id ?? ""));
  form.addEventListener("formdata", ({ formData }) => formData.set("at", last));
  // A discarded draft is not saved again when the page is left.
  document.querySelector("[data-discards]")?.addEventListener("submit", leaves);
  addEventListener("beforeunload", (event) => uploads && event.preventDefault());
  // Unsaved text is sent when the page is left by a link or the tab is closed.
  addEventListener("pagehide", () => {
    if (unsaved && !leaving && !stopped) send().catch(() => {});
  });

  // A question that is no longer asked stays visible while it contains the focus, so that the focus is not lost.
  function showAsked(focused = document.activeElement) {
    if (!asked) return;
    keepInPlace(pointing ? [...document.querySelectorAll(":hover")].at(-1) : focused, () => {
      for (const element of document.querySelectorAll("[data-place]")) {
        element.hidden = !asked.has(element.dataset.place) && !element.contains(focused);
      }
    });
  }

  // Keeps the element under the pointer or focus where it is, so that a click does not hit something else.
  function keepInPlace(target, change) {
    const before = target?.getBoundingClientRect().top;
    change();
    if (form.contains(target) && target.checkVisibility()) {
      scrollBy({ top: target.getBoundingClientRect().top - before, behavior: "instant" });
    }
  }

  function later(wait) {
    unsaved = true;
    if (stopped || leaving) return;
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  // Removes the problem beside a field that is being answered; the next check finds what is left.
  function settle(answered) {
    const field = answered.closest(".field"), from = field?.querySelector(".from[data-edited]");
    const asFilled = from && isAsFilled(field);
    // An answer that is not the value of the chart says what the chart has.
    if (from) from.filled ??= [...from.childNodes];
    from?.replaceChildren(...(asFilled ? from.filled : [from.dataset.edited]));
    from?.classList.toggle("edited", !asFilled);
    // A folded section no longer shows the answers it was filled with.
    const summary = !asFilled && (from || answered.closest(".entry")) && answered.closest("details.filled")?.querySelector("summary");
    if (summary) summary.querySelector(".lines")?.remove();
    if (summary) summary.querySelector(".from").textContent = summary.dataset.changed;
    const problem = field?.querySelector(".problem");
    if (!problem) return;
    const id = problem.id.replace(/\.problem$/, "");
    problem.remove();
    field.removeAttribute("aria-invalid");
    field.querySelectorAll("[aria-invalid]").forEach((invalid) => invalid.removeAttribute("aria-invalid"));
    document.querySelector(`.problems a[href="#${CSS.escape(id)}"]`)?.parentElement.classList.add("settled");
  }

  function send() {
    const fields = [...new FormData(form)].filter(([, value]) => typeof value === "string");
    const body = new URLSearchParams(fields).toString();
    // Completes after the page is left; browsers allow up to 64 KiB for this.
    return post(body, { "content-type": "application/x-www-form-urlencoded" }, body.length < 60000);
  }

  function post(body, headers, keepalive) {
    const request = { method: "POST", headers: { ...headers, "x-background": "1" }, body, redirect: "error", keepalive };
    return fetch(form.getAttribute("action"), request);
  }

  // Reads the answer to a post, and throws if it is none of this app.
  async function read(response) {
    if (![200, 401, 409].includes(response.status)) throw new Error(String(response.status));
    const answer = await response.json().catch(() => ({}));
    take(response.status, answer);
    return answer;
  }

  // A file that is chosen, dropped or pasted is attached at once, together with a save of all text.
  form.addEventListener("change", ({ target }) => {
    if (target.type === "file" && target.files.length) attach(target.closest("[data-attach]"), [...target.files]);
  });
  const zoneOf = (event) => event.target.closest?.("fieldset.field")?.querySelector("[data-attach]");
  const carriesFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  for (const kind of ["dragover", "dragleave", "drop"]) {
    addEventListener(kind, (event) => {
      if (!carriesFiles(event)) return;
      // A file that is dropped beside a field must not replace the page.
      event.preventDefault();
      const zone = zoneOf(event);
      document.querySelectorAll(".attach.over").forEach((other) => other.classList.remove("over"));
      if (kind === "dragover") {
        event.dataTransfer.dropEffect = zone ? "copy" : "none";
        zone?.classList.add("over");
      } else if (kind === "drop" && zone) attach(zone, [...event.dataTransfer.files]);
    });
  }
  form.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    const zones = [...form.querySelectorAll("[data-attach]")].filter((zone) => zone.checkVisibility());
    const zone = zoneOf(event) ?? (zones.length === 1 ? zones[0] : undefined);
    if (!files.length || !zone) return;
    event.preventDefault();
    attach(zone, files);
  });

  // Sends files one after the other, so that many of them are not too large together.
  function attach(zone, files) {
    if (!zone || stopped || !files.length) return;
    // The files are on their way, and are not sent again with the form.
    for (const input of zone.querySelectorAll("input[type=file]")) input.value = "";
    status.textContent = zone.dataset.uploading;
    uploaded = (uploads++ ? uploaded : Promise.resolve(true)).then(async (complete) => {
      const [place, texts] = [zone.dataset.attach, zone.dataset];
      const large = files.filter((file) => file.size > Number(texts.maxBytes));
      const refused = large.map((file) => texts.tooLarge.replace("{name}", file.name));
      let shown;
      for (const file of files.filter((file) => !large.includes(file))) {
        const { html, problem } = await upload(place, file, texts);
        // It shows the files anew, without the problem of one before.
        if (html) refused.push(...problemsIn(shown));
        shown = html ?? shown;
        if (problem) refused.push(problem);
      }
      uploads -= 1;
      showFiles(place, shown, refused);
      if (!uploads) later(0);
      return complete && !refused.length && !problemsIn(shown).length;
    });
  }

  // Texts of the problems in the HTML of a question.
  function problemsIn(html = "") {
    const problems = new DOMParser().parseFromString(html, "text/html").querySelectorAll(".problem");
    return [...problems].map((problem) => problem.textContent.trim());
  }

  // Returns the files of the question as the server has them, or a problem.
  async function upload(place, file, texts) {
    const body = new FormData(form);
    for (const [name, value] of [...body]) if (typeof value !== "string") body.delete(name);
    body.append(`file.${place}`, file, file.name);
    body.set("attach", place);
    clearTimeout(timer);
    unsaved = false;
    try {
      const response = await post(body, {}, false);
      const answer = await read(response);
      return { html: answer.files?.[place], problem: response.status === 200 ? "" : texts.notAttached };
    } catch {
      unsaved = true;
      return { problem: texts.failed };
    }
  }

  // Replaces the files of a question by those that the server has. The focus stays where the user is typing.
  function showFiles(place, html, refused) {
    let field = form.querySelector(`fieldset[data-place="${CSS.escape(place)}"]`);
    const parsed = html && new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
    const here = field.contains(document.activeElement) || document.activeElement === document.body;
    if (parsed) {
      const fresh = document.adoptNode(parsed);
      // The dialog of an input may be open, so the input stays.
      const inputs = [...field.querySelectorAll("input[type=file]")];
      keepInPlace(document.activeElement, () => field.replaceWith(fresh));
      fresh.querySelectorAll("input[type=file]").forEach((input, at) => inputs[at] && input.replaceWith(inputs[at]));
      field = fresh;
      confirmButtons(field);
    }
    for (const text of refused) {
      const problem = document.createElement("span");
      [problem.className, problem.textContent] = ["problem", text];
      problem.setAttribute("role", "alert");
      field.querySelector("legend").after(problem);
    }
    if (here) field.focus();
  }

  async function save() {
    if (running) return;
    running = true;
    unsaved = false;
    say("saving");
    const failed = await send().then(read).then(() => false, () => true);
    running = false;
    if (failed) say("failed");
    if (failed || unsaved) later(failed ? 5000 : 0);
  }

  // Shows the number of questions left beside each section in the list.
  function showLeft(left) {
    const list = document.querySelector(".steps ol");
    for (const step of list?.querySelectorAll("[data-place]") ?? []) {
      const count = left[step.dataset.place];
      step.querySelector("[data-left]").textContent = count ? list.dataset.left.replace("{count}", count) : "";
    }
  }

  // Replaces items whose text or options depend on other answers, unless the user is typing there or elsewhere.
  function redraw(items) {
    for (const [place, html] of Object.entries(unsaved ? {} : items)) {
      let shown = form.querySelector(`[data-place="${CSS.escape(place)}"]`);
      let parsed = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
      // The results of a search are replaced below the field in which the user types.
      const part = shown?.querySelector("[data-search]:focus") && "[data-found]";
      if (part) [shown, parsed] = [shown.querySelector(part), parsed?.querySelector(part)];
      if (!shown || !parsed || shown.contains(document.activeElement) || shown.outerHTML === parsed.outerHTML) continue;
      keepInPlace(document.activeElement, () => shown.replaceWith(document.adoptNode(parsed)));
    }
  }

  function take(code, saved) {
    if (code === 200) {
      form.setAttribute("action", saved.action);
      // Reloading the page shows the draft, not another new form.
      if (location.pathname !== saved.action) history.replaceState(history.state, "", saved.action + location.hash);
      form.elements.revision.value = saved.revision;
      form.elements.ticket.value = saved.ticket;
      for (const [name, value] of Object.entries(saved.calculated)) {
        if (form.elements[name]) form.elements[name].value = value;
      }
      redraw(saved.redrawn);
      showLeft(saved.left);
      asked = new Set(saved.enabled);
      showAsked();
      status.classList.remove("warns");
      say(saved.anew ? "anew" : "saved", saved.saved);
      return;
    }
    status.setAttribute("role", "alert");
    say(code === 401 ? (saved.saved ? "signedOut" : "signedOutLost") : (saved.conflict ?? "changed"));
    // Without a session, saving continues as long as the server names the draft.
    if (saved.revision) form.elements.revision.value = saved.revision;
    else stopped = true;
    saves.hidden = code !== 409;
  }
}
