// Draws the counts beside each table of the statistics page. The tables are the content, the charts only a picture of them.

import { colours, onTurn } from "/static/colours.js";

const charts = new Map();

function draw(place) {
  const [line, ink, accent] = colours("--line", "--ink", "--accent");
  const { labels, counts } = JSON.parse(place.dataset.chart);
  place.style.height = `${Math.max(120, 40 + labels.length * 24)}px`;
  const chart = charts.get(place) ?? echarts.init(place, null, { renderer: "canvas" });
  chart.setOption({
    animation: false,
    grid: { left: 8, right: 40, top: 8, bottom: 8, containLabel: true },
    xAxis: { type: "value", minInterval: 1, axisLabel: { color: ink }, splitLine: { lineStyle: { color: line } } },
    yAxis: { type: "category", data: labels, inverse: true, axisLabel: { color: ink, width: 170, overflow: "truncate" } },
    series: [{ type: "bar", data: counts, barMaxWidth: 16, itemStyle: { color: accent }, label: { show: true, position: "right", color: ink } }],
  });
  place.dataset.drawn = "true";
  charts.set(place, chart);
}

const drawAll = () => document.querySelectorAll("[data-chart]").forEach(draw);
drawAll();
onTurn(drawAll);
addEventListener("resize", () => charts.forEach((chart) => chart.resize()));
