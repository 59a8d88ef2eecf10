// Every character that was read on the page, as boxes over it: where the machine looked, where it was unsure, and what
// it never saw. Drawn on one canvas, so that ten thousand boxes move as easily as none.

import { colours } from "/static/colours.js";

// of the paper, which stays light whatever the page is
const PLAIN = "--on-paper";
const DOUBTFUL = "--on-paper-doubt";
const MARGIN = 0.5; // of the view on each side: what a movement brings in before the boxes are drawn anew
const ZOOMED = 1.6; // lines drawn for another zoom look wrong beyond this factor

export class BoxLayer {
  constructor(viewer) {
    this.viewer = viewer;
    this.groups = [];
    this.drawn = null; // the matrix that the canvas was drawn with
    this.canvas = document.createElement("canvas");
    this.canvas.className = "box-layer";
    this.canvas.hidden = true;
    viewer.dragon.canvas.append(this.canvas);
    viewer.dragon.addHandler("update-viewport", () => this.#follow());
    viewer.dragon.addHandler("animation-finish", () => this.#draw());
    viewer.dragon.addHandler("resize", () => requestAnimationFrame(() => this.#draw()));
  }

  get on() {
    return !this.canvas.hidden;
  }

  /** Show boxes: { bbox: [x0, y0, x1, y1] in pixels of the page, doubtful }. */
  show(boxes) {
    this.groups = [false, true].map((doubtful) => Float64Array.from(boxes.filter((b) => b.doubtful === doubtful).flatMap((b) => b.bbox)));
    this.canvas.hidden = false;
    this.colours = colours(PLAIN, DOUBTFUL);
    this.viewer.element.dataset.boxes = boxes.length;
    this.#draw();
  }

  hide() {
    this.canvas.hidden = true;
    delete this.viewer.element.dataset.boxes;
  }

  /** While the page moves the drawn canvas is moved with it, which costs nothing; at rest it is drawn sharp. */
  #follow() {
    if (!this.on || !this.viewer.current()) return;
    const change = between(this.drawn, this.viewer.transform());
    const { clientWidth, clientHeight } = this.viewer.element;
    const zoom = Math.hypot(change[0], change[1]);
    const away = Math.abs(change[4]) > clientWidth * MARGIN || Math.abs(change[5]) > clientHeight * MARGIN;
    if (away || zoom > ZOOMED || zoom < 1 / ZOOMED) this.#draw();
    else this.canvas.style.transform = `matrix(${change.join(",")})`;
  }

  #draw() {
    if (!this.on || !this.viewer.current()) return;
    const { clientWidth, clientHeight } = this.viewer.element;
    const [left, top] = [clientWidth * MARGIN, clientHeight * MARGIN];
    const [width, height] = [clientWidth + 2 * left, clientHeight + 2 * top].map(Math.round);
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    Object.assign(this.canvas.style, { left: `${-left}px`, top: `${-top}px`, transformOrigin: `${left}px ${top}px`, transform: "" });
    this.drawn = this.viewer.transform();
    const [a, b, c, d, e, f] = this.drawn;
    const pen = this.canvas.getContext("2d");
    pen.clearRect(0, 0, width, height);
    this.groups.forEach((group, doubtful) => this.#stroke(pen, group, [a, b, c, d, e + left, f + top], this.colours[doubtful]));
  }

  #stroke(pen, group, [a, b, c, d, e, f], colour) {
    const { width, height } = this.canvas;
    pen.strokeStyle = colour;
    for (let i = 0; i < group.length; i += 4) {
      const x0 = a * group[i] + c * group[i + 1] + e;
      const y0 = b * group[i] + d * group[i + 1] + f;
      const x1 = a * group[i + 2] + c * group[i + 3] + e;
      const y1 = b * group[i + 2] + d * group[i + 3] + f;
      if (Math.max(x0, x1) < 0 || Math.min(x0, x1) > width || Math.max(y0, y1) < 0 || Math.min(y0, y1) > height) continue;
      // one by one and on whole pixels: one path of thousands of boxes takes a hundred times as long
      pen.strokeRect(Math.round(x0) + 0.5, Math.round(y0) + 0.5, Math.round(x1 - x0), Math.round(y1 - y0));
    }
  }
}

/** The matrix that leads from what matrix `from` drew to what `to` would draw. */
function between([a, b, c, d, e, f], to) {
  const det = a * d - b * c;
  const [ia, ib, ic, id] = [d / det, -b / det, -c / det, a / det];
  const [ie, jf] = [-(ia * e + ic * f), -(ib * e + id * f)];
  const [ta, tb, tc, td, te, tf] = to;
  return [
    ta * ia + tc * ib, tb * ia + td * ib,
    ta * ic + tc * id, tb * ic + td * id,
    ta * ie + tc * jf + te, tb * ie + td * jf + tf,
  ];
}
