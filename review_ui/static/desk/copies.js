// Copies: boxes that are blackened. Those of personal data stand in the page already; more are drawn here, by mouse or
// by keyboard. What is sent is the list beside the page; the picture only shows it.

import { words } from "/static/words.js";

const SVG = "http://www.w3.org/2000/svg";
const LEAST = 6;
const STEP = 10;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

class RedactedPage {
  constructor(root) {
    this.root = root;
    this.number = root.dataset.page;
    this.svg = root.querySelector("svg");
    this.list = root.querySelector("ul");
    const { width, height } = this.svg.viewBox.baseVal;
    this.size = [width, height];
    for (const box of this.svg.querySelectorAll("[data-box]")) {
      this.tie(box, [...this.list.querySelectorAll("input")].find((i) => i.value === box.dataset.box));
    }
    root.querySelector("[data-action=add-box]").addEventListener("click", () => this.addInMiddle());
    this.svg.addEventListener("pointerdown", (event) => this.draw(event));
  }

  tie(box, input) {
    const show = () => box.classList.toggle("open", !input.checked);
    input.addEventListener("change", show);
    input.addEventListener("focus", () => box.classList.add("at"));
    input.addEventListener("blur", () => box.classList.remove("at"));
    box.addEventListener("click", () => {
      if (this.drew) return;
      input.checked = !input.checked;
      input.focus();
      show();
    });
    show();
  }

  point(event) {
    const frame = this.svg.getBoundingClientRect();
    const place = [(event.clientX - frame.left) / frame.width, (event.clientY - frame.top) / frame.height];
    return place.map((share, i) => Math.min(this.size[i], Math.max(0, share * this.size[i])));
  }

  draw(event) {
    if (event.button !== 0) return;
    this.drew = false;
    const from = this.point(event);
    let box = null;
    const move = (moved) => {
      const to = this.point(moved);
      const next = [Math.min(from[0], to[0]), Math.min(from[1], to[1]), Math.max(from[0], to[0]), Math.max(from[1], to[1])];
      if (!box && (next[2] - next[0] < LEAST || next[3] - next[1] < LEAST)) return;
      this.drew = true;
      box ??= this.rectangle();
      place(box, next);
    };
    const stop = () => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", stop);
      removeEventListener("pointercancel", stop);
      if (box) this.enter(box);
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", stop);
    addEventListener("pointercancel", stop);
  }

  addInMiddle() {
    const [width, height] = this.size;
    const box = this.rectangle();
    place(box, [width * 0.35, height * 0.47, width * 0.65, height * 0.5]);
    this.enter(box).focus();
    box.scrollIntoView({ block: "nearest" });
  }

  rectangle() {
    const box = document.createElementNS(SVG, "rect");
    box.classList.add("redact-box", "drawn");
    this.svg.append(box);
    return box;
  }

  // Put a drawn box into the list; its entry moves it by arrow keys.
  enter(box) {
    const entry = document.createElement("li");
    const label = document.createElement("label");
    const input = document.createElement("input");
    Object.assign(input, { type: "checkbox", name: "box", checked: true });
    input.setAttribute("aria-describedby", "copies-keys");
    label.append(input, ` ${words("手画的框")}`);
    const remove = document.createElement("button");
    Object.assign(remove, { type: "button", className: "quiet", textContent: words("删除") });
    entry.append(label, remove);
    this.list.append(entry);
    const note = () => { input.value = [this.number, ...corners(box).map((v) => v.toFixed(2))].join(","); };
    note();
    this.tie(box, input);
    const drop = () => {
      const next = entry.previousElementSibling?.querySelector("input") ?? this.root.querySelector("[data-action=add-box]");
      entry.remove();
      box.remove();
      next.focus();
    };
    remove.addEventListener("click", drop);
    input.addEventListener("keydown", (event) => {
      if (event.key === "Delete") drop();
      else if (ARROWS[event.key]) {
        place(box, this.moved(corners(box), ARROWS[event.key], event.shiftKey));
        note();
      } else return;
      event.preventDefault();
    });
    return input;
  }

  moved([x0, y0, x1, y1], [right, down], grow) {
    const [width, height] = this.size;
    if (grow) {
      return [x0, y0, between(x0 + LEAST, x1 + right * STEP, width), between(y0 + LEAST, y1 + down * STEP, height)];
    }
    const x = between(0, x0 + right * STEP, width - (x1 - x0));
    const y = between(0, y0 + down * STEP, height - (y1 - y0));
    return [x, y, x + x1 - x0, y + y1 - y0];
  }
}

function between(least, value, most) {
  return Math.min(most, Math.max(least, value));
}

function place(box, [x0, y0, x1, y1]) {
  const values = { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
  for (const [name, value] of Object.entries(values)) box.setAttribute(name, value);
}

function corners(box) {
  const [x, y, width, height] = ["x", "y", "width", "height"].map((name) => Number(box.getAttribute(name)));
  return [x, y, x + width, y + height];
}

for (const root of document.querySelectorAll(".redact")) new RedactedPage(root);
