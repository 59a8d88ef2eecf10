// Every character that was read on the page, as boxes over it: where the machine looked, where it was unsure, and what
// it never saw. Drawn on one canvas, so that ten thousand boxes move as easily as none.

const PLAIN = "--accent";
const DOUBTFUL = "--doubt-line";

export class BoxLayer {
  constructor(viewer) {
    this.viewer = viewer;
    this.boxes = [];
    this.canvas = document.createElement("canvas");
    this.canvas.className = "box-layer";
    this.canvas.hidden = true;
    viewer.dragon.canvas.append(this.canvas);
    viewer.dragon.addHandler("update-viewport", () => this.draw());
  }

  get on() {
    return !this.canvas.hidden;
  }

  /** Show boxes: { bbox: [x0, y0, x1, y1] in pixels of the page, doubtful }. */
  show(boxes) {
    this.groups = [false, true].map((doubtful) => Float64Array.from(boxes.filter((b) => b.doubtful === doubtful).flatMap((b) => b.bbox)));
    this.canvas.hidden = false;
    const colours = getComputedStyle(document.documentElement);
    this.colours = [PLAIN, DOUBTFUL].map((name) => colours.getPropertyValue(name));
    this.viewer.element.dataset.boxes = boxes.length;
    this.draw();
  }

  hide() {
    this.canvas.hidden = true;
    delete this.viewer.element.dataset.boxes;
  }

  draw() {
    if (!this.on || !this.viewer.current()) return;
    const { clientWidth, clientHeight } = this.viewer.element;
    if (this.canvas.width !== clientWidth || this.canvas.height !== clientHeight) {
      this.canvas.width = clientWidth;
      this.canvas.height = clientHeight;
    }
    const pen = this.canvas.getContext("2d");
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, clientWidth, clientHeight);
    const matrix = this.viewer.transform();
    this.groups.forEach((group, doubtful) => this.#stroke(pen, group, matrix, this.colours[doubtful]));
  }

  #stroke(pen, group, [a, b, c, d, e, f], colour) {
    const { width, height } = this.canvas;
    pen.strokeStyle = colour;
    pen.beginPath();
    for (let i = 0; i < group.length; i += 4) {
      const x0 = a * group[i] + c * group[i + 1] + e;
      const y0 = b * group[i] + d * group[i + 1] + f;
      const x1 = a * group[i + 2] + c * group[i + 3] + e;
      const y1 = b * group[i + 2] + d * group[i + 3] + f;
      if (Math.max(x0, x1) < 0 || Math.min(x0, x1) > width || Math.max(y0, y1) < 0 || Math.min(y0, y1) > height) continue;
      pen.rect(x0, y0, x1 - x0, y1 - y0);
    }
    pen.stroke();
  }
}
