// Lists of cases without a mouse: arrows or J and K move, Enter opens, "/" searches.

function links() {
  return [...document.querySelectorAll("[data-entries] .case-link")];
}

function step(by) {
  const all = links();
  if (!all.length) return;
  const at = all.indexOf(document.activeElement);
  const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by));
  all[next].focus();
}

const STEPS = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.matches("input, select, textarea") || document.querySelector("dialog[open]")) return;
  if (event.key in STEPS) step(STEPS[event.key]);
  else if (event.key === "/") document.getElementById("search").focus();
  else return;
  event.preventDefault();
});

document.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-case]");
  if (row && !event.target.closest("a") && !String(getSelection())) row.querySelector(".case-link").click();
});

if (document.activeElement === document.body) links()[0]?.focus();
