// What-if: sliders whose answer comes at once. What they say is asked of the API, which computes; nothing is kept until somebody keeps it.

const { api, tell } = window.tanheng;
const box = document.querySelector("[data-whatif]");
const words = JSON.parse(document.getElementById("whatif-words")?.textContent ?? "{}");
const zh = document.documentElement.lang.startsWith("zh");
const number = new Intl.NumberFormat(zh ? "zh-CN" : "en-GB", { maximumSignificantDigits: 4 });
const told = (value) => number.format(value).replaceAll(",", "\u202f").replace("-", "\u2212");
const percent = (share) => `${share > 0 ? "+" : ""}${(share * 100).toFixed(1)}\u202f%`.replace("-", "\u2212");
const WAIT = 120; // ms after the last movement

const controls = [...(box?.querySelectorAll("[data-control]") ?? [])].map((element) => ({
  element, kind: element.dataset.control, sent: JSON.parse(element.dataset.sent), range: element.querySelector("input[type=range]"), choice: element.querySelector("select"), output: element.querySelector("output"),
}));

/** Where a slider stands by itself; that of a source of electricity depends on the source that is chosen. */
function rest(one) {
  if (one.kind === "share") return 100 * (one.sent.shares[one.choice.value] ?? 0);
  return Number(one.range.dataset.at);
}
const moved = (one) => (one.range ? Math.abs(Number(one.range.value) - Math.round(rest(one))) > 0.5 : one.choice.value !== one.choice.dataset.at);

/** The other sources share what is left as they did before; where there were none, the grid has it. */
function shares(one) {
  const chosen = one.choice.value;
  const share = Number(one.range.value) / 100;
  const others = Object.entries(one.sent.shares).filter(([name]) => name !== chosen);
  const sum = others.reduce((all, [, size]) => all + size, 0);
  const found = sum > 0 ? Object.fromEntries(others.map(([name, size]) => [name, (size / sum) * (1 - share)])) : { grid: 1 - share };
  found[chosen in one.sent.shares ? chosen : `contract:${chosen}`] = share;
  return found;
}

function change(one) {
  const { line, parameter, value, unit } = one.sent;
  const size = () => `${value * (Number(one.range.value) / 100)} ${unit === "1" ? "" : unit}`.trim();
  if (one.kind === "parameter") return { parameter, value: size() };
  if (one.kind === "amount") return { line, amount: size() };
  if (one.kind === "recycled") return { line, recycled_content: Number(one.range.value) / 100 };
  if (one.kind === "share") return { line, share: shares(one) };
  if (one.kind === "mode") return { line, mode: one.choice.value };
  return { scenario: one.choice.value };
}

function say(one) {
  if (!one.output) return;
  const at = Number(one.range.value);
  const { value, shown } = one.sent;
  const size = value === undefined ? `${at}\u202f%` : `${told((value * at) / 100)} ${shown === "1" ? "" : shown}`.trim();
  one.output.textContent = value === undefined || !moved(one) ? size : `${size} (${percent(at / 100 - 1)})`;
  one.element.classList.toggle("moved", moved(one));
}

let asked = 0;
let timer = 0;
let under = false;
let again = false;

function changes() {
  // A scenario comes first, so that a slider of a parameter has the last word.
  return controls.filter(moved).sort((a, b) => (b.kind === "scenario") - (a.kind === "scenario")).map(change);
}

async function ask() {
  if (under) { again = true; return; }
  const sent = changes();
  const turn = ++asked;
  under = true;
  box.classList.add("waits");
  try {
    show(sent.length ? await api("POST", box.dataset.whatif, { changes: sent, samples: 0, lines: 6 }, { once: false }) : null, turn);
  } catch (error) {
    wrong(error);
  } finally {
    under = false;
    box.classList.remove("waits");
    if (again) { again = false; ask(); }
  }
}

function wrong(error) {
  const place = box.querySelector("[data-wrong]");
  place.replaceChildren(...(error.faults ?? [{ message: String(error) }]).map((fault) => {
    const note = Object.assign(document.createElement("p"), { className: "note bad small", textContent: fault.message });
    note.setAttribute("role", "alert");
    return note;
  }));
}

function show(found, turn) {
  if (turn !== asked) return;
  wrong({ faults: [] });
  const total = box.querySelector("[data-total]");
  const badge = box.querySelector("[data-change]");
  const figure = document.getElementById("stages-after");
  const before = Number(total.dataset.value);
  const after = found ? found.after.total : before;
  const value = told(after);
  total.textContent = found && !found.after.complete ? words.at_least.replace("{value}", value) : value;
  badge.textContent = found ? `${after >= before ? "+" : ""}${told(after - before)}${before ? ` · ${percent((after - before) / Math.abs(before))}` : ""}` : words.same;
  badge.className = `badge ${!found || after === before ? "" : after < before ? "good" : "warn"}`;
  document.querySelector("[data-keep]").disabled = !found;
  const base = JSON.parse(figure.querySelector("script").textContent);
  const rows = base.rows.map((row) => {
    const now = found ? found.stages.find((stage) => stage.key === row.key) : null;
    return { ...row, values: [row.values[0], now ? now.a ?? 0 : row.values[0]] };
  });
  window.tanhengCharts.set(figure, { ...base, rows });
  const lines = box.querySelector("[data-lines]");
  if (!found?.lines.length) { lines.replaceChildren(Object.assign(document.createElement("li"), { className: "soft", textContent: words.nothing })); return; }
  lines.replaceChildren(...found.lines.map((line) => {
    const row = Object.assign(document.createElement("li"), { className: "spread" });
    const name = (zh ? line.names.zh : line.names.en) ?? Object.values(line.names)[0];
    row.append(Object.assign(document.createElement("span"), { textContent: name }), Object.assign(document.createElement("b"), { className: `nowrap ${line.difference < 0 ? "is-good" : "is-bad"}`, textContent: `${line.difference > 0 ? "+" : ""}${told(line.difference)}` }));
    return row;
  }));
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(ask, WAIT);
}

for (const one of controls) {
  say(one);
  one.range?.addEventListener("input", () => { say(one); soon(); });
  one.choice?.addEventListener("change", () => {
    if (one.kind === "share") { one.range.value = rest(one); say(one); }
    soon();
  });
}

document.querySelector("[data-reset]")?.addEventListener("click", () => {
  for (const one of controls) {
    if (one.range) one.range.value = rest(one); else one.choice.value = one.choice.dataset.at;
    say(one);
  }
  ask();
});

// Keeping: as a scenario of the study where only parameters moved, or as a new version of it, which is assessed at once.
const form = document.getElementById("keep-form");
document.querySelector("[data-keep]")?.addEventListener("click", () => {
  const only = controls.filter(moved).every((one) => one.kind === "parameter");
  const scenario = form.querySelector("[value=scenario]");
  scenario.disabled = !only;
  (only ? scenario : form.querySelector("[value=version]")).checked = true;
});

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    await keep(form.elements.name.value.trim(), form.elements.how.value);
  } catch (error) {
    tell(error);
  } finally {
    button.disabled = false;
  }
});

async function keep(name, how) {
  const id = box.dataset.study;
  const study = await api("GET", `/v1/studies/${id}`);
  let document_;
  let scenario = "";
  if (how === "scenario") {
    ({ document: document_ } = await api("GET", `/v1/studies/${id}/versions/${study.latest}`));
    scenario = identifier(name, document_.scenarios ?? []);
    const values = Object.fromEntries(changes().map((one) => [one.parameter, one.value]));
    document_.scenarios = [...(document_.scenarios ?? []), { id: scenario, name: { [zh ? "zh" : "en"]: name }, values }];
  } else {
    ({ study: document_ } = await api("POST", box.dataset.whatif, { changes: changes(), samples: 0, lines: 0, document: true }, { once: false }));
  }
  const content = new Blob([JSON.stringify(document_)], { type: "application/json" });
  const kept = await api("POST", `/v1/studies/${id}/versions?${new URLSearchParams({ file: "study.json", note: name })}`, content, { version: study.version });
  const made = await api("POST", `/v1/studies/${id}/assessments`, { version: kept.latest, scenario });
  location.assign(`${window.tanheng.root}/assessments/${made.id}`);
}

/** A short id of letters, digits and dashes that no other scenario has. */
function identifier(name, others) {
  const plain = name.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40) || "scenario";
  let found = plain;
  for (let at = 2; others.some((one) => one.id === found); at += 1) found = `${plain}-${at}`;
  return found;
}
