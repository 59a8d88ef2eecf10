// Every character that was read on the page, as boxes over it: where the machine looked, where it was unsure, and what
// it never saw. One picture over the page, drawn by a worker, so that ten thousand boxes move as easily as none.

import { colours } from "/static/colours.js";

// of the paper, which stays light whatever the page is
const PLAIN = "--on-paper";
const DOUBTFUL = "--on-paper-doubt";
const MARGIN = 0.5; // of the view on each side: what a movement brings in before the boxes are drawn anew
const ZOOMED = 1.6; // lines drawn for another zoom look wrong beyond this factor

export class BoxLayer {
  constructor(viewer) {
    this.viewer = viewer;
    this.drawn = null; // the matrix that the picture was drawn with
    this.shown = 0; // which boxes are wanted; a picture of others comes too late
    this.drawing = false; // the worker has one order at a time; the newest that came meanwhile follows
    this.again = false;
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
    this.worker ??= this.#hire();
    this.worker.postMessage({ groups: [false, true].map((doubtful) => Float64Array.from(boxes.filter((b) => b.doubtful === doubtful).flatMap((b) => b.bbox))) });
    this.shown += 1;
    this.count = boxes.length;
    this.drawn = null;
    this.canvas.hidden = false;
    this.colours = colours(PLAIN, DOUBTFUL);
    this.#draw();
  }

  hide() {
    this.canvas.hidden = true;
    delete this.viewer.element.dataset.boxes;
  }

  #hire() {
    const worker = new Worker("/static/boxes_worker.js");
    worker.addEventListener("message", ({ data }) => this.#drawn(data));
    return worker;
  }

  /** While the page moves the picture is moved with it, which costs nothing; at rest it is drawn sharp. */
  #follow() {
    if (!this.on || !this.drawn || !this.viewer.current()) return;
    const change = between(this.drawn, this.viewer.transform());
    const { clientWidth, clientHeight } = this.viewer.element;
    const zoom = Math.hypot(change[0], change[1]);
    const away = Math.abs(change[4]) > clientWidth * MARGIN || Math.abs(change[5]) > clientHeight * MARGIN;
    if (away || zoom > ZOOMED || zoom < 1 / ZOOMED) this.#draw();
    this.canvas.style.transform = `matrix(${change.join(",")})`;
  }

  #draw() {
    if (!this.on || !this.viewer.current()) return;
    this.again = this.drawing;
    if (this.drawing) return;
    this.drawing = true;
    const { clientWidth, clientHeight } = this.viewer.element;
    const [left, top] = [clientWidth * MARGIN, clientHeight * MARGIN];
    const [width, height] = [clientWidth + 2 * left, clientHeight + 2 * top].map(Math.round);
    const seen = this.viewer.transform();
    const [a, b, c, d, e, f] = seen;
    const matrix = [a, b, c, d, e + left, f + top];
    this.worker.postMessage({ width, height, left, top, seen, matrix, colours: this.colours, shown: this.shown });
  }

  /** Put a finished picture up, where the page is by now. */
  #drawn({ picture, width, height, left, top, seen, shown }) {
    this.drawing = false;
    if (shown === this.shown && this.on) {
      if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
      Object.assign(this.canvas.style, { left: `${-left}px`, top: `${-top}px`, transformOrigin: `${left}px ${top}px` });
      this.canvas.getContext("bitmaprenderer").transferFromImageBitmap(picture);
      this.drawn = seen;
      this.viewer.element.dataset.boxes = this.count;
      if (this.viewer.current()) this.canvas.style.transform = `matrix(${between(seen, this.viewer.transform()).join(",")})`;
    }
    if (this.again) this.#draw();
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
