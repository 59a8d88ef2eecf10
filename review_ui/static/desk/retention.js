// Holds and disposal lists by keyboard: H to hold a case, L to make a list; a destruction is asked about once more.

const KEYS = {
  h: () => document.getElementById("hold-case")?.focus(),
  l: () => document.getElementById("make-list")?.focus(),
  g: () => document.querySelector("[data-step]")?.focus(),
};

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.matches("input, select, textarea") || document.querySelector("dialog[open]")) return;
  const act = KEYS[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
});

document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !confirm(question)) event.preventDefault();
});
