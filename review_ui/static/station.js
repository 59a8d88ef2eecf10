// The station: the mouse, the focus, and the first place that is shown. The rest stands in station/.

import { checkSoon } from "/static/station/checks.js";
import { startDrawing } from "/static/station/drawing.js";
import { askFinish, cancelFinish, goOpen } from "/static/station/finishing.js";
import "/static/station/keys.js";
import { panel, side, viewer } from "/static/station/page.js";
import { doubtful, goTo, nextEvidence, showPlace } from "/static/station/places.js";
import { toggleBoxes } from "/static/station/read.js";
import { controls, mark } from "/static/station/saving.js";
import { goToFirstDoubt, loadDoubts } from "/static/station/spots.js";

const ACTIONS = {
  "show-page": (button) => viewer.showPage(button.dataset.document, button.dataset.page),
  "previous-page": () => viewer.turnPage(-1),
  "next-page": () => viewer.turnPage(1),
  "zoom-in": () => viewer.zoom(1.4),
  "zoom-out": () => viewer.zoom(1 / 1.4),
  "fit-page": () => viewer.fitPage(),
  "rotate-left": () => viewer.rotate(-90),
  "rotate-right": () => viewer.rotate(90),
  "next-evidence": nextEvidence,
  adjust: (button) => viewer.adjust(button.dataset.change),
  "draw-box": startDrawing,
  "show-boxes": toggleBoxes,
  "ask-finish": askFinish,
  "cancel-finish": cancelFinish,
  "go-open": goOpen,
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-action]");
  const act = button && ACTIONS[button.dataset.action];
  if (act) {
    act(button);
    if (button.matches("a")) event.preventDefault();
    return;
  }
  const row = event.target.closest(".row[data-evidence]");
  if (row && !event.target.closest("button, a, label, input, select, textarea, summary") && !String(getSelection())) goTo(row);
});

document.addEventListener("focusin", (event) => {
  if (side().contains(event.target)) showPlace(event.target);
  // the browser puts its selection into the box after this event; a click chose its own place
  if (!event.target.matches(":active")) pending = requestAnimationFrame(() => atFirstDoubt(event.target));
});

let pending = 0;
document.addEventListener("keydown", () => cancelAnimationFrame(pending), true);

function atFirstDoubt(control) {
  if (control === document.activeElement && control.value === control.dataset.saved) goToFirstDoubt(control);
}

document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-control][data-saved]")) return;
  mark(event.target);
  checkSoon(event.target);
});

// What was masked is told now: its picture, and the characters of it that are doubtful.
document.addEventListener("pictures:renewed", () => {
  viewer.renew();
  loadDoubts();
});

controls().forEach(mark);
const asked = new URLSearchParams(location.search);
if (asked.has("document")) viewer.showPage(asked.get("document"), asked.get("page") ?? 1);
else goTo(panel().querySelector("[data-typed]") ?? doubtful()[0]);
// what is asked first may stand nowhere on the papers
if (!viewer.shown && viewer.thumbs.length) viewer.showPage(viewer.thumbs[0].dataset.document, viewer.thumbs[0].dataset.page);
loadDoubts();
