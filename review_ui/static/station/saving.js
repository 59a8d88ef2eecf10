// Input that is not saved yet, and answers on their way to the server.

import { liveOf } from "/static/station/checks.js";
import { panel } from "/static/station/page.js";
import { controlOf, goOnFrom, goTo } from "/static/station/places.js";
import { redrawDoubts } from "/static/station/spots.js";
import { words } from "/static/words.js";

export function isDirty(control) {
  return control.value !== control.dataset.saved || Boolean(placesOf(control)?.value);
}

/** The hidden input that holds the boxes drawn for a field. */
function placesOf(control) {
  return control.closest(".row")?.querySelector("[data-places]") ?? null;
}

/** Remember where a person drew the value of a row; an empty list forgets it. */
export function setPlaces(row, evidence) {
  const places = row.querySelector("[data-places]");
  if (!places) return;
  if (evidence.length) {
    row.dataset.savedEvidence ??= row.dataset.evidence;
    row.dataset.evidence = JSON.stringify(evidence);
  } else if (row.dataset.savedEvidence) {
    row.dataset.evidence = row.dataset.savedEvidence;
    delete row.dataset.savedEvidence;
  }
  places.value = evidence.length ? row.dataset.evidence : "";
}

export function controls() {
  return [...panel().querySelectorAll("[data-control][data-saved]")];
}

export function dirtyControls() {
  return controls().filter(isDirty);
}

export function mark(control) {
  const dirty = isDirty(control);
  control.closest(".row")?.classList.toggle("is-dirty", dirty);
  // A control with unsaved input is left alone when the panel is renewed.
  control.toggleAttribute("hx-morph-skip", dirty);
  placesOf(control)?.toggleAttribute("hx-morph-skip", dirty);
}

export function restore(control) {
  control.value = control.dataset.saved;
  setPlaces(control.closest(".row"), []);
  mark(control);
  liveOf(control)?.replaceChildren();
}

export function submit(row, action) {
  row.querySelector(`[data-action="${action}"]`)?.click();
}

function notify(text) {
  const note = document.createElement("p");
  note.className = "notice";
  note.id = "notice";
  note.setAttribute("role", "alert");
  note.textContent = text;
  document.getElementById("notices").replaceChildren(note);
}

let conflicts = 0; // a request made before a conflict is not sent after it

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  const row = ctx.sourceElement;
  if (!panel().contains(row)) return;
  ctx.conflicts = conflicts;
  ctx.row = row.id;
  const control = controlOf(row);
  if (row.id === "finish-form") document.getElementById("finish").close();
  else if (control?.hasAttribute("hx-morph-skip")) {
    control.removeAttribute("hx-morph-skip");
    placesOf(control)?.removeAttribute("hx-morph-skip");
  }
});

document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.row === undefined) return;
  if (ctx.conflicts !== conflicts) {
    event.preventDefault();
    controls().forEach(mark);
    return;
  }
  // Answers of this tab follow each other: the revision is that of the panel as it is now.
  ctx.request.body.set("expected_revision", panel().dataset.revision);
  panel().setAttribute("aria-busy", "true");
});

// An answer that is neither a panel nor a notice (an error page, what a proxy says) must not take the panel's place.
function problemIn(ctx) {
  const page = new DOMParser().parseFromString(ctx.text, "text/html");
  if (page.querySelector("#panel, #notice")) return null;
  const told = [...page.querySelectorAll(".error-page h1, .error-page p[lang]")].map((part) => part.textContent);
  return told.length ? told.join("。") : words("操作未执行（{status}），请刷新页面后再试。", { status: ctx.response.status });
}

document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  if (ctx.row === undefined) return;
  if (ctx.response.status === 409) conflicts += 1;
  const problem = problemIn(ctx);
  if (problem === null) return;
  event.preventDefault();
  controls().forEach(mark);
  notify(problem);
});

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.row === undefined) return;
  const row = document.getElementById(ctx.row);
  const control = row && controlOf(row);
  if (control?.dataset.saved !== undefined && !row.hasAttribute("data-typed") && ctx.response.status < 400) {
    restore(control);
  }
  controls().forEach(mark);
  redrawDoubts();
  if (ctx.row === "finish-form" && ctx.response.status < 400) document.getElementById("next-case").focus();
  else if (ctx.response.status >= 400 && row) goTo(row);
  else if (document.activeElement === document.body) goOnFrom(row);
});

document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  if (ctx.row !== undefined) panel().removeAttribute("aria-busy");
});

document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (ctx?.row === undefined) return;
  controls().forEach(mark);
  notify(words("没有连上服务，这次操作没有保存。录入的内容还在，请确认服务正在运行后再试。"));
});

// An answer was given: on to the next doubtful item at once, the reply follows.
document.addEventListener("submit", (event) => {
  const row = event.target.closest("#side .row");
  if (row) goOnFrom(row);
});

addEventListener("beforeunload", (event) => {
  if (dirtyControls().length) event.preventDefault();
});
