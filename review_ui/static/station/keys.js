// Which key does what. Every key stands on the help sheet.

import { askFinish } from "/static/station/finishing.js";
import { viewer } from "/static/station/page.js";
import { currentRow, doubtful, goTo, nextEvidence, step } from "/static/station/places.js";
import { restore, submit } from "/static/station/saving.js";

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

let lastRow = null; // where Escape leads back to from the scan

function onEscape(event) {
  if (document.getElementById("viewer").contains(event.target)) {
    goTo(lastRow) || goTo(doubtful()[0]);
  } else if (event.target.matches("[data-control][data-saved]")) {
    restore(event.target);
  }
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
});
