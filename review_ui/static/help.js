// The help sheet, on every page: "?" outside boxes, F1 everywhere.

const help = document.getElementById("help");

function isWriting(element) {
  return element.matches?.("input:not([type=hidden]), textarea, select");
}

function toggleHelp() {
  if (help.open) help.close();
  else help.showModal();
}

document.getElementById("help-button").addEventListener("click", toggleHelp);
document.addEventListener("keydown", (event) => {
  const asked = event.key === "F1" || (event.key === "?" && !isWriting(event.target));
  if (!asked || event.isComposing) return;
  event.preventDefault();
  toggleHelp();
});
