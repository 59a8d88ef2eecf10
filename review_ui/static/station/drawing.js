// A box drawn on the page, by mouse or by keys: it is read, and the field gets the words and the place.

import { panel, viewer } from "/static/station/page.js";
import { controlOf, currentRow, goTo, showPlace } from "/static/station/places.js";
import { setPlaces } from "/static/station/saving.js";
import { goToFirstDoubt, setDoubts } from "/static/station/spots.js";
import { words } from "/static/words.js";

const STEP = 0.012; // share of the visible part's width that one key press moves by
const LEAST = 4; // pixels of the page: anything smaller was a click

const box = document.createElement("div");
box.className = "drawn-box";

let drawing = null; // { row, page, bbox } while a box is drawn
let lastField = null; // the field that was in use before the mouse went to the page

document.addEventListener("focusin", ({ target }) => {
  const field = target.closest?.(".row[data-field]");
  if (field && field !== lastField && !drawing) say("");
  lastField = field ?? lastField;
});

function say(text) {
  const status = document.getElementById("drawing-status");
  status.textContent = text;
  status.hidden = !text;
}

export function isDrawing() {
  return drawing !== null;
}

/** Begin: by key a box stands around the last evidence or the middle of the view; by mouse it is drawn. */
export function startDrawing() {
  const row = currentRow()?.dataset.field ? currentRow() : lastField;
  const page = viewer.current();
  if (drawing) return leaveDrawing();
  if (!page || !row?.isConnected) return say(words("请先把光标放进要填写的字段，再画框。"));
  drawing = { row, page, bbox: firstBox(row, page) };
  viewer.dragon.setMouseNavEnabled(false);
  viewer.element.dataset.drawing = "true";
  document.getElementById("draw-box").setAttribute("aria-pressed", "true");
  say(words("画框填入“{field}”：用鼠标拉框，或方向键移动、Shift+方向键改大小，Enter 识别，Esc 取消。", { field: row.querySelector("label").textContent }));
  show();
}

function firstBox(row, page) {
  const place = JSON.parse(row.dataset.evidence).find((e) => e.document_id === page.document_id && e.page === page.page);
  if (place) return [...place.bbox];
  const [x0, y0, x1, y1] = viewer.visible();
  const [width, height] = [(x1 - x0) * 0.3, (x1 - x0) * 0.04];
  const [x, y] = [(x0 + x1) / 2, (y0 + y1) / 2];
  return [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
}

export function leaveDrawing() {
  if (!drawing) return;
  const { row } = drawing;
  drawing = null;
  viewer.remove(box);
  viewer.dragon.setMouseNavEnabled(true);
  delete viewer.element.dataset.drawing;
  document.getElementById("draw-box").setAttribute("aria-pressed", "false");
  say("");
  if (row.isConnected && !row.contains(document.activeElement)) goTo(row);
}

function show() {
  const { page, bbox } = drawing;
  drawing.bbox = [
    Math.max(0, Math.min(bbox[0], bbox[2])), Math.max(0, Math.min(bbox[1], bbox[3])),
    Math.min(page.width, Math.max(bbox[0], bbox[2])), Math.min(page.height, Math.max(bbox[1], bbox[3])),
  ];
  viewer.place(box, drawing.bbox);
  viewer.element.dataset.drawn = drawing.bbox.map(Math.round).join(",");
}

// ---- keys

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** An arrow means what it does on the screen, also when the page is turned. */
function onPage([x, y], turn) {
  return { 0: [x, y], 90: [y, -x], 180: [-x, -y], 270: [-y, x] }[turn] ?? [x, y];
}

document.addEventListener("keydown", (event) => {
  if (!drawing || event.altKey) return;
  if (event.key in ARROWS) moveBox(onPage(ARROWS[event.key], drawing.page.turn), event.shiftKey);
  else if (event.key === "Enter") readDrawn();
  else if (event.key === "Escape") leaveDrawing();
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

function moveBox([x, y], resize) {
  const [x0, , x1] = viewer.visible();
  const by = Math.max(1, (x1 - x0) * STEP);
  const [a, b, c, d] = drawing.bbox;
  if (!resize) drawing.bbox = [a + x * by, b + y * by, c + x * by, d + y * by];
  else drawing.bbox = [a, b, Math.max(a + LEAST, c + x * by), Math.max(b + LEAST, d + y * by)];
  show();
}

// ---- mouse, pen, finger

viewer.element.addEventListener("pointerdown", (event) => {
  if (!drawing || event.button !== 0) return;
  event.preventDefault();
  viewer.element.setPointerCapture(event.pointerId);
  drawing.from = viewer.pointAt(event.clientX, event.clientY);
});

viewer.element.addEventListener("pointermove", (event) => {
  if (!drawing?.from) return;
  drawing.bbox = [...drawing.from, ...viewer.pointAt(event.clientX, event.clientY)];
  show();
});

viewer.element.addEventListener("pointerup", () => {
  if (!drawing?.from) return;
  drawing.from = null;
  const [x0, y0, x1, y1] = drawing.bbox;
  if (Math.min(x1 - x0, y1 - y0) >= LEAST) readDrawn();
});

// ---- reading

let boxes = 0;
const newest = new Map(); // row id to its newest box: an answer about an older one comes too late

async function readDrawn() {
  const { row, page, bbox } = drawing;
  leaveDrawing();
  const before = controlOf(row).value;
  const mine = (boxes += 1);
  newest.set(row.id, mine);
  say(words("正在识别框内文字…"));
  row.setAttribute("aria-busy", "true");
  const answer = await fetch(`/cases/${panel().dataset.case}/read-box`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify({ field: row.dataset.field, document_id: page.document_id, page: page.page, bbox, turn: page.turn }),
  }).catch(() => null);
  const found = await answer?.json().catch(() => null);
  if (newest.get(row.id) !== mine) return;
  row.removeAttribute("aria-busy");
  if (!answer?.ok || !found) return say(found?.fact ? `${found.fact}。${found.next_step}。` : words("没有连上服务，框内文字没有识别。"));
  fill(document.getElementById(row.id), found.reading, before);
}

/** Put a reading into its field, unless something else was entered since; who went on meanwhile is not called back. */
function fill(row, reading, before) {
  const control = row && controlOf(row);
  if (!control) return;
  if (!reading.value) return say(words("框内没有认出文字，请重新画框，或对照原件键入。"));
  if (control.value !== before) return say(words("框内读作“{value}”；框里的内容已另行改动，没有填入。", { value: reading.value }));
  control.value = reading.value;
  setPlaces(row, [reading.evidence]);
  control.dispatchEvent(new Event("input", { bubbles: true }));
  say(words("已填入“{value}”，按 Enter 保存。", { value: reading.value }));
  const here = document.activeElement === document.body || row.contains(document.activeElement);
  if (here && document.activeElement !== control) control.focus({ preventScroll: true });
  setDoubts(control, reading.doubts);
  if (!here) return;
  showPlace(control);
  if (!goToFirstDoubt(control)) control.setSelectionRange?.(control.value.length, control.value.length);
}
