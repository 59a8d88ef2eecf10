// Draws the charts of the dashboard from data-plot. The tables beside them are the content, the charts a picture of it.

import { colours, onTurn } from "/static/colours.js";

const SERIES = [1, 2, 3, 4, 5, 6].map((n) => `--series-${n}`);
const plots = new Map();

function seriesOf(data) {
  const stacked = data.kind.startsWith("stack");
  return data.series.map((series) => ({
    name: series.name,
    data: series.values,
    type: data.kind === "lines" ? "line" : "bar",
    stack: stacked ? "all" : undefined,
    symbolSize: 5,
    barMaxWidth: 18,
  }));
}

function axes(data) {
  const [line, soft] = colours("--line", "--soft");
  const axisLines = { lineStyle: { color: line } };
  const label = { color: soft };
  const names = { type: "category", data: data.labels, axisLabel: label, axisLine: axisLines };
  const numbers = { type: "value", minInterval: data.kind.startsWith("stack") ? 1 : 0, axisLabel: label, splitLine: axisLines };
  if (data.kind === "lines") Object.assign(numbers, { min: 0, max: 100 });
  if (data.kind !== "stack-rows") return { xAxis: names, yAxis: numbers };
  return { xAxis: numbers, yAxis: { ...names, inverse: true, axisLabel: { ...label, width: 130, overflow: "truncate" } } };
}

function draw(place) {
  const data = JSON.parse(place.dataset.plot);
  if (data.kind === "stack-rows") place.style.height = `${Math.max(120, 40 + data.labels.length * 24)}px`;
  const plot = plots.get(place) ?? echarts.init(place, null, { renderer: "canvas" });
  plot.setOption({
    animation: false,
    color: colours(...SERIES),
    grid: { left: 8, right: 16, top: 12, bottom: 8, containLabel: true },
    ...axes(data),
    series: seriesOf(data),
  });
  place.dataset.drawn = "true";
  plots.set(place, plot);
}

const drawAll = () => document.querySelectorAll("[data-plot]").forEach(draw);
drawAll();
onTurn(drawAll);
addEventListener("resize", () => plots.forEach((plot) => plot.resize()));
