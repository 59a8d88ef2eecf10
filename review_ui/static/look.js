// How a page looks: brighter, more contrast, inverted. Remembered for each page while the case is open; the scan itself
// and what is stored never change. Told in data-look of the view.

const STEP = 0.2;
const LEAST = 0.4;
const MOST = 3;
const PLAIN = { brightness: 1, contrast: 1, invert: false };

const within = (value) => Math.round(Math.min(MOST, Math.max(LEAST, value)) * 10) / 10;

const CHANGES = {
  brighter: (look) => ({ ...look, brightness: within(look.brightness + STEP) }),
  darker: (look) => ({ ...look, brightness: within(look.brightness - STEP) }),
  "more-contrast": (look) => ({ ...look, contrast: within(look.contrast + STEP) }),
  "less-contrast": (look) => ({ ...look, contrast: within(look.contrast - STEP) }),
  invert: (look) => ({ ...look, invert: !look.invert }),
  plain: () => PLAIN,
};

export class Look {
  constructor(element) {
    this.element = element;
    this.looks = new Map();
    this.canvas = null;
  }

  /** Put the look that a page was left with on the canvas that draws it. */
  show(page, canvas) {
    this.canvas = canvas;
    const { brightness, contrast, invert } = this.looks.get(page) ?? PLAIN;
    const steps = [];
    if (invert) steps.push("invert(1)");
    if (brightness !== 1) steps.push(`brightness(${brightness})`);
    if (contrast !== 1) steps.push(`contrast(${contrast})`);
    // set through the object model: the policy of the pages refuses style attributes, not this
    canvas.style.filter = steps.join(" ");
    this.element.dataset.look = steps.join(" ");
    document.getElementById("look-invert")?.setAttribute("aria-pressed", String(invert));
  }

  change(page, name) {
    if (!page || !this.canvas) return;
    this.looks.set(page, CHANGES[name](this.looks.get(page) ?? PLAIN));
    this.show(page, this.canvas);
  }
}
