// Printed pages: Enter or the button prints.

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-action=print]")) window.print();
});
document.querySelector("[data-action=print]").focus();
