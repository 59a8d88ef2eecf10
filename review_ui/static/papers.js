// Work on papers: keys of the page strip, the menu of one page, and taking back. Every key has its button in the menu.

import { words } from "/static/words.js";

const strip = document.getElementById("pages");
const dialog = document.getElementById("papers");
const form = document.getElementById("papers-form");
const undoForm = document.getElementById("undo-form");
const thumbs = [...document.querySelectorAll(".thumb")];
const notice = document.getElementById("papers-notice");
const UNSAVED = words("还有录入没有保存，请先确认，或按 Esc 放弃。");
const OFFLINE = words("没有连上服务，这次操作没有保存。请确认服务正在运行后再试。");

let cameFrom = null; // where Escape returns to
let sending = false; // one at a time: a second key must not act on papers that are about to lie elsewhere

// ---- the page in hand

function inHand() {
  const focused = document.activeElement?.closest?.(".thumb");
  return focused ?? thumbs.find((t) => t.hasAttribute("aria-current")) ?? thumbs[0];
}

function goTo(thumb) {
  if (!thumb) return;
  thumb.focus({ preventScroll: true });
  thumb.scrollIntoView({ block: "nearest" });
  if (!thumb.hasAttribute("aria-current")) thumb.click();
}

function enterStrip() {
  if (!strip.contains(document.activeElement)) cameFrom = document.activeElement;
  goTo(inHand());
}

function leaveStrip() {
  const back = cameFrom?.isConnected && cameFrom !== document.body ? cameFrom : null;
  (back ?? document.querySelector("#panel [data-doubtful] [data-control]") ?? document.getElementById("finish-button")).focus();
}

// ---- sending

function isDirty(control) {
  return control.value !== control.dataset.saved;
}

function tell(text) {
  if (dialog.open) {
    notice.textContent = text;
    notice.hidden = false;
    return;
  }
  const note = document.createElement("p");
  note.className = "notice";
  note.id = "notice";
  note.setAttribute("role", "alert");
  note.textContent = text;
  document.getElementById("notices").replaceChildren(note);
}

async function post(address, body) {
  if (sending) return;
  if ([...document.querySelectorAll("#panel [data-control][data-saved]")].some(isDirty)) {
    tell(UNSAVED);
    return;
  }
  sending = true;
  strip.setAttribute("aria-busy", "true");
  body.set("expected_revision", document.getElementById("panel").dataset.revision);
  const answer = await fetch(address, { method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(body) })
    .then(async (response) => (response.headers.get("content-type")?.includes("json") ? response.json() : { notice: words("操作未执行（{status}），请刷新页面后再试。", { status: response.status }) }))
    .catch(() => ({ notice: OFFLINE }));
  if (answer.go) {
    location.assign(answer.go);
    return; // nothing more happens on papers that lie otherwise now
  }
  sending = false;
  strip.removeAttribute("aria-busy");
  tell(answer.notice ?? answer.fact ?? OFFLINE);
}

function take(thumb) {
  form.elements.document.value = thumb.dataset.document;
  form.elements.page.value = thumb.dataset.page;
}

function next(thumb) {
  return thumb.closest(".paper").nextElementSibling?.closest(".paper")?.dataset.paper ?? "";
}

function act(action, value = "", address = form.getAttribute("action")) {
  const thumb = inHand();
  if (!thumb) return;
  take(thumb);
  const body = new FormData(form);
  body.set("action", action);
  body.set("value", action === "merge" ? next(thumb) : value);
  post(address, body);
}

function undo() {
  post(undoForm.getAttribute("action"), new FormData(undoForm));
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  const button = event.submitter ?? form.querySelector("[name=action]");
  const value = button.dataset.fixed ?? button.closest(".with").querySelector("[data-value]")?.value ?? "";
  act(button.value, value, button.getAttribute("formaction") ?? undefined);
});

// ---- the menu

function show(selector, visible) {
  form.querySelector(selector).hidden = !visible;
}

function openMenu(thumb, first = "papers-kind") {
  if (!thumb || dialog.open) return;
  goTo(thumb);
  const paper = thumb.closest(".paper");
  take(thumb);
  notice.hidden = true;
  document.getElementById("papers-title").textContent = thumb.dataset.label;
  document.getElementById("papers-kind").value = paper.dataset.kind;
  const alone = paper.querySelectorAll(".thumb").length < 2;
  for (const option of document.getElementById("papers-target").options) {
    option.hidden = option.disabled = option.value === paper.dataset.paper || (option.value === "new" && alone);
  }
  // a page alone mostly belongs to what lies before it
  const near = paper.previousElementSibling ?? paper.nextElementSibling;
  document.getElementById("papers-target").value = alone ? (near?.dataset.paper ?? "") : "new";
  show('[value="blank"]', !("blank" in thumb.dataset));
  show('[value="restore"]', "blank" in thumb.dataset || "replaced" in thumb.dataset);
  show('[value="rescan"]', !("rescan" in thumb.dataset));
  show('[value="rescanned"]', "rescan" in thumb.dataset);
  dialog.showModal();
  document.getElementById(first).focus();
}

// The browser gives the focus back when the menu closes; this is told later, and must not take it from where it went since.
dialog?.addEventListener("close", () => {
  if (document.activeElement === document.body) inHand()?.focus();
});

// Enter in a box of the menu presses the first visible button of its own line.
dialog?.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  const box = event.target.closest("[data-value]");
  if (event.key === "Enter" && box) {
    event.preventDefault();
    form.requestSubmit([...box.closest(".with").querySelectorAll("button")].find((b) => !b.hidden));
  } else if (/^[1-9]$/.test(event.key) && event.target.id === "papers-reason" && !event.target.value) {
    const reason = dialog.querySelectorAll(".reason")[Number(event.key) - 1];
    if (!reason) return;
    event.preventDefault();
    event.target.value = reason.dataset.reason;
  }
});

const BUTTONS = {
  menu: () => openMenu(inHand()),
  undo,
  close: () => dialog.close(),
  rescan: (button) => {
    const own = thumbs.filter((t) => t.dataset.document === button.dataset.of);
    openMenu(own.find((t) => "unusable" in t.dataset && !("rescan" in t.dataset)) ?? own[0], "papers-reason");
  },
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-papers]");
  if (button && dialog) {
    event.preventDefault(); // a press before this script was ready posts the form itself
    BUTTONS[button.dataset.papers](button);
  }
  const reason = event.target.closest(".reason");
  if (reason) {
    document.getElementById("papers-reason").value = reason.dataset.reason;
    document.getElementById("papers-reason").focus();
  }
});

strip.addEventListener("contextmenu", (event) => {
  const thumb = event.target.closest(".thumb");
  if (!thumb || !dialog) return;
  event.preventDefault();
  openMenu(thumb);
});

// ---- keys

const KEYS = {
  KeyK: (thumb) => openMenu(thumb, "papers-kind"),
  KeyT: (thumb) => openMenu(thumb, "papers-target"),
  KeyC: (thumb) => openMenu(thumb, "papers-case"),
  KeyR: (thumb) => ("rescan" in thumb.dataset ? act("rescanned") : openMenu(thumb, "papers-reason")),
  KeyS: () => act("split"),
  KeyM: () => act("merge"),
  BracketLeft: () => act("up"),
  BracketRight: () => act("down"),
  KeyB: (thumb) => act("blank" in thumb.dataset || "replaced" in thumb.dataset ? "restore" : "blank"),
  KeyZ: undo,
  Enter: (thumb) => openMenu(thumb),
};

function onStripKey(event) {
  const at = thumbs.indexOf(inHand());
  const steps = { ArrowDown: at + 1, ArrowUp: at - 1, ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: thumbs.length - 1 };
  if (event.code in steps) goTo(thumbs[steps[event.code]]);
  else if (event.code === "Escape") leaveStrip();
  else if (event.code === "KeyO") act("turn", event.shiftKey ? "270" : "90");
  else if (event.code in KEYS && !event.shiftKey) KEYS[event.code](thumbs[at]);
  else return;
  event.preventDefault();
}

function isTextBox(element) {
  return element.matches?.("input:not([type=hidden]), textarea");
}

document.addEventListener("keydown", (event) => {
  if (!dialog || event.isComposing || event.keyCode === 229 || document.querySelector("dialog[open]")) return;
  const plain = !event.altKey && !event.ctrlKey && !event.metaKey;
  const alt = event.altKey && !event.ctrlKey && !event.metaKey;
  const control = event.ctrlKey && !event.altKey && !event.shiftKey;
  if (alt && event.code === "KeyP") enterStrip();
  else if ((alt && event.code === "KeyZ") || (control && event.code === "KeyZ" && !isTextBox(event.target))) undo();
  else {
    if (plain && strip.contains(event.target) && event.target.closest(".thumb")) onStripKey(event);
    return;
  }
  event.preventDefault();
});

// ---- start: where the last act left off

const asked = new URLSearchParams(location.search);
if (asked.has("papers")) goTo(thumbs.find((t) => t.dataset.document === asked.get("document") && t.dataset.page === asked.get("page")) ?? thumbs[0]);
if (asked.has("undone")) document.getElementById(asked.get("undone"))?.querySelector("[data-control]")?.focus();
