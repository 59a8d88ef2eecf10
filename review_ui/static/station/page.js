// The parts of the page that every other module speaks to.

import { PageViewer } from "/static/viewer.js";

export const panel = () => document.getElementById("panel");
export const side = () => document.getElementById("side");

export const viewer = new PageViewer(
  document.getElementById("viewer"),
  [...document.querySelectorAll(".thumb")],
  document.getElementById("page-label"),
  document.getElementById("viewer-problem"),
);
