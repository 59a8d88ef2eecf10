// The station: which place is focused, which key does what, and what happens to input that is not saved yet.

import { PageViewer } from "/static/viewer.js";

const panel = () => document.getElementById("panel");
const side = () => document.getElementById("side");
const viewer = new PageViewer(
  document.getElementById("viewer"),
  [...document.querySelectorAll(".thumb")],
  document.getElementById("page-label"),
  document.getElementById("viewer-problem"),
);

// ---- places: what is focused and where it stands on the page

let place = { evidence: [], index: 0 };

function controlOf(row) {
  return row.querySelector("[data-control]");
}

function goTo(row) {
  const control = row && controlOf(row);
  if (!control) return false;
  row.closest("details")?.setAttribute("open", "");
  control.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  if (control.matches("input")) control.select();
  return true;
}

function showPlace(element) {
  const holder = element.closest("[data-evidence]");
  if (!holder) return;
  const evidence = JSON.parse(holder.dataset.evidence);
  const counter = document.getElementById("evidence-count");
  counter.hidden = evidence.length < 2;
  if (!evidence.length) return;
  place = { evidence, index: 0 };
  tellCount();
  viewer.showEvidence(evidence, 0);
}

function tellCount() {
  document.getElementById("evidence-count").textContent = `依据 ${place.index + 1}/${place.evidence.length}`;
}

function nextEvidence() {
  if (place.evidence.length < 2) return;
  place.index = (place.index + 1) % place.evidence.length;
  tellCount();
  viewer.showEvidence(place.evidence, place.index);
}

// ---- doubtful items, in the order of the page

function doubtful() {
  return [...panel().querySelectorAll("[data-doubtful]")];
}

function step(from, by) {
  const all = doubtful();
  const at = all.indexOf(from);
  if (at >= 0 && all.length > 1) return goTo(all[(at + by + all.length) % all.length]);
  if (at >= 0) return false;
  const order = Node.DOCUMENT_POSITION_FOLLOWING;
  const after = all.filter((row) => !from || from.compareDocumentPosition(row) & order);
  const next = by > 0 ? (after[0] ?? all[0]) : all.filter((row) => !after.includes(row)).at(-1) ?? all.at(-1);
  return goTo(next);
}

function goOnFrom(row) {
  if (!step(row, 1)) document.getElementById("finish-button").focus();
}

// ---- input that is not saved

function isDirty(control) {
  return control.value !== control.dataset.saved;
}

function mark(control) {
  const dirty = isDirty(control);
  control.closest(".row")?.classList.toggle("is-dirty", dirty);
  // A control with unsaved input is left alone when the panel is renewed.
  control.toggleAttribute("hx-morph-skip", dirty);
}

function dirtyControls() {
  return [...panel().querySelectorAll("[data-control][data-saved]")].filter(isDirty);
}

function restore(control) {
  control.value = control.dataset.saved;
  mark(control);
  liveOf(control)?.replaceChildren();
}

// ---- checks while typing

const waiting = new Map();

function liveOf(control) {
  return control.closest(".row").querySelector(".live");
}

function checkSoon(control) {
  const row = control.closest("[data-field]");
  if (!row) return;
  clearTimeout(waiting.get(control));
  waiting.set(control, setTimeout(() => check(row, control), 220));
}

async function check(row, control) {
  const value = control.value;
  const answer = await fetch("/api/v1/check", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ field: row.dataset.field, value }),
  }).catch(() => null);
  if (!answer?.ok || control.value !== value) return;
  const found = await answer.json();
  const lines = found.checks.map((c) => line(c.message, c.passed === false ? "bad" : c.passed ? "fine" : ""));
  if (found.value && found.value !== value.trim()) lines.unshift(line(`存为：${found.value}`, ""));
  liveOf(control).replaceChildren(...(isDirty(control) ? lines : []));
}

function line(text, kind) {
  const element = document.createElement("span");
  element.className = kind;
  element.textContent = `${text}　`;
  return element;
}

// ---- decisions

let conflicts = 0; // a request made before a conflict is not sent after it

function submit(row, action) {
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

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  const row = ctx.sourceElement;
  if (!panel().contains(row)) return;
  ctx.conflicts = conflicts;
  ctx.row = row.id;
  const control = controlOf(row);
  if (row.id === "finish-form") document.getElementById("finish").close();
  else if (control?.hasAttribute("hx-morph-skip")) control.removeAttribute("hx-morph-skip");
});

document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.row === undefined) return;
  if (ctx.conflicts !== conflicts) {
    event.preventDefault();
    panel().querySelectorAll("[data-control][data-saved]").forEach(mark);
    return;
  }
  // Answers of this tab follow each other: the revision is that of the panel as it is now.
  ctx.request.body.set("expected_revision", panel().dataset.revision);
  panel().setAttribute("aria-busy", "true");
});

document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
  if (ctx.row === undefined) return;
  if (ctx.response.status === 409) conflicts += 1;
});

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.row === undefined) return;
  const row = document.getElementById(ctx.row);
  const control = row && controlOf(row);
  if (control?.dataset.saved !== undefined && !row.hasAttribute("data-typed") && ctx.response.status < 400) {
    restore(control);
  }
  panel().querySelectorAll("[data-control][data-saved]").forEach(mark);
  if (ctx.row === "finish-form" && ctx.response.status < 400) document.getElementById("next-case").focus();
  else if (ctx.response.status >= 400 && row) goTo(row);
  else if (document.activeElement === document.body) goOnFrom(row);
});

document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  if (ctx.row !== undefined) panel().removeAttribute("aria-busy");
});

document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (ctx?.row === undefined) return;
  panel().querySelectorAll("[data-control][data-saved]").forEach(mark);
  notify("没有连上服务，这次操作没有保存。录入的内容还在，请确认服务正在运行后再试。");
});

// An answer was given: on to the next doubtful item at once, the reply follows.
document.addEventListener("submit", (event) => {
  const row = event.target.closest("#side .row");
  if (row) goOnFrom(row);
});

// ---- finishing

function askFinish() {
  const unsaved = dirtyControls().length;
  const note = document.getElementById("finish-unsaved");
  note.hidden = !unsaved;
  note.textContent = `有 ${unsaved} 处录入还没有保存，不会进入归档。`;
  const dialog = document.getElementById("finish");
  dialog.showModal();
  dialog.querySelector("[data-first]").focus();
}

addEventListener("beforeunload", (event) => {
  if (dirtyControls().length) event.preventDefault();
});

// ---- mouse

const ACTIONS = {
  "show-page": (button) => viewer.showPage(button.dataset.document, button.dataset.page),
  "previous-page": () => viewer.turnPage(-1),
  "next-page": () => viewer.turnPage(1),
  "zoom-in": () => viewer.zoom(1.4),
  "zoom-out": () => viewer.zoom(1 / 1.4),
  "fit-page": () => viewer.fitPage(),
  "rotate-left": () => viewer.rotate(-90),
  "rotate-right": () => viewer.rotate(90),
  "next-evidence": nextEvidence,
  "ask-finish": askFinish,
  "cancel-finish": () => document.getElementById("finish").close(),
  "go-open": (link) => {
    document.getElementById("finish").close();
    goTo(document.querySelector(link.hash));
  },
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-action]");
  const act = button && ACTIONS[button.dataset.action];
  if (act) {
    act(button);
    if (button.matches("a")) event.preventDefault();
    return;
  }
  const row = event.target.closest(".row[data-evidence]");
  if (row && !event.target.closest("button, a, label, input, select, textarea, summary") && !String(getSelection())) goTo(row);
});

document.addEventListener("focusin", (event) => {
  if (side().contains(event.target)) showPlace(event.target);
});

document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-control][data-saved]")) return;
  mark(event.target);
  checkSoon(event.target);
});

document.addEventListener("pictures:renewed", () => viewer.renew());

// ---- keys

function currentRow() {
  return document.activeElement?.closest(".row") ?? null;
}

function takeCandidate(row, number) {
  row?.querySelector(`.candidates [data-number="${number}"]`)?.click();
}

const ALT_KEYS = {
  KeyX: () => currentRow()?.dataset.field && submit(currentRow(), "illegible"),
  KeyN: () => currentRow()?.dataset.field && submit(currentRow(), "not_present"),
  KeyJ: () => goTo(doubtful()[0]),
  KeyG: () => goTo(document.querySelector("#verdicts .row")),
  KeyM: () => goTo(document.querySelector("#materials .row")),
  KeyQ: () => location.assign("/"),
  KeyL: () => document.getElementById("next-case").click(),
  KeyV: () => viewer.focus(),
  PageDown: () => viewer.turnPage(1),
  PageUp: () => viewer.turnPage(-1),
  Equal: () => viewer.zoom(1.4),
  Minus: () => viewer.zoom(1 / 1.4),
  Digit0: () => viewer.fitPage(),
  Period: nextEvidence,
};

function onAlt(event) {
  const digit = /^Digit([1-9])$/.exec(event.code);
  if (digit) takeCandidate(currentRow(), digit[1]);
  else if (event.code === "KeyR") viewer.rotate(event.shiftKey ? -90 : 90);
  else if (event.code === "Enter") breakLine(event.target);
  else if (ALT_KEYS[event.code]) ALT_KEYS[event.code]();
  else return;
  event.preventDefault();
}

function breakLine(control) {
  if (!control.matches("textarea")) return;
  control.setRangeText("\n", control.selectionStart, control.selectionEnd, "end");
  control.dispatchEvent(new Event("input", { bubbles: true }));
}

function onEnter(event) {
  const control = event.target;
  const row = control.closest(".row");
  if (!row || !control.matches("[data-control]:not(button)")) return;
  event.preventDefault();
  if (event.shiftKey) step(row, -1);
  else if (control.value.trim() === "" && row.dataset.field) step(row, 1);
  else submit(row, "accept");
}

function onEscape(event) {
  if (document.getElementById("viewer").contains(event.target)) {
    goTo(lastRow) || goTo(doubtful()[0]);
  } else if (event.target.matches("[data-control][data-saved]")) {
    restore(event.target);
  }
}

let lastRow = null;
document.addEventListener("focusout", (event) => {
  lastRow = event.target.closest?.(".row") ?? lastRow;
});

document.addEventListener("keydown", (event) => {
  // Enter and Escape belong to the input method while it composes Chinese.
  if (event.isComposing || event.keyCode === 229 || document.querySelector("dialog[open]")) return;
  if (event.key === "Enter" && event.ctrlKey) {
    event.preventDefault();
    askFinish();
  } else if (event.altKey && !event.ctrlKey && !event.metaKey) onAlt(event);
  else if (event.key === "Enter") onEnter(event);
  else if (event.key === "Escape") onEscape(event);
});

// ---- start

panel().querySelectorAll("[data-control][data-saved]").forEach(mark);
const asked = new URLSearchParams(location.search);
if (asked.has("document")) viewer.showPage(asked.get("document"), asked.get("page") ?? 1);
else if (!goTo(panel().querySelector("[data-typed]") ?? doubtful()[0]) && viewer.thumbs.length) {
  viewer.showPage(viewer.thumbs[0].dataset.document, viewer.thumbs[0].dataset.page);
}
