// Draws the counts beside each table of the statistics page. The tables are the content, the charts only a picture of them.

const style = getComputedStyle(document.documentElement);
const colour = (name) => style.getPropertyValue(name).trim();
const charts = [];

function draw(place) {
  const { labels, counts } = JSON.parse(place.dataset.chart);
  place.style.height = `${Math.max(120, 40 + labels.length * 24)}px`;
  const chart = echarts.init(place, null, { renderer: "canvas" });
  chart.setOption({
    animation: false,
    grid: { left: 8, right: 40, top: 8, bottom: 8, containLabel: true },
    xAxis: { type: "value", minInterval: 1, splitLine: { lineStyle: { color: colour("--line") } } },
    yAxis: { type: "category", data: labels, inverse: true, axisLabel: { color: colour("--ink"), width: 170, overflow: "truncate" } },
    series: [{ type: "bar", data: counts, barMaxWidth: 16, itemStyle: { color: colour("--accent") }, label: { show: true, position: "right", color: colour("--ink") } }],
  });
  place.dataset.drawn = "true";
  charts.push(chart);
}

document.querySelectorAll("[data-chart]").forEach(draw);
addEventListener("resize", () => charts.forEach((chart) => chart.resize()));
