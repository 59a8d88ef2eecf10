// Finishing a case: the question before it, with what is still open.

import { goTo } from "/static/station/places.js";
import { dirtyControls } from "/static/station/saving.js";
import { words } from "/static/words.js";

const dialog = () => document.getElementById("finish");

export function askFinish() {
  const unsaved = dirtyControls().length;
  const note = document.getElementById("finish-unsaved");
  note.hidden = !unsaved;
  note.textContent = words("有 {count} 处录入还没有保存，不会进入归档。", { count: unsaved });
  dialog().showModal();
  dialog().querySelector("[data-first]").focus();
}

export function cancelFinish() {
  dialog().close();
}

export function goOpen(link) {
  dialog().close();
  goTo(document.querySelector(link.hash));
}
