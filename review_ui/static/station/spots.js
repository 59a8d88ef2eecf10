// Doubtful characters: marked in the box, the cursor on the first, the scan at that very character, and what the
// recogniser saw instead picked by number.

import { panel, viewer } from "/static/station/page.js";
import { controlOf } from "/static/station/places.js";
import { words } from "/static/words.js";

let told = null; // what the bar and the scan show now: control, place, value

const found = new Map(); // control id to { value, doubts: [{ at, text, alternatives, bbox, ... }] }

/** Remember what is doubtful in the value that stands in a control. */
export function setDoubts(control, doubts) {
  found.set(control.id, { value: control.value, doubts });
  draw(control);
  told = null;
  if (document.activeElement === control) tell(control);
}

/** The doubts of what stands in the control now: those whose character was not changed. */
export function doubtsOf(control) {
  const known = found.get(control.id);
  if (!known) return [];
  if (known.value !== control.value) follow(known, control.value);
  return known.doubts;
}

/** Carry doubts over a change: what stands before and after the changed part keeps its doubts. */
function follow(known, value) {
  const before = known.value;
  const most = Math.min(before.length, value.length);
  let head = 0;
  while (head < most && before[head] === value[head]) head += 1;
  let tail = 0;
  while (tail < most - head && before[before.length - 1 - tail] === value[value.length - 1 - tail]) tail += 1;
  const longer = value.length - before.length;
  known.doubts = known.doubts
    .filter((doubt) => doubt.at < head || doubt.at >= before.length - tail)
    .map((doubt) => (doubt.at < head ? doubt : { ...doubt, at: doubt.at + longer }));
  known.value = value;
}

export function currentDoubt(control) {
  if (!isText(control)) return null;
  return doubtsOf(control).find((doubt) => doubt.at === control.selectionStart && control.selectionEnd <= doubt.at + 1) ?? null;
}

function isText(control) {
  return control?.matches?.("input[data-control], textarea[data-control]");
}

/** Put the cursor on the first doubtful character; false when there is none. */
export function goToFirstDoubt(control) {
  return isText(control) && select(control, doubtsOf(control)[0]);
}

/** Put the cursor on the next (or, by = -1, the previous) doubtful character of the box. */
export function stepDoubt(control, by) {
  if (!isText(control)) return false;
  const doubts = doubtsOf(control);
  const at = control.selectionStart;
  const next = by > 0 ? (doubts.find((d) => d.at > at) ?? doubts[0]) : (doubts.findLast((d) => d.at < at) ?? doubts.at(-1));
  return select(control, next);
}

function select(control, doubt) {
  if (!doubt) return false;
  control.setSelectionRange(doubt.at, doubt.at + 1);
  tell(control);
  return true;
}

/** Take an alternative of the character under the cursor; false when there is none of that number. */
export function takeAlternative(control, number) {
  const doubt = currentDoubt(control);
  const chosen = doubt?.alternatives[number - 1];
  if (!chosen) return Boolean(doubt?.alternatives.length);
  control.setRangeText(chosen.text, doubt.at, doubt.at + 1, "end");
  control.dispatchEvent(new Event("input", { bubbles: true }));
  const next = doubtsOf(control).find((d) => d.at > doubt.at);
  if (next) select(control, next);
  return true;
}

// ---- what is seen of it

function draw(control) {
  const marks = control.parentElement.querySelector("[data-marks]");
  if (!marks) return;
  const parts = [];
  let end = 0;
  for (const doubt of doubtsOf(control)) {
    const mark = document.createElement("mark");
    mark.textContent = control.value[doubt.at];
    parts.push(control.value.slice(end, doubt.at), mark);
    end = doubt.at + 1;
  }
  marks.replaceChildren(...(parts.length ? [...parts, control.value.slice(end)] : []));
  marks.scrollLeft = control.scrollLeft;
  marks.scrollTop = control.scrollTop;
}

/** Show the alternatives of the character under the cursor, and the character itself on the scan. */
function tell(control) {
  const row = control.closest(".row");
  const doubt = currentDoubt(control);
  row.classList.toggle("on-spot", Boolean(doubt));
  const bar = row.querySelector("[data-spots]");
  if (!bar) return;
  const key = doubt ? `${control.id} ${doubt.at} ${control.value}` : null;
  if (key === told) return;
  told = key;
  bar.replaceChildren(...(doubt ? choices(control, doubt) : []));
  if (!doubt) return;
  const evidence = JSON.parse(row.dataset.evidence);
  const inside = evidence.findIndex((e) => e.document_id === doubt.document_id && e.page === doubt.page);
  viewer.showSpot(evidence, Math.max(0, inside), doubt);
}

function choices(control, doubt) {
  const all = doubtsOf(control);
  const head = document.createElement("span");
  head.textContent = words("存疑字 {number}/{count}“{text}”", { number: all.indexOf(doubt) + 1, count: all.length, text: doubt.text });
  const buttons = doubt.alternatives.map(({ text, fits }, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.tabIndex = -1;
    button.dataset.alternative = index + 1;
    button.title = words("换成“{text}”（Alt+{number}）", { text, number: index + 1 });
    const key = document.createElement("kbd");
    key.textContent = index + 1;
    button.append(key, text, ...(fits ? [fitting()] : []));
    return button;
  });
  const hint = document.createElement("small");
  hint.textContent = buttons.length ? "" : words("没有其他读法，请对照原件键入");
  return [head, ...buttons, hint];
}

function fitting() {
  const note = document.createElement("small");
  note.className = "fine";
  note.textContent = words("校验通过");
  return note;
}

// ---- events

document.addEventListener("selectionchange", () => {
  const control = document.activeElement;
  if (isText(control) && found.has(control.id)) tell(control);
});

document.addEventListener("scroll", ({ target }) => {
  if (target instanceof Element && isText(target)) draw(target);
}, true);

document.addEventListener("input", ({ target }) => {
  if (isText(target) && found.has(target.id)) draw(target);
});

document.addEventListener("focusout", ({ target }) => {
  const row = isText(target) && target.closest(".row");
  row && row.querySelector("[data-spots]")?.replaceChildren();
  row && row.classList.remove("on-spot");
  told = null;
});

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-alternative]");
  if (!button) return;
  const control = controlOf(button.closest(".row"));
  const doubt = doubtsOf(control).find((d) => d.alternatives[button.dataset.alternative - 1] && control.value[d.at] === d.text);
  control.focus();
  if (currentDoubt(control) ?? select(control, doubt)) takeAlternative(control, Number(button.dataset.alternative));
});

/** Ask once what is doubtful in this case; marks appear when the answer is there. */
export async function loadDoubts() {
  const answer = await fetch(`/cases/${panel().dataset.case}/doubts`).catch(() => null);
  if (!answer?.ok) return;
  const { fields } = await answer.json();
  for (const [name, doubts] of Object.entries(fields)) {
    const control = document.getElementById(`value-${name}`);
    // what was typed meanwhile is no longer what was read
    if (isText(control) && control.value === control.dataset.saved) setDoubts(control, doubts);
  }
  const control = document.activeElement;
  const untouched = isText(control) && control.value === control.dataset.saved;
  if (untouched && control.selectionStart === 0 && control.selectionEnd === control.value.length) goToFirstDoubt(control);
  panel().dataset.doubts = "loaded";
}

/** After the panel was renewed: marks are drawn again, those of saved values are gone. */
export function redrawDoubts() {
  for (const id of found.keys()) {
    const control = document.getElementById(id);
    if (!control) found.delete(id);
    else if (control.closest(".row").matches(".accepted")) {
      found.delete(id);
      control.parentElement.querySelector("[data-marks]").replaceChildren();
    } else draw(control);
  }
}
