// Places: what is focused, where it stands on the page, and what is doubtful next.

import { panel, viewer } from "/static/station/page.js";
import { goToFirstDoubt } from "/static/station/spots.js";
import { words } from "/static/words.js";

let place = { evidence: [], index: 0 };

export function controlOf(row) {
  return row.querySelector("[data-control]");
}

export function currentRow() {
  return document.activeElement?.closest(".row") ?? null;
}

export function goTo(row) {
  const control = row && controlOf(row);
  if (!control) return false;
  row.closest("details")?.setAttribute("open", "");
  control.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  if (control.matches("input")) control.select();
  if (control.value === control.dataset.saved) goToFirstDoubt(control);
  return true;
}

/** The next row of its section that is answered by buttons. */
export function neighbour(row, by) {
  const rows = [...row.parentElement.querySelectorAll(".row")].filter(controlOf);
  return rows[rows.indexOf(row) + by];
}

/** Go through the other values on offer, each with its place on the scan, and back to the box. */
export function stepCandidate(row, by) {
  const all = [...(row?.querySelectorAll(".candidates button") ?? [])];
  const next = all[all.indexOf(document.activeElement) + by];
  if (next) next.focus();
  else if (all.includes(document.activeElement)) goTo(row);
}

export function showPlace(element) {
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
  document.getElementById("evidence-count").textContent = words("依据 {number}/{count}", { number: place.index + 1, count: place.evidence.length });
}

export function nextEvidence() {
  if (place.evidence.length < 2) return;
  place.index = (place.index + 1) % place.evidence.length;
  tellCount();
  viewer.showEvidence(place.evidence, place.index);
}

// ---- doubtful items, in the order of the page

export function doubtful() {
  return [...panel().querySelectorAll("[data-doubtful]")];
}

export function step(from, by) {
  const all = doubtful();
  const at = all.indexOf(from);
  if (at >= 0 && all.length > 1) return goTo(all[(at + by + all.length) % all.length]);
  if (at >= 0) return false;
  const order = Node.DOCUMENT_POSITION_FOLLOWING;
  const after = all.filter((row) => !from || from.compareDocumentPosition(row) & order);
  const next = by > 0 ? (after[0] ?? all[0]) : all.filter((row) => !after.includes(row)).at(-1) ?? all.at(-1);
  return goTo(next);
}

export function goOnFrom(row) {
  if (!step(row, 1)) document.getElementById("finish-button").focus();
}
