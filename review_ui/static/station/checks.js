// Checks while typing: the normal form and the tests of what stands in a box, told below it.

import { panel } from "/static/station/page.js";
import { isDirty } from "/static/station/saving.js";
import { words } from "/static/words.js";

const PAUSE = 220; // milliseconds without a key before a value is sent

const waiting = new Map();

export function liveOf(control) {
  return control.closest(".row").querySelector(".live");
}

export function checkSoon(control) {
  const row = control.closest("[data-field]");
  if (!row) return;
  clearTimeout(waiting.get(control));
  waiting.set(control, setTimeout(() => check(row, control), PAUSE));
}

async function check(row, control) {
  const value = control.value;
  const answer = await fetch("/api/v1/check", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ case: panel().dataset.case, field: row.dataset.field, value }),
  }).catch(() => null);
  if (!answer?.ok || control.value !== value) return;
  const found = await answer.json();
  const lines = found.checks.map((c) => line(c.message, c.passed === false ? "bad" : c.passed ? "fine" : ""));
  if (found.value && found.value !== value.trim()) lines.unshift(line(words("存为：{value}", { value: found.value }), ""));
  liveOf(control).replaceChildren(...(isDirty(control) ? lines : []));
}

function line(text, kind) {
  const element = document.createElement("span");
  element.className = kind;
  element.textContent = `${text}　`;
  return element;
}
