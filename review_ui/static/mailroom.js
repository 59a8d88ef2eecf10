// The mailroom: files dropped, chosen or scanned again are sent one after the other; the state of the batch stays fresh.

import { forget, keep, kept, note } from "./kept_files.js";
import { prepare, Refusal, send } from "./upload.js";
import { words } from "/static/words.js";

const main = document.getElementById("main");
const batch = main.dataset.batch;
const limit = Number(main.dataset.maxBytes);
const chooser = document.getElementById("files");
const BUSY_MS = 1000;
const CALM_MS = 10000;

let replaces = null;
let waiting = [];
let sending = false;

function say(text) {
  document.getElementById("said").textContent = text;
}

function refresh() {
  document.getElementById("state").dispatchEvent(new CustomEvent("refresh"));
}

function megabytes(bytes) {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`;
}

function showCount() {
  const list = document.getElementById("sending-list");
  document.getElementById("sending").hidden = !list.children.length;
  document.getElementById("sending-count").textContent = words("{count} 个文件", { count: list.children.length });
}

function newLine(name) {
  const line = document.getElementById("line").content.firstElementChild.cloneNode(true);
  line.dataset.name = name;
  line.querySelector(".name").textContent = name;
  line.querySelector(".what").textContent = words("等待上传");
  document.getElementById("sending-list").append(line);
  showCount();
  return line;
}

function progress(line, size, told) {
  const what = line.querySelector(".what");
  if (told.waiting) {
    what.textContent = words("{reason}，恢复后自动续传", { reason: told.waiting });
    line.classList.add("stalled");
  } else if (told.sent !== undefined) {
    line.classList.remove("stalled");
    line.querySelector("progress").value = size ? told.sent / size : 1;
    what.textContent = `${megabytes(told.sent)} / ${megabytes(size)}`;
  }
}

async function finish(entry, said, failed) {
  if (failed) {
    entry.line.classList.add("refused");
    entry.line.querySelector(".what").textContent = said;
    entry.line.querySelector("progress").hidden = true;
    entry.line.querySelector("[data-action=dismiss]").textContent = words("知道了");
    entry.line.dataset.done = "true";
  } else {
    entry.line.remove();
  }
  say(said);
  showCount();
  refresh();
  // only what has ended is forgotten, and nobody waits for it
  const key = await entry.key;
  if (key !== undefined) await forget(key);
}

/** Hash a file and announce it; its bytes follow when its turn has come. */
function announce(entry) {
  entry.line.querySelector(".what").textContent = words("计算 SHA-256");
  const abort = new AbortController();
  entry.line.querySelector("[data-action=dismiss]").addEventListener("click", () => {
    abort.abort();
    if (entry.url && entry.line.dataset.done !== "true") fetch(entry.url, { method: "DELETE" }).finally(refresh);
  });
  entry.order = { batch, replaces: entry.replaces, url: entry.url, signal: abort.signal };
  entry.tell = (told) => {
    if (told.url && told.url !== entry.url) {
      entry.url = told.url;
      entry.key?.then((key) => key !== undefined && note(key, { url: told.url })).catch(() => {});
    }
    progress(entry.line, entry.file.size, told);
  };
  entry.prepared = prepare(entry.file, entry.order, entry.tell);
  entry.prepared.catch(() => {}); // told when its turn has come
}

/** The number as the acceptance told it: nobody with a letter in the hand waits for the page to be renewed. */
function showNumber(number) {
  const place = document.getElementById("receipt-now");
  const link = place.querySelector("a");
  link.href = `/mailroom/receipts/${encodeURIComponent(number)}`;
  link.textContent = number;
  place.hidden = false;
}

async function sendOne(entry) {
  if (!entry.prepared) announce(entry);
  if (waiting.length) announce(waiting[0]);
  try {
    const upload = await send(entry.file, await entry.prepared, entry.order, entry.tell);
    const number = upload.case_number;
    if (upload.state === "accepted") showNumber(number);
    const said = { accepted: words("已受理 {number}", { number }), duplicate: words("与案件 {number} 中的文件相同", { number }) };
    finish(entry, `${entry.file.name}：${said[upload.state] ?? `${upload.fact}。${upload.next_step}。`}`, false);
  } catch (error) {
    if (error.name === "AbortError") finish(entry, words("{file}：已放弃", { file: entry.file.name }), false);
    else if (error instanceof Refusal) finish(entry, error.message, true);
    else if (error.name === "NotReadableError" || error.name === "NotFoundError")
      finish(entry, words("{file} 无法读取（文件夹，或已被移走）。请重新选择文件。", { file: entry.file.name }), true);
    else throw error;
  }
}

async function sendAll() {
  if (sending) return;
  sending = true;
  try {
    for (let entry = waiting.shift(); entry; entry = waiting.shift()) await sendOne(entry);
  } finally {
    sending = false;
  }
}

async function take(files, replaced) {
  for (const file of files) {
    const entry = { file, replaces: replaced, line: newLine(file.name) };
    if (file.size > limit) {
      finish(entry, words("{file} 有 {size}，超过上限 {limit}。请分成几个文件。", { file: file.name, size: megabytes(file.size), limit: megabytes(limit) }), true);
      continue;
    }
    // a private window or a full profile keeps nothing: the upload goes on, only a reload would lose it
    entry.key = keep({ batch, file, replaces: replaced }).then((key) => (entry.kept = key), () => undefined);
    waiting.push(entry);
  }
  await sendAll();
}

async function resume() {
  for (const { key, file, url, replaces: replaced } of await kept(batch).catch(() => [])) {
    waiting.push({ key: Promise.resolve(key), kept: key, file, url, replaces: replaced, line: newLine(file.name) });
  }
  await sendAll();
}

function wireUploads() {
  chooser.addEventListener("change", () => {
    const files = [...chooser.files];
    take(replaces ? files.slice(0, 1) : files, replaces);
    replaces = null;
    chooser.value = "";
  });
  chooser.addEventListener("cancel", () => { replaces = null; });
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    document.body.classList.add("dragging");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) document.body.classList.remove("dragging");
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    document.body.classList.remove("dragging");
    take([...event.dataTransfer.files], null);
  });
  document.addEventListener("click", (event) => {
    const rescan = event.target.closest("[data-action=rescan]");
    if (rescan) {
      replaces = rescan.dataset.replaces;
      chooser.click();
    }
    const dismissed = event.target.closest("[data-action=dismiss]");
    if (dismissed && dismissed.closest("li").dataset.done === "true") {
      dismissed.closest("li").remove();
      showCount();
    }
  });
  addEventListener("beforeunload", (event) => {
    // files that the browser could not keep would be lost
    if (waiting.some((entry) => entry.kept === undefined)) event.preventDefault();
  });
  resume();
}

// Whoever types or chooses must not be interrupted by a fresh picture of the page.
function isAnswering() {
  return document.activeElement?.matches("#state input, #state textarea, #state select");
}

function keepFresh() {
  let last = Date.now();
  setInterval(() => {
    const busy = document.getElementById("state").dataset.busy === "true" || sending;
    if (document.hidden || isAnswering() || Date.now() - last < (busy ? BUSY_MS : CALM_MS)) return;
    last = Date.now();
    refresh();
  }, BUSY_MS);
}

function goTo(key) {
  const places = [...document.querySelectorAll(`[data-key="${key}"]`)].filter((place) => !place.disabled);
  if (!places.length) return false;
  if (key === "u") chooser.click();
  else if (key === "b" || (key === "p" && places.length === 1)) places[0].click();
  else places[(places.indexOf(document.activeElement) + 1) % places.length].focus();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.matches("input:not([type=file]):not([type=radio]), select, textarea") || document.querySelector("dialog[open]")) return;
  const key = event.key.toLowerCase();
  if (key === "n" && document.getElementById("new-batch")) document.querySelector("#new-batch select").focus();
  else if (!goTo(key)) return;
  event.preventDefault();
});

if (batch) {
  if (chooser) wireUploads();
  keepFresh();
}
