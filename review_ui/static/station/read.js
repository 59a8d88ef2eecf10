// What was read on the page shown, as boxes over it.

import { BoxLayer } from "/static/boxes.js";
import { panel, viewer } from "/static/station/page.js";

const layer = new BoxLayer(viewer);
const known = new Map(); // page to its characters
let shown = null;

export function toggleBoxes() {
  if (layer.on) layer.hide();
  else showBoxes();
}

async function showBoxes() {
  const page = viewer.current();
  if (!page) return;
  const address = `/cases/${panel().dataset.case}/documents/${page.document_id}/pages/${page.page}/characters`;
  shown = address;
  if (!known.has(address)) {
    const answer = await fetch(address).catch(() => null);
    if (!answer?.ok) return;
    known.set(address, (await answer.json()).characters);
  }
  if (shown === address) layer.show(known.get(address));
}

viewer.dragon.addHandler("open", () => {
  if (layer.on) showBoxes();
});
