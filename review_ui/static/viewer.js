// The scan: one page at a time in OpenSeadragon, moved to the place that a statement rests on.
// Boxes are pixels of the upright page image, origin top left. What is shown is told in data attributes of the
// element: document, page, centerX, centerY (page pixels), box, rotation, look, ready.

import { Look } from "/static/look.js";
import { words } from "/static/words.js";

const MARGIN = 1.7; // the view is at least this much wider than the box
const LINES = 5; // ... and this many times as high
const LEAST = 0.62; // ... and at least this share of the page's width, so that the words around can be read
const AROUND = 16; // a doubtful character is shown with this many widths of it

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
    this.look = new Look(element);
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
    this.dragon.addHandler("open-failed", ({ source }) => this.#failed(source));
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

  /** Show one character of a value: evidence[index] is drawn around it, the view moves to the character. */
  showSpot(evidence, index, spot) {
    const thumb = this.#thumb(spot.document_id, spot.page);
    if (thumb) this.#show(thumb, evidence, index, spot);
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

  /** Change how the page looks: brightness, contrast by a step, invert, or back to the scan. */
  adjust(change) {
    this.look.change(this.shown?.thumb, change);
  }

  /** Document, page, its size and the turn of the view; null before a page is shown. */
  current() {
    const thumb = this.dragon.world.getItemAt(0) && this.shown?.thumb;
    if (!thumb) return null;
    const { document, page, width, height } = thumb.dataset;
    const turn = this.dragon.viewport.getRotation();
    return { document_id: document, page: Number(page), width: Number(width), height: Number(height), turn };
  }

  /** The point of the page (its pixels) at a place of the window. */
  pointAt(clientX, clientY) {
    const frame = this.element.getBoundingClientRect();
    const spot = new window.OpenSeadragon.Point(clientX - frame.x, clientY - frame.y);
    const item = this.dragon.world.getItemAt(0);
    const point = item.viewportToImageCoordinates(this.dragon.viewport.pointFromPixel(spot, true));
    const scale = this.#scale(item);
    return [point.x / scale, point.y / scale];
  }

  /** The part of the page that can be seen, [x0, y0, x1, y1] in its pixels. */
  visible() {
    const frame = this.element.getBoundingClientRect();
    const corners = [
      this.pointAt(frame.left, frame.top),
      this.pointAt(frame.right, frame.bottom),
      this.pointAt(frame.left, frame.bottom),
      this.pointAt(frame.right, frame.top),
    ];
    const { width, height } = this.current();
    const xs = corners.map(([x]) => Math.min(width, Math.max(0, x)));
    const ys = corners.map(([, y]) => Math.min(height, Math.max(0, y)));
    return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  }

  /** Lay an element over a box of the page, or move it there. */
  place(element, bbox) {
    const item = this.dragon.world.getItemAt(0);
    const location = this.#rectangle(item, bbox);
    if (this.dragon.getOverlayById(element)) this.dragon.updateOverlay(element, location);
    else this.dragon.addOverlay({ element, location });
  }

  remove(element) {
    this.dragon.removeOverlay(element);
  }

  /** How page pixels become pixels of the view: [a, b, c, d, e, f] of a canvas. */
  transform() {
    const item = this.dragon.world.getItemAt(0);
    const { OpenSeadragon } = window;
    const scale = this.#scale(item);
    const at = (x, y) =>
      this.dragon.viewport.pixelFromPoint(item.imageToViewportCoordinates(new OpenSeadragon.Point(x * scale, y * scale)), true);
    const [zero, right, down] = [at(0, 0), at(1000, 0), at(0, 1000)];
    return [
      (right.x - zero.x) / 1000, (right.y - zero.y) / 1000,
      (down.x - zero.x) / 1000, (down.y - zero.y) / 1000,
      zero.x, zero.y,
    ];
  }

  #thumb(documentId, page) {
    return this.thumbs.find((t) => t.dataset.document === documentId && Number(t.dataset.page) === Number(page));
  }

  #show(thumb, evidence, index, spot = null) {
    const same = this.shown?.thumb === thumb;
    const opening = this.pending === thumb;
    this.shown = { thumb, evidence, index, spot };
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
    this.look.show(wanted, this.dragon.drawer.canvas);
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

  #failed(source) {
    // a page that was left while its picture was on the way: the page that is wanted now tells for itself
    const url = source?.url ?? source;
    if (typeof url === "string" && url !== this.pending?.dataset.src) return;
    this.pending = null;
    this.#fillThumbs();
    this.problem.textContent = words("{page} 的图像无法显示，请下载原件查看。", { page: this.shown.thumb.dataset.label });
    this.problem.hidden = false;
    this.element.dataset.ready = "failed";
  }

  #aim(immediately) {
    const item = this.dragon.world.getItemAt(0);
    if (!item) return;
    this.dragon.clearOverlays();
    const { thumb, evidence, index, spot } = this.shown;
    const here = (evidence ?? []).filter((e) => this.#thumb(e.document_id, e.page) === thumb);
    for (const place of here) this.#draw(item, place, place === evidence[index] ? "evidence-box" : "evidence-box other");
    if (spot) this.#draw(item, spot, "spot-box");
    if (spot) this.#moveToSpot(item, spot.bbox, immediately);
    else if (evidence) this.#moveTo(item, evidence[index].bbox, immediately);
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

  #draw(item, place, kind) {
    const element = document.createElement("div");
    element.className = kind;
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

  #moveToSpot(item, bbox, immediately) {
    const box = this.#rectangle(item, bbox);
    const width = AROUND * Math.max(box.width, box.height * 0.6);
    const center = box.getCenter();
    const height = box.height * LINES;
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
