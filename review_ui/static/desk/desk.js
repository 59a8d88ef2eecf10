// Case page and archive desk by keyboard: sections, station, print; and pictures that must be there before printing.

const file = document.querySelector(".case-file");

function sections() {
  return [...document.querySelectorAll("[data-section]")];
}

function step(by) {
  const all = sections();
  const top = all.findIndex((s) => s.getBoundingClientRect().bottom > 90);
  const at = all.indexOf(document.activeElement.closest?.("[data-section]"));
  const from = at < 0 ? (by > 0 ? top - 1 : top) : at;
  const next = all[Math.min(all.length - 1, Math.max(0, from + by))];
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "start" });
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  s: () => document.getElementById("to-station").click(),
  p: () => print(),
  "/": () => document.getElementById("search").focus(),
};

function onKey(event) {
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.matches("input, select, textarea") || document.querySelector("dialog[open]")) return;
  const act = KEYS[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
}

if (file) {
  document.addEventListener("keydown", onKey);
  document.querySelector("[data-action=print]").addEventListener("click", () => print());
  addEventListener("beforeprint", () => file.querySelectorAll("img[loading]").forEach((img) => { img.loading = "eager"; }));
}
