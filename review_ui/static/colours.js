// Colours of the sheet for pictures that scripts draw: a variable may stand for a pair (light, dark), only an element's
// own colour says which of them applies.

export function colours(...names) {
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  const found = names.map((name) => {
    // set through the object model: the policy of the pages refuses style attributes, not this
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  });
  probe.remove();
  return found;
}

/** Call `draw` when the system turns light or dark while the page follows it. */
export function onTurn(draw) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
}
