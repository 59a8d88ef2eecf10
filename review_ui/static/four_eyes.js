// Second keying and audit samples: the focused form shows its place on the page; Enter answers.

import { PageViewer } from "/static/viewer.js";

const viewer = new PageViewer(
  document.getElementById("viewer"),
  [...document.querySelectorAll(".thumb")],
  document.getElementById("page-label"),
  document.getElementById("viewer-problem"),
);

function showPlace(form) {
  const evidence = JSON.parse(form?.dataset.evidence ?? "[]");
  if (evidence.length) viewer.showEvidence(evidence, 0);
  else if (viewer.thumbs.length) viewer.showPage(viewer.thumbs[0].dataset.document, viewer.thumbs[0].dataset.page);
}

document.addEventListener("focusin", (event) => {
  const form = event.target.closest("form.keying");
  if (form) showPlace(form);
});

document.addEventListener("click", (event) => {
  const thumb = event.target.closest(".thumb");
  if (thumb) viewer.showPage(thumb.dataset.document, thumb.dataset.page);
});

function answerSample(event) {
  const box = event.target.closest(".sample textarea");
  if (!box) return;
  const changed = box.value.trim() !== box.dataset.saved;
  const outcome = event.key === "Enter" ? (changed ? "wrong" : "right") : "illegible";
  event.preventDefault();
  box.form.querySelector(`[data-outcome="${outcome}"]`).click();
}

document.addEventListener("keydown", (event) => {
  // Enter belongs to the input method while it composes Chinese.
  if (event.isComposing || event.keyCode === 229) return;
  if (event.altKey && event.code === "KeyX") answerSample(event);
  else if (event.altKey && event.code === "PageDown") viewer.turnPage(1);
  else if (event.altKey && event.code === "PageUp") viewer.turnPage(-1);
  else if (event.key === "Enter" && !event.altKey && !event.shiftKey) answerSample(event);
});

const first = document.querySelector(".keying :is(input:not([type=hidden]), select, textarea)");
if (first) first.focus();
else showPlace(null);
