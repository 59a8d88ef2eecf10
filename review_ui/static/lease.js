// Whose hands the case is in: renewed while the person works, shown when it is another's, left with a reason.

import { words } from "/static/words.js";

const RENEW_MS = 60_000; // a quarter of an hour is the lease; a minute without a sign of life costs nothing

const panel = () => document.getElementById("panel");
const bar = () => document.getElementById("lease");

// ---- another person's case is for looking: boxes keep their focus and show their place on the page

function lock() {
  if (!panel().hasAttribute("data-read-only")) return;
  for (const control of panel().querySelectorAll("#side input, #side textarea")) control.readOnly = true;
  for (const control of panel().querySelectorAll("#side select, #side .row button, dialog button:not([data-action='cancel-finish']), #finish-button")) {
    control.disabled = true;
  }
}

// ---- renewing, by activity

let active = false;
for (const sign of ["keydown", "pointerdown", "pointermove", "wheel"]) {
  addEventListener(sign, () => { active = true; }, { passive: true, capture: true });
}

async function renew() {
  if (!active || !bar().hasAttribute("data-mine")) return;
  active = false;
  const answer = await fetch(`/cases/${encodeURIComponent(bar().dataset.case)}/lease`, { method: "POST" }).catch(() => null);
  if (answer?.ok) {
    const until = document.getElementById("lease-until");
    if (until) until.textContent = (await answer.json()).until;
  } else if (answer?.status === 409) {
    taken(await answer.json());
  }
}

function taken({ holder, until }) {
  const note = document.createElement("p");
  note.setAttribute("role", "alert");
  note.textContent = words("本案已由{holder}办理，至 {until} 止。您未保存的录入还在框中，不能再提交。", { holder, until });
  bar().replaceChildren(note);
  bar().classList.add("other");
  bar().removeAttribute("data-mine");
  panel().setAttribute("data-read-only", "");
  lock();
}

setInterval(renew, RENEW_MS);

// ---- leaving

function open(name) {
  const shown = bar().querySelector(`[data-lease="${name}"]`);
  const dialog = document.getElementById(`${name}-dialog`);
  if (!shown || document.querySelector("dialog[open]")) return;
  dialog.showModal();
  dialog.querySelector("textarea").focus();
}

function release() {
  if (bar().querySelector('[data-lease="release"]')) document.getElementById("release-form").requestSubmit();
}

const KEYS = { KeyS: () => open("skip"), KeyE: () => open("expert"), KeyT: () => open("take-over"), KeyO: release };

document.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "Enter" && event.ctrlKey && event.target.closest(".reason-form")) {
    event.preventDefault();
    event.target.closest("form").requestSubmit();
  } else if (event.altKey && !event.ctrlKey && !event.metaKey && KEYS[event.code]) {
    event.preventDefault();
    KEYS[event.code]();
  }
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-lease]");
  if (!button) return;
  if (button.dataset.lease === "cancel") button.closest("dialog").close();
  else if (button.dataset.lease === "release") release();
  else open(button.dataset.lease);
});

document.addEventListener("htmx:after:swap", lock);
lock();
