// Draws the boxes of a page beside the page: ten thousand strokes are put on pixels here, not while a frame waits.

let groups = [];

addEventListener("message", ({ data }) => {
  if (data.groups) groups = data.groups;
  else postMessage({ ...data, picture: draw(data) });
});

function draw({ width, height, matrix, colours }) {
  const canvas = new OffscreenCanvas(width, height);
  const pen = canvas.getContext("2d");
  groups.forEach((group, doubtful) => stroke(pen, group, matrix, colours[doubtful]));
  return canvas.transferToImageBitmap();
}

function stroke(pen, group, [a, b, c, d, e, f], colour) {
  const { width, height } = pen.canvas;
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
