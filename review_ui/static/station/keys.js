// Which key does what. Every key stands on the help sheet.

import { startDrawing } from "/static/station/drawing.js";
import { askFinish } from "/static/station/finishing.js";
import { viewer } from "/static/station/page.js";
import { controlOf, currentRow, doubtful, goTo, neighbour, nextEvidence, step, stepCandidate } from "/static/station/places.js";
import { toggleBoxes } from "/static/station/read.js";
import { restore, submit } from "/static/station/saving.js";
import { stepDoubt, takeAlternative } from "/static/station/spots.js";

/** Numbers mean the doubtful character under the cursor first, then the values on offer; with Shift only those. */
function takeNumber(row, number, onlyCandidates) {
  const control = row && controlOf(row);
  if (!onlyCandidates && document.activeElement === control && takeAlternative(control, number)) return;
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
  KeyB: startDrawing,
  KeyW: toggleBoxes,
  KeyI: () => viewer.adjust("invert"),
  Backslash: () => viewer.adjust("plain"),
  ArrowDown: () => stepCandidate(currentRow(), 1),
  ArrowUp: () => stepCandidate(currentRow(), -1),
  PageDown: () => viewer.turnPage(1),
  PageUp: () => viewer.turnPage(-1),
  Equal: () => viewer.zoom(1.4),
  Minus: () => viewer.zoom(1 / 1.4),
  Digit0: () => viewer.fitPage(),
  Period: nextEvidence,
};

function onAlt(event) {
  const digit = /^Digit([1-9])$/.exec(event.code);
  if (digit) takeNumber(currentRow(), Number(digit[1]), event.shiftKey);
  else if (event.code === "BracketRight") viewer.adjust(event.shiftKey ? "brighter" : "more-contrast");
  else if (event.code === "BracketLeft") viewer.adjust(event.shiftKey ? "darker" : "less-contrast");
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
  if (row && event.shiftKey && control.matches("button")) {
    event.preventDefault();
    step(row, -1);
  }
  if (!row || !control.matches("[data-control]:not(button)")) return;
  event.preventDefault();
  if (event.shiftKey) step(row, -1);
  else if (control.value.trim() === "" && row.dataset.field) step(row, 1);
  else submit(row, "accept");
}

/** Rows that are answered by buttons: a number presses one, arrows go to the row above or below. */
function onButtons(event) {
  const row = event.target.closest(".row");
  if (!row || !event.target.matches(".buttons button") || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const numbered = [...row.querySelectorAll(".buttons button")].filter((b) => b.querySelector("kbd"));
  if (by) goTo(neighbour(row, by));
  else if (/^[1-9]$/.test(event.key)) numbered[event.key - 1]?.click();
  else return;
  event.preventDefault();
}

let lastRow = null; // where Escape leads back to from the scan

function onEscape(event) {
  if (document.getElementById("viewer").contains(event.target)) {
    goTo(lastRow) || goTo(doubtful()[0]);
  } else if (event.target.matches("[data-control][data-saved]")) {
    restore(event.target);
  } else if (event.target.closest(".candidates")) goTo(currentRow());
}

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
  else if (event.key === "F2") {
    event.preventDefault();
    stepDoubt(event.target, event.shiftKey ? -1 : 1);
  } else onButtons(event);
});
