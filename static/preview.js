// Preview of a form: answers take effect at once, and a changed file is shown at once. The page works without this script.
"use strict";

{
  const form = document.getElementById("preview");
  const watching = document.getElementById("watching");
  let timer, running = false, pending = false;

  form.addEventListener("change", ({ target }) => {
    if (["patient", "view"].includes(target.id)) return;
    clearTimeout(timer);
    timer = setTimeout(calculate, 50);
  });

  // Computes what depends on the answers. Nothing is saved.
  async function calculate() {
    if (running) return void (pending = true);
    running = true;
    try {
      const body = new FormData(form);
      for (const [name, value] of [...body]) if (typeof value !== "string") body.delete(name);
      body.set("action", "calculate");
      const response = await fetch(form.getAttribute("action"), { method: "POST", body });
      if (response.ok) show(new DOMParser().parseFromString(await response.text(), "text/html"));
    } catch {
      // The server may be starting again; the next answer or button asks again.
    }
    running = false;
    if (pending) {
      pending = false;
      calculate();
    }
  }

  // Shows what is asked now, and the answers that were calculated. The focus and what is being typed stay.
  function show(fresh) {
    for (const element of document.querySelectorAll("[data-place]")) {
      const now = fresh.querySelector(`[data-place="${CSS.escape(element.dataset.place)}"]`);
      if (now && !element.contains(document.activeElement)) element.hidden = now.hidden;
    }
    for (const field of form.querySelectorAll("input[readonly], textarea[readonly]")) {
      const now = fresh.getElementById(field.id);
      if (now) field.value = now.value;
    }
  }

  // Asks once a second whether the file has changed, and shows it with what was typed.
  async function watch() {
    try {
      const response = await fetch(`${form.getAttribute("action")}/version`);
      const { version } = await response.json();
      if (version !== form.dataset.version) {
        watching.textContent = watching.dataset.changed;
        return form.requestSubmit(form.querySelector("button[value=reload]"));
      }
    } catch {
      // The program was stopped; it may come back.
    }
    setTimeout(watch, 1000);
  }
  if (form.dataset.version) watch();
}
