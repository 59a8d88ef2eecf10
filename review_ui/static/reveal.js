// Showing what is masked. The server masks; this asks for one field or page, with the reason chosen for this case.
// A doubtful field is shown when it is focused: it has to be checked. Everything else is shown by Alt+U.

import { words } from "/static/words.js";

const ANSWERS = ["accept", "candidate"];

const reason = document.getElementById("reveal-reason");
const remembered = `reveal-reason:${reason.dataset.case}`;
const panel = () => document.getElementById("panel");
const viewer = document.getElementById("viewer");
const pageButton = document.querySelector('[data-action="reveal-page"]');
const hidden = new Set(pageButton.dataset.pages.split(" "));
const pending = new Map(); // field → promise of its row
const hideButton = document.querySelector('[data-action="hide-shown"]');
const status = document.getElementById("reveal-status");
const showing = new Map(); // subject → moment at which it is hidden again
let renewed = 0;

reason.value = sessionStorage.getItem(remembered) ?? reason.value;
reason.addEventListener("change", () => sessionStorage.setItem(remembered, reason.value));

// ---- asking

async function ask(subject, part) {
  const answer = await fetch(`/cases/${panel().dataset.case}/reveals`, {
    method: "POST",
    headers: { "X-Part": part, "X-Shown": [...showing.keys(), subject].join() },
    body: new URLSearchParams({ subject, reason: reason.value }),
  }).catch(() => null);
  if (!answer?.ok) {
    tell(words("没有显示：审计日志没有写入，或没有连上服务。请稍后再试。"));
    return null;
  }
  return answer;
}

function tell(text) {
  const note = document.createElement("p");
  note.className = "notice";
  note.setAttribute("role", "alert");
  note.textContent = text;
  document.getElementById("notices").replaceChildren(note);
}

function revealRow(row) {
  const name = row.dataset.field;
  if (!pending.has(name)) pending.set(name, fetchRow(name).finally(() => pending.delete(name)));
  return pending.get(name);
}

async function fetchRow(name) {
  const revision = panel().dataset.revision;
  const answer = await ask(`field:${name}`, "row");
  if (!answer) return false;
  keepShown(`field:${name}`);
  // what was hidden again while the answer came stays hidden
  if (!(await putRow(name, answer, revision, () => showing.has(`field:${name}`)))) return false;
  renewPictures();
  return true;
}

/** A row as the server shows it now. */
function getRow(name) {
  return fetch(`/cases/${panel().dataset.case}/rows/${name}`, { headers: { "X-Shown": [...showing.keys()].join() } }).catch(() => null);
}

/** Put a row that was asked for at this revision on the page; one that an answer has overtaken is asked for again. */
async function putRow(name, answer, revision, wanted = () => true) {
  const text = await answer.text();
  const now = panel().dataset.revision;
  if (now !== revision) {
    const later = await getRow(name);
    return Boolean(later?.ok) && putRow(name, later, now, wanted);
  }
  const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-field]");
  const row = panel().querySelector(`[data-field="${name}"]`); // the panel may have been renewed meanwhile
  if (!fresh || !row || !wanted()) return false;
  putInto(row, fresh);
  return true;
}

async function revealPage() {
  const { document: id, page } = viewer.dataset;
  if (!id || !(await ask(`page:${id}:${page}`, "page"))) return;
  hidden.delete(`${id}:${page}`);
  keepShown(`page:${id}:${page}`);
  offerPage();
  renewPictures();
}

/** The button stands there while something of the shown page is hidden. */
function offerPage() {
  pageButton.hidden = !hidden.has(`${viewer.dataset.document}:${viewer.dataset.page}`);
}

// ---- putting it on the page

/** Take everything over from a freshly rendered row but the control itself, which may have the focus and input. */
function putInto(row, fresh) {
  const control = row.querySelector("[data-control]");
  const next = fresh.querySelector("[data-control]");
  const untouched = control.value === control.dataset.saved || control.value === next.dataset.saved;
  control.dataset.saved = next.dataset.saved;
  if (untouched) {
    control.value = next.dataset.saved;
    row.classList.remove("is-dirty");
    control.removeAttribute("hx-morph-skip");
    if (document.activeElement === control && control.matches("input")) control.select();
  }
  const keeper = [...row.children].find((child) => child.contains(control));
  const place = [...fresh.children].findIndex((child) => child.contains(next));
  for (const child of [...row.children]) if (child !== keeper) child.remove();
  [...fresh.children].forEach((child, index) => {
    if (index < place) keeper.before(child);
    else if (index > place) row.append(child);
  });
  row.dataset.evidence = fresh.dataset.evidence;
  row.toggleAttribute("data-masked", fresh.hasAttribute("data-masked"));
  row.toggleAttribute("data-shown", fresh.hasAttribute("data-shown"));
}

/** Another address, so that no cache answers; the viewer fetches the page that it shows at once. */
function renewPictures() {
  renewed += 1;
  for (const thumb of document.querySelectorAll(".thumb")) {
    thumb.dataset.src = `${thumb.dataset.src.split("?")[0]}?${new URLSearchParams({ shown: renewed, only: [...showing.keys()].join() })}`;
  }
  document.dispatchEvent(new CustomEvent("pictures:renewed"));
}

// ---- hiding it again

const LASTS = Number(reason.dataset.shownLasts) * 1000;

function keepShown(subject) {
  showing.set(subject, Date.now() + LASTS);
  hideButton.hidden = false;
}

const rowOf = (subject) => panel().querySelector(`[data-field="${subject.replace("field:", "")}"]`);

/** What is being typed is the person's own; it is hidden when the field is left. */
function isTyping(row) {
  return row?.classList.contains("is-dirty") ?? false;
}

/** Mask these subjects again; a field with unsaved input waits. */
async function hideAgain(subjects) {
  const chosen = subjects.filter((subject) => showing.has(subject) && !isTyping(rowOf(subject)));
  if (!chosen.length) return;
  chosen.forEach((subject) => showing.delete(subject));
  hideButton.hidden = showing.size === 0;
  for (const subject of chosen) if (subject.startsWith("page:")) hidden.add(subject.replace("page:", ""));
  offerPage();
  renewPictures();
  await Promise.all(chosen.filter((subject) => subject.startsWith("field:")).map(maskRow));
  status.textContent = words("已重新遮盖 {count} 处。", { count: chosen.length });
}

/** Take the masked row from the server; without an answer what was shown goes all the same. */
async function maskRow(subject) {
  const row = rowOf(subject);
  if (!row) return;
  const control = row.querySelector("[data-control]");
  control.value = control.dataset.saved = "";
  row.setAttribute("data-masked", "");
  const revision = panel().dataset.revision;
  const name = row.dataset.field;
  const answer = await getRow(name);
  if (answer?.ok) await putRow(name, answer, revision, () => !showing.has(subject));
  else location.reload();
}

function hideOld() {
  const due = [...showing].filter(([, until]) => until <= Date.now()).map(([subject]) => subject);
  hideAgain(due.filter((subject) => !rowOf(subject)?.contains(document.activeElement)));
}

function hideAll() {
  hideAgain([...showing.keys()]);
}

function onLeaving() {
  if (document.visibilityState === "hidden") hideAll();
  else showFocused();
}

/** What the server still allowed when this page was made, shown like anything else from now on. */
function noticeShown() {
  for (const row of panel().querySelectorAll("[data-shown]")) {
    if (!showing.has(`field:${row.dataset.field}`)) keepShown(`field:${row.dataset.field}`);
  }
}

// ---- what must wait until it is shown

function isUntouched(row) {
  const control = row.querySelector("[data-control]");
  return control.value !== "" && control.value === control.dataset.saved;
}

/** Return true for a key that would answer a row with what is still masked. */
function answers(event, row) {
  if (event.key === "Enter") {
    const plain = !event.shiftKey && !event.ctrlKey && !event.altKey && event.target.matches("[data-control]");
    return plain && isUntouched(row);
  }
  return event.altKey && !event.ctrlKey && /^Digit[1-9]$/.test(event.code) && row.querySelector(".candidates") !== null;
}

/** Show the row; a doubtful one was being shown already, so what was asked of it is done afterwards. */
async function showFirst(row, then) {
  const asked = row.hasAttribute("data-doubtful");
  if ((await revealRow(row)) && asked) then();
}

function onKey(event) {
  if (event.isComposing || event.keyCode === 229 || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") {
    hideAll();
    return; // it leads out of other things as well
  }
  const row = event.target.closest?.("#panel [data-masked]");
  if (event.altKey && !event.ctrlKey && !event.metaKey && event.code === "KeyU") {
    if (event.shiftKey || viewer.contains(event.target)) revealPage();
    else if (row) revealRow(row);
  } else if (event.altKey && !event.ctrlKey && !event.metaKey && event.code === "KeyY") {
    reason.focus();
  } else if (row && answers(event, row)) {
    const { key, code, altKey, target } = event;
    const again = () => target === document.activeElement
      && target.dispatchEvent(new KeyboardEvent("keydown", { key, code, altKey, bubbles: true, cancelable: true }));
    showFirst(row, again);
  } else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

function onClick(event) {
  const button = event.target.closest("[data-action]");
  const action = button?.dataset.action;
  if (action === "reveal-page" || action === "hide-shown") {
    if (action === "reveal-page") revealPage();
    else hideAll();
    return;
  }
  const row = button?.closest("#panel [data-masked]");
  if (!row) return;
  if (action === "reveal") revealRow(row);
  else if (action === "accept" && isUntouched(row)) showFirst(row, () => click(row, '[data-action="accept"]'));
  else if (action === "candidate") showFirst(row, () => click(row, `[data-number="${button.dataset.number}"]`));
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

function click(row, what) {
  row.querySelector(what)?.click();
}

function showFocused() {
  const control = document.activeElement;
  const row = control?.closest("#panel [data-masked][data-doubtful]");
  if (row && control.matches("[data-control]")) revealRow(row);
}

addEventListener("keydown", onKey, true);
addEventListener("click", onClick, true);
document.addEventListener("focusin", showFocused);
// An answer sent before a field was shown brings it back masked; the server remembers that it is shown.
document.addEventListener("htmx:after:swap", () => {
  noticeShown();
  showFocused();
});
document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  ctx.request.headers["X-Shown"] = [...showing.keys()].join();
});
document.addEventListener("visibilitychange", onLeaving);
setInterval(hideOld, 1000);
noticeShown();
for (const page of reason.dataset.openPages.split(" ").filter(Boolean)) keepShown(`page:${page}`);
new MutationObserver(offerPage).observe(viewer, { attributeFilter: ["data-document", "data-page"] });
showFocused();
offerPage();

// ---- what was shown does not stay longer than the server allows

function maskAgain() {
  const unsaved = panel().querySelector(".is-dirty");
  if (!unsaved && !document.querySelector("dialog[open]")) location.reload();
}
setInterval(maskAgain, Number(reason.dataset.lasts) * 1000);
