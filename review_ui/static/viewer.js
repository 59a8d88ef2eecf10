// The scan: one page at a time in OpenSeadragon, moved to the place that a statement rests on.
// Boxes are pixels of the upright page image, origin top left. What is shown is told in data attributes of the
// element: document, page, centerX, centerY (page pixels), box, rotation, ready.

const MARGIN = 1.7; // the view is at least this much wider than the box
const LINES = 5; // ... and this many times as high
const LEAST = 0.62; // ... and at least this share of the page's width, so that the words around can be read

// OpenSeadragon puts a style element into the page unless it finds one with this mark; the policy of our pages allows
// none. This one is no HTML element, so it carries the mark and styles nothing.
const marker = document.createElementNS(null, "style");
marker.setAttribute("data-openseadragon-mobile-css", "");
document.head.append(marker);

export class PageViewer {
  constructor(element, thumbs, label, problem) {
    this.element = element;
    this.thumbs = thumbs;
    this.label = label;
    this.problem = problem;
    this.rotations = new Map();
    this.pending = null;
    this.shown = null;
    this.stale = false;
    this.dragon = window.OpenSeadragon({
      element,
      drawer: "canvas",
      showNavigationControl: false,
      preserveViewport: true, // every opened page is aimed at below; a renewed picture must not move
      animationTime: 0.25,
      springStiffness: 12,
      visibilityRatio: 0.4,
      minZoomImageRatio: 0.6,
      maxZoomPixelRatio: 4,
      gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
    });
    this.dragon.addHandler("open", () => this.#opened());
    this.dragon.addHandler("open-failed", () => this.#failed());
    this.dragon.addHandler("animation-finish", () => this.#tell());
    this.dragon.addHandler("animation", () => this.#tell());
    this.dragon.addHandler("rotate", ({ degrees }) => this.rotations.set(this.shown?.thumb, degrees));
    this.dragon.addHandler("canvas-key", (event) => {
      // A paper is never shown mirrored.
      if (event.originalEvent.code === "KeyF") event.preventDefaultAction = true;
    });
    this.dragon.addHandler("resize", () => this.shown?.evidence && requestAnimationFrame(() => this.#aim(true)));
  }

  /** Show the page of evidence[index], moved to its box; all boxes of that page are drawn. */
  showEvidence(evidence, index = 0) {
    const place = evidence[index];
    const thumb = this.#thumb(place.document_id, place.page);
    if (thumb) this.#show(thumb, evidence, index);
  }

  /** Show a whole page. */
  showPage(documentId, page) {
    const thumb = this.#thumb(documentId, page);
    if (thumb) this.#show(thumb, null, 0);
  }

  /** Fetch the picture of the shown page again, in place: the server shows more of it now. */
  renew() {
    this.stale = this.pending !== null;
    if (this.stale || !this.shown) return;
    const url = this.shown.thumb.dataset.src;
    const success = () => {
      this.element.dataset.picture = url;
    };
    this.dragon.addTiledImage({ tileSource: { type: "image", url }, index: 0, replace: true, success });
  }

  turnPage(by) {
    const next = this.thumbs[this.thumbs.indexOf(this.shown?.thumb) + by];
    if (next) this.#show(next, null, 0);
  }

  zoom(factor) {
    this.dragon.viewport.zoomBy(factor);
    this.dragon.viewport.applyConstraints();
  }

  fitPage() {
    this.dragon.viewport.goHome();
  }

  rotate(by) {
    this.dragon.viewport.setRotation((this.dragon.viewport.getRotation() + by + 360) % 360);
    this.#tell();
  }

  focus() {
    this.dragon.canvas.focus();
  }

  #thumb(documentId, page) {
    return this.thumbs.find((t) => t.dataset.document === documentId && Number(t.dataset.page) === Number(page));
  }

  #show(thumb, evidence, index) {
    const same = this.shown?.thumb === thumb;
    const opening = this.pending === thumb;
    this.shown = { thumb, evidence, index };
    for (const other of this.thumbs) other.removeAttribute("aria-current");
    thumb.setAttribute("aria-current", "true");
    thumb.scrollIntoView({ block: "nearest" });
    this.label.textContent = thumb.dataset.label;
    if (opening) return;
    if (same) {
      this.#aim(false);
      return;
    }
    this.pending = thumb;
    this.problem.hidden = true;
    this.element.dataset.ready = "false";
    this.dragon.open({ type: "image", url: thumb.dataset.src });
  }

  #opened() {
    const wanted = this.shown.thumb;
    if (this.pending !== wanted) {
      this.pending = wanted;
      this.dragon.open({ type: "image", url: wanted.dataset.src });
      return;
    }
    this.pending = null;
    this.dragon.viewport.setRotation(this.rotations.get(wanted) ?? 0, true);
    this.#aim(true);
    this.element.dataset.ready = "true";
    if (this.stale) this.renew();
    this.#fillThumbs();
  }

  /** The small pictures come after the first page: rendering them must not hold it up. */
  #fillThumbs() {
    for (const image of document.querySelectorAll("img[data-small]")) {
      image.src = image.dataset.small;
      delete image.dataset.small;
    }
  }

  #failed() {
    this.pending = null;
    this.#fillThumbs();
    this.problem.textContent = `${this.shown.thumb.dataset.label} 的图像无法显示，请下载原件查看。`;
    this.problem.hidden = false;
    this.element.dataset.ready = "failed";
  }

  #aim(immediately) {
    const item = this.dragon.world.getItemAt(0);
    if (!item) return;
    this.dragon.clearOverlays();
    const { thumb, evidence, index } = this.shown;
    const here = (evidence ?? []).filter((e) => this.#thumb(e.document_id, e.page) === thumb);
    for (const place of here) this.#draw(item, place, place === evidence[index]);
    if (evidence) this.#moveTo(item, evidence[index].bbox, immediately);
    else this.dragon.viewport.goHome(immediately);
    this.#tell();
  }

  #scale(item) {
    // The picture should have the page's own size; when it does not, boxes follow it.
    return item.getContentSize().x / Number(this.shown.thumb.dataset.width);
  }

  #rectangle(item, [x0, y0, x1, y1]) {
    const scale = this.#scale(item);
    return item.imageToViewportRectangle(x0 * scale, y0 * scale, (x1 - x0) * scale, (y1 - y0) * scale);
  }

  #draw(item, place, first) {
    const element = document.createElement("div");
    element.className = first ? "evidence-box" : "evidence-box other";
    this.dragon.addOverlay({ element, location: this.#rectangle(item, place.bbox) });
  }

  #moveTo(item, bbox, immediately) {
    const box = this.#rectangle(item, bbox);
    const page = item.getBounds();
    const width = Math.min(Math.max(box.width * MARGIN, page.width * LEAST), Math.max(page.width, box.width));
    const height = Math.min(box.height * LINES, Math.max(page.height, box.height));
    const center = box.getCenter();
    const frame = new window.OpenSeadragon.Rect(center.x - width / 2, center.y - height / 2, width, height);
    this.dragon.viewport.fitBounds(frame, immediately);
    this.element.dataset.box = bbox.join(",");
  }

  #tell() {
    const item = this.dragon.world.getItemAt(0);
    if (!item || !this.shown) return;
    const center = item.viewportToImageCoordinates(this.dragon.viewport.getCenter(true));
    const scale = this.#scale(item);
    const data = this.element.dataset;
    data.document = this.shown.thumb.dataset.document;
    data.page = this.shown.thumb.dataset.page;
    data.centerX = Math.round(center.x / scale);
    data.centerY = Math.round(center.y / scale);
    data.zoom = this.dragon.viewport.getZoom(true).toFixed(3);
    data.rotation = this.dragon.viewport.getRotation();
    if (!this.shown.evidence) delete data.box;
  }
}
