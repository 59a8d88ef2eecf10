// Lists of cases without a mouse: arrows or J and K move, Enter opens, N takes the next, "/" searches.

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

const LETTERS = {
  n: () => document.getElementById("next")?.click(),
  f: () => document.querySelector("#filters select")?.focus(),
  m: () => document.getElementById("more")?.click(),
  "/": () => document.getElementById("search").focus(),
};

function onLetter(key) {
  if (/^[1-9]$/.test(key)) document.querySelector(`[data-view="${key}"]`)?.click();
  else LETTERS[key]?.();
}

const STEPS = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey) return;
  if (event.altKey) {
    if (event.code !== "KeyL") return;
    event.preventDefault();
    LETTERS.n();
    return;
  }
  if (event.target.matches("input, select, textarea") || document.querySelector("dialog[open]")) return;
  if (event.key in STEPS) step(STEPS[event.key]);
  else if (event.key in LETTERS || /^[1-9]$/.test(event.key)) onLetter(event.key);
  else return;
  event.preventDefault();
});

document.addEventListener("click", (event) => {
  const row = event.target.closest("tr[data-case]");
  if (row && !event.target.closest("a") && !String(getSelection())) row.querySelector(".case-link")?.click();
});

// More lines took the place of the link that had the focus: go on where they begin.
document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
  if (ctx.sourceElement.id === "more") ctx.shown = links().length;
});
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.shown !== undefined) links()[ctx.shown]?.focus();
});

if (document.activeElement === document.body) links()[0]?.focus();
