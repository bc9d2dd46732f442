// Charts: <figure class="chart" data-chart="bars" aria-label="…"><script type="application/json">{…}</script></figure>, drawn by ECharts.
// The page gives the figures with their texts; what a chart shows stands in a table beside it, too. See frame/charts.html.j2 for the data.
// Whoever adds a figure later calls tanhengCharts.ready(element); tanhengCharts.set(figure, data) draws other data.

const still = matchMedia("(prefers-reduced-motion: reduce)");
const dark = matchMedia("(prefers-color-scheme: dark)");
const drawn = new Map();
const lang = document.documentElement.lang.startsWith("zh") ? "zh-CN" : "en-GB";
const rounded = new Intl.NumberFormat(lang, { maximumSignificantDigits: 4 });
const format = { format: (value) => rounded.format(value).replaceAll(",", "\u202f").replace("-", "\u2212") }; // as the server writes them
const said = (value, text) => text ?? (value == null ? "—" : format.format(value));

/** The colours of the page as it is now. */
function colours() {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(name).trim();
  return {
    ink: of("--ink"), soft: of("--soft"), hair: of("--hair"), raised: of("--raised"), accent: of("--accent"), good: of("--good"), bad: of("--bad"), tint: of("--tint"),
    tones: Array.from({ length: 8 }, (_, tone) => of(`--tone-${tone}`)), font: getComputedStyle(document.body).fontFamily,
  };
}

const tone = (look, index) => look.tones[index % look.tones.length];
const cut = (text, letters) => { // a Chinese letter is as wide as two
  let width = 0;
  for (let at = 0; at < text.length; at += 1) {
    width += text.charCodeAt(at) > 0x2e7f ? 2 : 1;
    if (width > letters) return `${text.slice(0, Math.max(1, at - 1))}…`;
  }
  return text;
};
const narrow = (figure) => figure.clientWidth < 520;
const axis = (look, unit) => ({
  type: "value", name: unit ?? "", nameLocation: "middle", nameGap: 26, nameTextStyle: { color: look.soft, fontSize: 12 }, splitNumber: 4,
  axisLabel: { color: look.soft, hideOverlap: true, formatter: (value) => format.format(value) }, splitLine: { lineStyle: { color: look.hair } },
});
const names = (look, figure, rows) => ({
  type: "category", inverse: true, data: rows.map((row) => row.name), axisTick: { show: false }, axisLine: { lineStyle: { color: look.hair } },
  axisLabel: { color: look.ink, width: Math.min(240, figure.clientWidth * (narrow(figure) ? 0.34 : 0.3)), overflow: "truncate", fontSize: 12.5 },
});
const grid = (figure, right = 16, top = 8) => ({ left: 10, right: narrow(figure) ? Math.min(right, 72) : right, top, bottom: 26, containLabel: true });
const legend = (look, shown) => ({ show: shown, top: 0, left: 0, type: "scroll", textStyle: { color: look.soft }, pageTextStyle: { color: look.soft }, pageIconColor: look.accent, itemWidth: 14, itemHeight: 9 });

const kinds = {
  /** Bars that lie: {unit, rows: [{name, value, text, note, tone, href}]}, or several to a row: {series: [{name}], rows: [{name, values, texts}]}. */
  bars(data, look, figure) {
    const rows = data.rows;
    const several = data.series ?? [{ name: "" }];
    figure.style.height = `${Math.max(6, rows.length * (several.length > 1 ? 1.1 + several.length : 2.2) + (data.series ? 4.5 : 3))}rem`;
    const values = (row) => row.values ?? [row.value];
    return {
      grid: grid(figure, 92, data.series ? 34 : 8), legend: legend(look, Boolean(data.series)), yAxis: names(look, figure, rows),
      xAxis: { ...axis(look, data.unit), min: several.length > 1 ? undefined : ({ min, max }) => (min < 0 ? min - 0.3 * (max - min) : 0), axisLabel: { color: look.soft, hideOverlap: true, showMinLabel: rows.some((row) => row.value < 0) ? false : undefined, formatter: format.format } },
      tooltip: { formatter: ({ dataIndex, seriesIndex }) => [rows[dataIndex].name, several[seriesIndex].name, said(values(rows[dataIndex])[seriesIndex], (rows[dataIndex].texts ?? [rows[dataIndex].text])[seriesIndex]), rows[dataIndex].note].filter(Boolean).join("\n") },
      series: several.map((one, at) => ({
        type: "bar", name: one.name, barMaxWidth: 22, itemStyle: { borderRadius: 2 }, color: tone(look, one.tone ?? at),
        label: { show: several.length === 1, position: "right", color: look.soft, fontSize: 12, formatter: ({ dataIndex }) => said(rows[dataIndex].value, rows[dataIndex].short ?? rows[dataIndex].text) },
        data: rows.map((row) => ({ value: values(row)[at], cursor: row.href ? "pointer" : "default", itemStyle: { color: data.series ? undefined : tone(look, row.tone ?? 0) }, label: values(row)[at] < 0 ? { position: "left" } : undefined })),
      })),
      picked: ({ dataIndex }) => rows[dataIndex],
    };
  },

  /** What moves a figure, each alone: {unit, base, rows: [{name, low, high, texts: [low, high]}]}. */
  tornado(data, look, figure) {
    const rows = data.rows;
    figure.style.height = `${Math.max(7, rows.length * 2.1 + 3.5)}rem`;
    const sides = ["low", "high"];
    return {
      grid: grid(figure, 24), xAxis: { ...axis(look, data.unit), min: "dataMin", max: "dataMax", scale: true, axisLabel: { color: look.soft, hideOverlap: true, formatter: (value) => format.format(value + data.base) } },
      yAxis: { ...names(look, figure, rows), axisLine: { show: false } }, tooltip: { formatter: ({ dataIndex }) => `${rows[dataIndex].name}\n${rows[dataIndex].texts.join(" – ")}` },
      series: sides.map((side, at) => ({ type: "bar", stack: "all", barMaxWidth: 18, color: tone(look, at ? 3 : 0), data: rows.map((row) => row[side] - data.base) })),
      picked: ({ dataIndex }) => rows[dataIndex],
    };
  },

  /** From one figure to another: {unit, rows: [{name, from, to, text, whole}]}. */
  steps(data, look, figure) {
    const rows = data.rows;
    figure.style.height = `${Math.max(7, rows.length * 2.2 + 3.5)}rem`;
    const low = (row) => (row.whole ? Math.min(0, row.to) : Math.min(row.from, row.to));
    const size = (row) => (row.whole ? Math.abs(row.to) : Math.abs(row.to - row.from));
    return {
      grid: grid(figure, 92), xAxis: axis(look, data.unit), yAxis: names(look, figure, rows), tooltip: { formatter: ({ dataIndex }) => `${rows[dataIndex].name}\n${rows[dataIndex].text}` },
      series: [
        { type: "bar", stack: "all", silent: true, itemStyle: { color: "transparent" }, barMaxWidth: 20, data: rows.map(low) },
        { type: "bar", stack: "all", barMaxWidth: 20, label: { show: true, position: "right", color: look.soft, fontSize: 12, formatter: ({ dataIndex }) => rows[dataIndex].text }, data: rows.map((row) => ({ value: size(row), itemStyle: { borderRadius: 2, color: row.whole ? look.accent : row.to > row.from ? tone(look, 3) : tone(look, 2) } })) },
      ],
      picked: ({ dataIndex }) => rows[dataIndex],
    };
  },

  /** Flows from the left to the right: {nodes: [{id, name, text, tone, href}], links: [{from, to, value, text}]}. */
  sankey(data, look, figure) {
    const small = narrow(figure);
    const node = new Map(data.nodes.map((one) => [one.id, one]));
    return {
      tooltip: { formatter: ({ dataType, data: at }) => (dataType === "edge" ? `${node.get(at.source).name} → ${node.get(at.target).name}\n${said(at.value, at.text)}` : `${node.get(at.name).name}\n${node.get(at.name).text ?? ""}`) },
      series: [{
        type: "sankey", left: 4, right: small ? 70 : 150, top: 8, bottom: 8, nodeWidth: 12, nodeGap: small ? 9 : 12, draggable: false, layoutIterations: 48, emphasis: { focus: "adjacency" },
        label: { color: look.ink, fontSize: 12, textBorderColor: look.raised, textBorderWidth: 3, formatter: ({ name }) => cut(node.get(name).name, small ? 13 : 30) + (small || !node.get(name).share ? "" : `  ${node.get(name).share}`) },
        lineStyle: { color: "source", opacity: 0.32, curveness: 0.5 },
        data: data.nodes.map((one) => ({ name: one.id, depth: one.column, itemStyle: { color: tone(look, one.tone ?? 0), borderWidth: 0 }, cursor: one.href ? "pointer" : "default" })),
        links: data.links.map((one) => ({ source: one.from, target: one.to, value: one.value, text: one.text })),
      }],
      picked: ({ dataType, name }) => (dataType === "node" ? node.get(name) : null),
    };
  },

  /** How a value spreads: {unit, bars: [{from, to, height}], marks: [{value, text}], band: [low, high]}. */
  histogram(data, look, figure) {
    const width = data.bars.length ? data.bars[0].to - data.bars[0].from : 1;
    const inside = (bar) => !data.band || ((bar.from + bar.to) / 2 >= data.band[0] && (bar.from + bar.to) / 2 <= data.band[1]);
    return {
      grid: { ...grid(figure, 16), top: 34 }, xAxis: { ...axis(look, data.unit), scale: true, min: data.bars[0]?.from, max: data.bars.at(-1)?.to, splitLine: { show: false } }, yAxis: { type: "value", show: false },
      tooltip: { formatter: ({ dataIndex }) => `${format.format(data.bars[dataIndex].from)} – ${format.format(data.bars[dataIndex].to)}${data.bars[dataIndex].text ? `\n${data.bars[dataIndex].text}` : ""}` },
      series: [{
        type: "bar", barWidth: `${Math.max(1, (figure.clientWidth - 40) / Math.max(1, data.bars.length) - 1)}`, data: data.bars.map((bar) => ({ value: [bar.from + width / 2, bar.height], itemStyle: { color: tone(look, 0), opacity: inside(bar) ? 0.85 : 0.3 } })),
        markLine: { symbol: "none", silent: true, lineStyle: { color: look.ink, type: "dashed" }, label: { color: look.ink, fontSize: 12, formatter: ({ dataIndex }) => data.marks?.[dataIndex]?.text ?? "" }, data: (data.marks ?? []).map((mark) => ({ xAxis: mark.value })) },
      }],
    };
  },

  /** Shares of a whole: {rows: [{name, value, text, tone, href}]}. */
  pie(data, look, figure) {
    const small = narrow(figure);
    return {
      tooltip: { formatter: ({ dataIndex }) => `${data.rows[dataIndex].name}\n${said(data.rows[dataIndex].value, data.rows[dataIndex].text)}` },
      legend: { ...legend(look, true), type: data.rows.length > 8 ? "scroll" : "plain", orient: small ? "horizontal" : "vertical", ...(small ? { top: "auto", bottom: 0 } : { right: 0, left: "auto", top: "middle" }), formatter: (name) => cut(name, 26) },
      series: [{ type: "pie", radius: small ? ["38%", "62%"] : ["46%", "74%"], center: small ? ["50%", "38%"] : ["34%", "50%"], label: { show: false }, itemStyle: { borderColor: look.raised, borderWidth: 2 }, data: data.rows.map((row, at) => ({ name: row.name, value: Math.abs(row.value), itemStyle: { color: tone(look, row.tone ?? at) } })) }],
      picked: ({ dataIndex }) => data.rows[dataIndex],
    };
  },

  /** What goes on in time: {unit, x: ["2025", …], series: [{name, values, tone, area, dashed}]}. */
  line(data, look, figure) {
    return {
      grid: { ...grid(figure, 20), top: (data.series.length > 1 ? 34 : 6) + (data.unit ? 20 : 0) }, legend: legend(look, data.series.length > 1),
      xAxis: { type: "category", data: data.x, boundaryGap: Boolean(data.columns), axisLabel: { color: look.soft, hideOverlap: true }, axisLine: { lineStyle: { color: look.hair } }, axisTick: { show: false } },
      yAxis: { ...axis(look, data.unit), nameLocation: "end", nameGap: 8, nameTextStyle: { color: look.soft, align: "left", fontSize: 12 } },
      tooltip: { trigger: "axis", formatter: (all) => [all[0].axisValueLabel, ...all.map((one) => `${one.seriesName ? `${one.seriesName}: ` : ""}${said(one.value)}`)].join("\n") },
      series: data.series.map((one, at) => ({
        type: data.columns ? "bar" : "line", barMaxWidth: 28, stack: data.stacked ? "all" : undefined, name: one.name, data: one.values, color: tone(look, one.tone ?? at), symbolSize: 6, showSymbol: data.x.length < 40,
        lineStyle: { width: 2, type: one.dashed ? "dashed" : "solid" }, areaStyle: one.area ? { opacity: 0.15 } : undefined,
      })),
    };
  },

  /** Areas within areas: {rows: [{name, value, text, tone, href, children}]}. */
  tree(data, look) {
    const made = (row, own) => ({
      name: row.name, value: Math.abs(row.value), text: row.text, row, itemStyle: { color: tone(look, own), borderColor: look.raised, borderWidth: row.children ? 2 : 1, gapWidth: 1 },
      children: row.children?.map((child) => made(child, child.tone ?? own)),
    });
    return {
      tooltip: { formatter: ({ data: at }) => (at?.row ? `${at.name}\n${said(at.row.value, at.text)}` : "") },
      series: [{
        type: "treemap", left: 0, right: 0, top: 0, bottom: 0, roam: false, nodeClick: false, breadcrumb: { show: false }, label: { fontSize: 12, color: look.raised, overflow: "truncate", formatter: ({ data: at }) => `${at.name}${at.text ? `\n${at.text}` : ""}` },
        upperLabel: { show: true, height: 20, color: look.raised, fontSize: 12 }, levels: [{ upperLabel: { show: false }, itemStyle: { borderWidth: 0, gapWidth: 2 } }, { upperLabel: { show: true } }, { itemStyle: { gapWidth: 1 } }],
        data: data.rows.map((row, at) => made(row, row.tone ?? at)),
      }],
      picked: ({ data: at }) => at?.row,
    };
  },
};

function draw(figure) {
  const known = drawn.get(figure);
  if (!known || !figure.isConnected) return;
  const look = colours();
  const { picked, tooltip, ...option } = kinds[figure.dataset.chart](known.data, look, figure);
  known.picked = picked;
  known.chart ??= begun(figure, known);
  known.chart.resize();
  known.chart.setOption({
    animation: !still.matches, animationDuration: 350, animationDurationUpdate: 250, textStyle: { fontFamily: look.font, color: look.ink }, ...option,
    tooltip: { confine: true, renderMode: "richText", backgroundColor: look.raised, borderColor: look.hair, textStyle: { color: look.ink, fontSize: 12.5, fontFamily: look.font }, ...tooltip },
  }, { notMerge: true });
  figure.dataset.drawn = "yes";
}

/** An empty chart in a figure. A click tells "tanheng:chart" with what was clicked, and goes where it leads unless somebody prevents it. */
function begun(figure, known) {
  const box = document.createElement("div");
  box.style.cssText = "width:100%;height:100%";
  box.setAttribute("aria-hidden", "true");
  figure.append(box);
  const chart = echarts.init(box, null, { renderer: "svg" });
  chart.on("click", (event) => {
    const row = known.picked?.(event);
    if (!row) return;
    const told = new CustomEvent("tanheng:chart", { bubbles: true, cancelable: true, detail: row });
    if (figure.dispatchEvent(told) && row.href) location.assign(row.href);
  });
  let width = figure.clientWidth;
  known.watch = new ResizeObserver(() => { if (figure.clientWidth && figure.clientWidth !== width) { width = figure.clientWidth; draw(figure); } });
  known.watch.observe(figure);
  return chart;
}

const seen = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) if (isIntersecting) { seen.unobserve(target); draw(target); }
}, { rootMargin: "300px" });

// those further down follow when nothing else is to be done, one after the other, so that they are there on paper, too
const idle = window.requestIdleCallback ?? ((then) => setTimeout(then, 200));
function rest() {
  const [figure] = [...drawn].find(([one, known]) => !known.chart && one.clientWidth && one.querySelector("script")) ?? [];
  if (!figure) return;
  seen.unobserve(figure);
  draw(figure);
  idle(rest);
}

function ready(within = document) {
  for (const [figure, known] of drawn) if (!figure.isConnected) { known.watch?.disconnect(); known.chart?.dispose(); drawn.delete(figure); }
  for (const figure of within.querySelectorAll("figure[data-chart]")) {
    if (drawn.has(figure)) continue;
    const told = figure.querySelector('script[type="application/json"]');
    drawn.set(figure, { data: told ? JSON.parse(told.textContent) : { rows: [] } });
    figure.setAttribute("role", "img");
    if (told) seen.observe(figure);
  }
  idle(rest);
}

function set(figure, data) {
  if (!drawn.has(figure)) { drawn.set(figure, { data }); figure.setAttribute("role", "img"); }
  drawn.get(figure).data = data;
  draw(figure);
}

const again = () => { for (const [figure, known] of drawn) if (known.chart) draw(figure); };
dark.addEventListener("change", again);
still.addEventListener("change", again);
window.addEventListener("beforeprint", () => { for (const figure of drawn.keys()) draw(figure); });
document.addEventListener("htmx:load", (event) => ready(event.detail.elt));
window.tanhengCharts = { ready, set };
ready();
