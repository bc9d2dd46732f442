// The editor of a study. The document is what the API gave; a cell that nobody touches is sent back as it came.
// Every change is a step (what was, what is), so that all of it can be undone, kept in the browser, and compared.

const { api, toast, sure } = window.tanheng;
const { settings, choices, label, shown, written, cells, fold } = window.tanheng.notation;
const { form, put, element } = window.tanheng.forms;
const { words, columns, study } = settings;
const KEY = `tanheng-study-${study.id}`;
const WHOLE = 300; // lines up to which every check is of the whole study
const byKey = new Map(columns.map((column) => [column.key, column]));
const box = document.getElementById("grid");

// What there is ---------------------------------------------------------------------------------------------------------------------
let head = {};            // the study but for its lines
let order = [];           // ids of the lines
let lines = new Map();    // line by id; lines are never changed, they are replaced
let saved = { head, order, lines };
let version = study.version;
let latest = study.latest;
let fresh = 0;
const undone = [];
const done = [];
let faults = new Map();   // by id of a line: column → faults
let others = [];          // of the study
let table = null;

const line = (id) => lines.get(id);
const rowOf = (id) => {
  const row = { _id: id };
  const told = line(id);
  for (const column of columns) row[column.key] = shown(told, column);
  return row;
};
const whole = (given = order) => ({ ...head, lines: given.map(line) });

function take(document_) {
  const { lines: given, ...rest } = document_;
  head = rest;
  order = given.map((_, index) => index);
  lines = new Map(given.map((one, index) => [index, one]));
  saved = { head, order, lines: new Map(lines) };
}

// Steps -----------------------------------------------------------------------------------------------------------------------------
/** Change lines (by id; null takes one away), their order, or the head: one step. */
function commit(change, { quiet = false } = {}) {
  const step = { before: { lines: new Map() }, after: { lines: new Map() } };
  for (const [id, next] of change.lines ?? []) {
    if (next === line(id)) continue;
    step.before.lines.set(id, line(id) ?? null);
    step.after.lines.set(id, next);
  }
  if (change.order) { step.before.order = order; step.after.order = change.order; }
  if (change.head && change.head !== head) { step.before.head = head; step.after.head = change.head; }
  if (!step.after.lines.size && !step.after.order && !step.after.head) return;
  done.push(step);
  undone.length = 0;
  apply(step.after, quiet);
}

function apply(part, quiet = false) {
  for (const [id, next] of part.lines) if (next === null) lines.delete(id); else lines.set(id, next);
  if (part.head) head = part.head;
  if (part.order) {
    order = part.order;
    table.replaceData(order.map(rowOf)).then(() => paint(order.filter((id) => faults.has(id))));
  } else if (part.lines.size) {
    const changed = [...part.lines.keys()].filter((id) => lines.has(id));
    table.updateData(changed.map(rowOf));
  }
  if (!quiet) panel();
  told();
  keep();
  check();
}

function undo() { const step = done.pop(); if (step) { undone.push(step); apply(step.before); } }
function redo() { const step = undone.pop(); if (step) { done.push(step); apply(step.after); } }

const changedLines = () => order.filter((id) => line(id) !== saved.lines.get(id));
const isDirty = () => head !== saved.head || order.length !== saved.order.length || order.some((id, index) => id !== saved.order[index] || line(id) !== saved.lines.get(id));

function told() {
  const dirty = isDirty();
  document.getElementById("undo").disabled = !done.length;
  document.getElementById("redo").disabled = !undone.length;
  document.getElementById("save").disabled = !dirty || !settings.may_change;
  document.getElementById("count").textContent = words.count.replace("{count}", order.length);
  document.getElementById("state").textContent = dirty ? words.unsaved : words.all_saved;
  document.getElementById("empty").hidden = order.length > 0;
}

// Kept in the browser until it is saved ---------------------------------------------------------------------------------------------
let keeping;
function keep() {
  clearTimeout(keeping);
  keeping = setTimeout(keepNow, 400);
}
function keepNow() {
  clearTimeout(keeping);
  if (!settings.may_change) return;
  try {
    if (!isDirty()) { localStorage.removeItem(KEY); return; }
    const draft = { base: latest, at: new Date().toISOString(), order, lines: changedLines().map((id) => [id, line(id)]), head: head === saved.head ? null : head };
    localStorage.setItem(KEY, JSON.stringify(draft));
  } catch { toast(words.not_kept, "warn"); }
}
addEventListener("pagehide", keepNow);
addEventListener("beforeunload", (event) => { if (isDirty() && settings.may_change) event.preventDefault(); });

async function restore() {
  let draft = null;
  try { draft = JSON.parse(localStorage.getItem(KEY) ?? "null"); } catch { localStorage.removeItem(KEY); }
  if (!draft || !settings.may_change) return;
  if (draft.base !== latest) {
    const base = await api("GET", `/v1/studies/${study.id}/versions/${draft.base}`);
    take(base.document);
  }
  for (const [id, one] of draft.lines) lines.set(id, one);
  order = draft.order.filter((id) => lines.has(id));
  if (draft.head) head = draft.head;
  fresh = order.length + draft.lines.length;
  const note = document.getElementById("restored");
  note.hidden = false;
  note.querySelector("b").textContent = words.restored.replace("{time}", new Date(draft.at).toLocaleString(settings.lang === "zh" ? "zh-CN" : "en-GB"));
  if (draft.base !== latest) await conflict(draft.base);
}

// The grid --------------------------------------------------------------------------------------------------------------------------
const wanted = (() => { try { return JSON.parse(localStorage.getItem("tanheng-study-columns") ?? "null"); } catch { return null; } })();
const visible = new Set(columns.filter((column) => (wanted ? wanted.includes(column.key) || column.needed : column.shown)).map(({ key }) => key));

/** Put a column where it belongs, or take it out: what is not shown costs nothing. */
async function show(column, isWanted) {
  if (visible.has(column.key) === isWanted) return;
  if (isWanted) {
    const next = columns.slice(columns.indexOf(column) + 1).find(({ key }) => visible.has(key));
    visible.add(column.key);
    await table.addColumn(definition(column), Boolean(next), next?.key);
  } else {
    visible.delete(column.key);
    await table.deleteColumn(column.key);
  }
  localStorage.setItem("tanheng-study-columns", JSON.stringify([...visible]));
}

function definition(column) {
  const made = {
    title: column.title, field: column.key, width: column.width, headerTooltip: [column.text, column.example].filter(Boolean).join(" · "),
    cssClass: column.kind === "number" || column.kind === "quantity" ? "number" : "", formatter: painted(column), editable: () => settings.may_change,
  };
  if (column.kind === "choice" || column.kind === "flag") {
    const values = column.kind === "flag" ? [{ label: words.yes, value: "yes" }, { label: words.no, value: "no" }] : choices[column.refers].map((one) => ({ label: one.label, value: one.key }));
    made.editor = "list";
    made.editorParams = { values: column.needed ? values : [{ label: "—", value: "" }, ...values], autocomplete: true, listOnEmpty: true, placeholderEmpty: words.nothing_found };
  } else made.editor = column.field === "from" ? linkEditor : textEditor;
  return made;
}

function painted(column) {
  return (cell) => {
    const id = cell.getData()._id;
    const here = faults.get(id)?.[column.key];
    const place = cell.getElement();
    const value = cell.getValue() ?? "";
    let text = value;
    if (column.kind === "choice") text = label(column.refers, value);
    else if (column.kind === "flag") text = value === "yes" ? words.yes : value === "no" ? words.no : value;
    if (here || place.title) {
      place.classList.toggle("fault", Boolean(here?.some((one) => !one.mild)));
      place.classList.toggle("mild", Boolean(here?.every((one) => one.mild)));
      place.title = here ? here.map((one) => [one.message, one.hint].filter(Boolean).join("\n")).join("\n\n") : "";
    }
    if (here) {
      const both = element("span", { textContent: text });
      both.append(element("span", { className: "why", textContent: here.map((one) => one.message).join("; ") }));
      return both;
    }
    if (column.kind === "names" && !value && column.part === settings.lang) {
      const other = line(id)?.name;
      return element("span", { className: "elsewhere", textContent: typeof other === "string" ? other : Object.values(other ?? {}).find(Boolean) ?? "" });
    }
    return document.createTextNode(text);
  };
}

function field(cell, done_, cancel, searches = false) {
  const made = document.createElement("input");
  made.type = "text";
  made.value = cell.getValue() ?? "";
  made.setAttribute("aria-label", cell.getColumn().getDefinition().title);
  let over = false;
  const finish = (act) => { if (!over) { over = true; act(); } };
  if (searches) window.tanheng.pickers.attach(made, (chosen_) => finish(() => done_(chosen_))); // hears keys before the cell does
  made.addEventListener("keydown", (event) => {
    if (event.key === "Enter") { finish(() => done_(made.value)); event.preventDefault(); }
    else if (event.key === "Escape") finish(cancel);
  });
  made.addEventListener("blur", () => finish(() => done_(made.value)));
  return made;
}
function textEditor(cell, onRendered, success, cancel) {
  const column = byKey.get(cell.getField());
  const made = field(cell, success, cancel);
  if (column.kind === "geography") made.setAttribute("list", "places");
  if (column.example) made.placeholder = column.example;
  onRendered(() => { made.focus(); if (typed === null) made.select(); else { made.value = typed; typed = null; } });
  return made;
}
function linkEditor(cell, onRendered, success, cancel) {
  const made = field(cell, success, cancel, true);
  onRendered(() => { made.focus(); if (typed === null) made.select(); else { made.value = typed; typed = null; made.dispatchEvent(new Event("input")); } });
  return made;
}
let typed = null; // a letter that began an edit

function build() {
  table = new Tabulator(box, {
    data: order.map(rowOf), index: "_id", height: "100%", layout: "fitData", nestedFieldSeparator: false, renderVertical: "virtual",
    rowHeader: { formatter: "rownum", hozAlign: "right", headerHozAlign: "center", width: 52, resizable: false, frozen: true, headerSort: false, cssClass: "rownum", title: "#" },
    columns: columns.filter(({ key }) => visible.has(key)).map(definition), columnDefaults: { headerSort: false, resizable: "header" },
    rowHeight: 34, renderVerticalBuffer: 340,
    selectableRange: 1, selectableRangeColumns: true, selectableRangeRows: true, selectableRangeClearCells: false, selectableRangeAutoFocus: false,
    editTriggerEvent: "dblclick", clipboard: "copy", clipboardCopyRowRange: "range", clipboardCopyStyled: false,
    clipboardCopyConfig: { rowHeaders: false, columnHeaders: false }, placeholder: words.nothing_found,
  });
  table.on("cellEdited", (cell) => {
    const id = cell.getData()._id;
    const column = byKey.get(cell.getField());
    const next = written(line(id), column, cell.getValue());
    if (next === line(id)) table.updateData([rowOf(id)]);
    else commit({ lines: [[id, next]] });
    later(() => cell.getElement()?.closest(".tabulator-tableholder")?.focus({ preventScroll: true }));
  });
  let seen = "";
  const moved = () => later(() => { const here = place(); const now = `${here?.id} ${here?.key}`; if (now !== seen) { seen = now; panel(); } });
  table.on("rangeAdded", moved);
  table.on("rangeChanged", moved);
  return new Promise((resolve) => table.on("tableBuilt", resolve));
}
/** What has the focus is the grid, and owns the headings: so that it is told as one. */
function named() {
  const [holder, headings] = [box.querySelector(".tabulator-tableholder"), box.querySelector(".tabulator-header")];
  box.removeAttribute("role");
  box.removeAttribute("aria-owns");
  headings.id = "grid-headings";
  for (const [name, value] of [["role", "grid"], ["aria-label", words.grid], ["aria-owns", "grid-headings"], ["aria-rowcount", String(order.length + 1)]]) holder.setAttribute(name, value);
}

const later = (act) => setTimeout(act, 0);

/** Where the cursor is: line and column. */
function place() {
  const range = table?.getRanges?.()[0];
  const row = range?.getRows()[0];
  if (!row) return null;
  const column = range.getColumns().find((one) => byKey.has(one.getField()));
  return { id: row.getData()._id, key: column?.getField() ?? "stage", row, column };
}
const chosen = () => (table.getRanges()[0]?.getRows() ?? []).map((row) => row.getData()._id);

/** Let the cursor stand in a cell. */
async function goTo(id, key) {
  if (!lines.has(id)) return;
  if (filter.value || only.value) { filter.value = only.value = ""; table.clearFilter(true); }
  const column = byKey.get(key) ? key : `name.${settings.lang}`;
  await show(byKey.get(column), true);
  await table.scrollToRow(id, "center", false).catch(() => null);
  const cell = table.getRow(id).getCell(column);
  table.scrollToColumn(column, "middle", false); // which tells nobody when nothing had to move
  table.getRanges()[0]?.setBounds(cell, cell);
  box.querySelector(".tabulator-tableholder").focus({ preventScroll: true });
  panel();
}

// Rows ------------------------------------------------------------------------------------------------------------------------------
const newId = () => { let id; do id = `n${fresh++}`; while (lines.has(id)); return id; };
function insert(made, after) {
  const ids = made.map(newId);
  const at = after === undefined ? order.length : order.indexOf(after) + 1;
  commit({ lines: ids.map((id, index) => [id, made[index]]), order: [...order.slice(0, at), ...ids, ...order.slice(at)] });
  later(() => goTo(ids[0], `name.${settings.lang}`));
}
const acts = {
  undo, redo, save: () => save(),
  add() { const here = place()?.id ?? order.at(-1); insert([{ stage: line(here)?.stage ?? "raw-materials", name: { [settings.lang]: "" } }], here); },
  copy() { const ids = chosen(); if (ids.length) insert(ids.map((id) => { const { id: _, ...rest } = line(id); return rest; }), ids.at(-1)); },
  remove() {
    const ids = new Set(chosen());
    if (!ids.size) return;
    const next = order.find((id, index) => !ids.has(id) && index > order.indexOf([...ids][0])) ?? order.findLast((id) => !ids.has(id));
    commit({ lines: [...ids].map((id) => [id, null]), order: order.filter((id) => !ids.has(id)) });
    if (next !== undefined) later(() => goTo(next));
  },
  up: () => move(-1),
  down: () => move(1),
};
function move(step) {
  const ids = chosen();
  const first = order.indexOf(ids[0]);
  const target = first + step;
  if (!ids.length || target < 0 || target + ids.length > order.length) return;
  const rest = order.filter((id) => !ids.includes(id));
  const key = place()?.key;
  commit({ order: [...rest.slice(0, target), ...ids, ...rest.slice(target)] });
  later(() => goTo(ids[0], key));
}
for (const name of Object.keys(acts)) document.getElementById(name)?.addEventListener("click", () => acts[name]());

// Keys and the clipboard ------------------------------------------------------------------------------------------------------------
const isWriting = (target) => target.closest("input, textarea, select, [contenteditable]");
document.addEventListener("keydown", (event) => {
  const command = event.ctrlKey || event.metaKey;
  if (command && event.key.toLowerCase() === "s") { event.preventDefault(); document.activeElement?.blur?.(); later(() => save()); return; }
  if (isWriting(event.target) || !settings.may_change) return;
  if (command && event.key.toLowerCase() === "z") { event.preventDefault(); if (event.shiftKey) redo(); else undo(); return; }
  if (command && event.key.toLowerCase() === "y") { event.preventDefault(); redo(); return; }
  if (!event.target.closest("#grid")) return;
  const here = place();
  if (!here) return;
  if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) { event.preventDefault(); event.stopPropagation(); acts[event.key === "ArrowUp" ? "up" : "down"](); }
  else if (command && event.key.toLowerCase() === "d") { event.preventDefault(); acts.copy(); }
  else if (event.key === "Insert") { event.preventDefault(); acts.add(); }
  else if (event.key === "Delete" && command) { event.preventDefault(); acts.remove(); }
  else if (event.key === "Delete" || event.key === "Backspace") { event.preventDefault(); clear(); }
  else if (event.key === "F2" || event.key === "Enter") { event.preventDefault(); event.stopPropagation(); here.row.getCell(here.key).edit(true); }
  else if (event.key === "Process" && !command) { typed = ""; here.row.getCell(here.key).edit(true); typed = null; } // an input method begins
  else if (event.key.length === 1 && !command && !event.altKey) { event.preventDefault(); typed = event.key; here.row.getCell(here.key).edit(true); typed = null; }
}, true);

function clear() {
  const changed = new Map();
  for (const cell of table.getRanges()[0]?.getCells().flat() ?? []) {
    const id = cell.getData()._id;
    const column = byKey.get(cell.getField());
    if (column) changed.set(id, written(changed.get(id) ?? line(id), column, ""));
  }
  commit({ lines: changed });
}

document.addEventListener("paste", (event) => {
  if (isWriting(event.target) || !settings.may_change || !event.target.closest?.("#grid")) return;
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!text.trim()) return;
  event.preventDefault();
  paste(cells(text));
});

const spelled = new Map(settings.headers.map(({ words: header, key }) => [fold(header), key]));
const heading = (cell) => spelled.get(fold(cell).replace(/\*$/, ""));

/** Cells become lines: from the cursor on, or under their own headings as new lines. */
function paste(rows) {
  const known = rows[0].map(heading);
  const isHeaded = known.filter(Boolean).length >= 3 && rows.length > 1;
  const seen_ = table.getColumns().map((one) => one.getField()).filter((key) => byKey.has(key));
  const here = place();
  const from = isHeaded ? 0 : Math.max(0, seen_.indexOf(here?.key));
  const keys = isHeaded ? known : seen_.slice(from);
  const start = isHeaded || !here ? order.length : order.indexOf(here.id);
  const changed = new Map();
  const added = [];
  (isHeaded ? rows.slice(1) : rows).forEach((row, offset) => {
    if (!row.some((cell) => cell.trim())) return;
    const id = isHeaded ? undefined : order[start + offset];
    const before = id === undefined ? { stage: line(order.at(-1))?.stage ?? "raw-materials" } : line(id);
    let next = before;
    row.forEach((cell, index) => {
      const key = keys[index];
      if (key === "amount.unit") { const amount = next.amount; if (amount !== undefined && cell.trim()) next = { ...next, amount: `${typeof amount === "object" ? amount.value : amount} ${cell.trim()}` }; return; }
      const column = byKey.get(key === "name" ? `name.${/[\u3400-\u9fff]/.test(cell) ? "zh" : "en"}` : key);
      if (column) next = written(next, column, cell);
    });
    if (id === undefined) { const made = newId(); added.push(made); changed.set(made, next); } else changed.set(id, next);
  });
  commit({ lines: changed, order: added.length ? [...order, ...added] : undefined });
  toast(words.pasted.replace("{count}", changed.size));
  later(() => goTo([...changed.keys()][0], isHeaded ? "" : keys[0]));
}

// Checking as one writes ------------------------------------------------------------------------------------------------------------
let checking;
let turn = 0;
function check(delay = 500) {
  if (!settings.may_change) return;
  clearTimeout(checking);
  checking = setTimeout(checkNow, delay);
}

/** Of a long list only the lines that were changed are sent, and those that they are part of. */
function sample() {
  if (order.length <= WHOLE) return order;
  const asked = new Set([...changedLines(), ...faults.keys()].filter((id) => lines.has(id)));
  const parents = new Set([...asked].map((id) => line(id).part_of).filter(Boolean));
  if (parents.size) for (const id of order) if (parents.has(line(id).id)) asked.add(id);
  return asked.size ? order.filter((id) => asked.has(id)) : order.slice(0, 1);
}

async function checkNow() {
  const mine = ++turn;
  const ids = sample();
  const state = document.getElementById("checked");
  try {
    const told_ = await api("POST", `/v1/studies/check?organisation=${study.organisation}`, whole(ids));
    if (mine === turn) mark(ids, told_.link_faults, true);
  } catch (error) {
    if (mine !== turn) return;
    if (error.status === 422) mark(ids, error.faults);
    else state.textContent = error.message;
  }
}

const PLACE = /lines\[(\d+)\](?:\.([\w.[\]]+))?$/;
function mark(ids, found, mild = false) {
  const before = new Set(faults.keys());
  faults = new Map();
  others = [];
  for (const fault of found) {
    const at = PLACE.exec(fault.place);
    const id = at ? ids[Number(at[1])] : undefined;
    if (id === undefined) { others.push({ ...fault, mild, path: fault.place.split(" ").at(-1) }); continue; }
    const path = at[2] ?? "";
    const key = keyOf(path, mild);
    const here = faults.get(id) ?? {};
    (here[key] ??= []).push({ ...fault, mild, path });
    faults.set(id, here);
  }
  paint([...new Set([...before, ...faults.keys()])]);
  listed();
  marked();
}

function keyOf(path, mild) {
  const [first, second] = path.replace(/\[.*$/, "").split(".");
  if (byKey.has(`${first}.${second}`)) return `${first}.${second}`;
  if (first === "name") return `name.${settings.lang}`;
  if (byKey.has(first)) return first;
  return mild ? "from" : `name.${settings.lang}`;
}

function paint(ids) { for (const id of ids) { const row = lines.has(id) && table.getRow(id); if (row) row.reformat(); } }

function listed() {
  const state = document.getElementById("checked");
  const all = [...faults].flatMap(([id, here]) => Object.entries(here).flatMap(([key, found]) => found.map((fault) => ({ id, key, fault }))));
  const grave = all.filter(({ fault }) => !fault.mild).length + others.filter((one) => !one.mild).length;
  state.textContent = grave ? words.faults.replace("{count}", grave) : all.length ? words.warnings.replace("{count}", all.length) : words.valid;
  state.className = `badge ${grave ? "bad" : all.length ? "warn" : "good"}`;
  const list = document.getElementById("faults");
  list.replaceChildren(...[...others.map((fault) => ({ fault })), ...all].slice(0, 200).map(({ id, key, fault }) => {
    const where_ = id === undefined ? fault.path : `${words.line.replace("{number}", order.indexOf(id) + 1)} · ${byKey.get(key)?.title ?? key}`;
    const jump = element("button", { type: "button", className: "quiet small", textContent: where_ });
    jump.addEventListener("click", () => (id === undefined ? open_("head") : goTo(id, key)));
    return element("li", {}, jump, ` ${fault.message} `, element("span", { className: "soft small", textContent: fault.hint ?? "" }));
  }));
  document.getElementById("fault-box").hidden = !list.children.length;
}

// The panel beside ------------------------------------------------------------------------------------------------------------------
let side = "line";
const GROUPS = {
  material: ["transport", "recycling", "biogenic"], energy: ["transport", "emits"], electricity: ["electricity"], transport: ["transport"],
  emission: ["emits", "carbon_balance", "carbonates", "land"], waste: ["transport", "recycling"],
};
const FIRST = ["stage", "type", "name", "amount", "formula", "from", "data", "quality", "uncertainty"];

function open_(which) {
  side = which;
  for (const tab of document.querySelectorAll("#side-tabs button")) tab.setAttribute("aria-selected", String(tab.dataset.side === which));
  panel();
}
for (const tab of document.querySelectorAll("#side-tabs button")) tab.addEventListener("click", () => open_(tab.dataset.side));

function panel() {
  const into = document.getElementById("panel");
  const opened = [...into.querySelectorAll("details[open]")].map((one) => one.dataset.part);
  const closed = [...into.querySelectorAll("details:not([open])")].map((one) => one.dataset.part);
  const top = into.scrollTop;
  const before = into.dataset.of;
  if (side === "document") { if (before !== "document") into.replaceChildren(text()); into.dataset.of = "document"; return; }
  const here = side === "line" ? place() : null;
  const now = side === "line" ? `line ${here?.id}` : "head";
  into.replaceChildren(...(side === "line" ? linePanel(here) : headPanel()));
  into.dataset.of = now;
  if (before === now) {
    for (const one of into.querySelectorAll("details")) { if (opened.includes(one.dataset.part)) one.open = true; if (closed.includes(one.dataset.part)) one.open = false; }
    into.scrollTop = top;
  }
  marked();
}

function linePanel(here) {
  if (!here || !lines.has(here.id)) return [element("p", { className: "soft", textContent: words.choose_line })];
  const { id } = here;
  const where = {
    path: [], read: () => line(id),
    write: (path, value, isStructure) => { const next = put(line(id), path, value); commit({ lines: [[id, next]] }, { quiet: !isStructure }); },
  };
  const one = line(id);
  const kind = one.type ?? (one.electricity ? "electricity" : one.emits ? "emission" : one.transport && !one.amount ? "transport" : "material");
  const parts = [...new Set([...(GROUPS[kind] ?? []), ...["electricity", "transport", "emits", "recycling", "carbon_balance", "carbonates", "land", "biogenic"].filter((key) => key in one)])];
  const rest = settings.records.line.map(({ key }) => key).filter((key) => !FIRST.includes(key) && !parts.includes(key));
  const more = element("details", { className: "part", dataset: { part: "more" } }, element("summary", { textContent: words.more_fields }), form("line", where, { only: rest }));
  const name = typeof one.name === "string" ? one.name : one.name?.[settings.lang] || Object.values(one.name ?? {}).find(Boolean) || "";
  return [element("h2", { textContent: `${order.indexOf(id) + 1} · ${name}` }), element("div", { id: "cell-faults", className: "stack tight" }), form("line", where, { only: FIRST }), form("line", where, { only: parts }), more];
}

function headPanel() {
  const where = { path: [], read: () => head, write: (path, value, isStructure) => commit({ head: put(head, path, value) }, { quiet: !isStructure }) };
  return [element("h2", { textContent: words.side_head }), form("study", where, { without: ["tanheng", "lines"] })];
}

function text() {
  const area = element("textarea", { id: "whole", rows: 24, spellcheck: false, value: JSON.stringify(whole(), null, 2), disabled: !settings.may_change });
  const apply_ = element("button", { type: "button", textContent: words.apply, disabled: !settings.may_change });
  const again = element("button", { type: "button", className: "quiet", textContent: words.refresh });
  again.addEventListener("click", () => { area.value = JSON.stringify(whole(), null, 2); });
  apply_.addEventListener("click", () => {
    let given;
    try { given = JSON.parse(area.value); } catch (error) { toast(words.no_json, "bad", error.message); return; }
    if (!Array.isArray(given?.lines)) { toast(words.no_json, "bad"); return; }
    const { lines: told_, ...rest } = given;
    const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
    const ids = told_.map((one, index) => order[index] ?? newId());
    const changed = told_.map((one, index) => [ids[index], same(one, line(ids[index])) ? line(ids[index]) : one]);
    const gone = order.slice(told_.length).map((id) => [id, null]);
    commit({ lines: [...changed, ...gone], order: ids.length === order.length ? undefined : ids, head: same(rest, head) ? undefined : rest });
    toast(words.applied);
  });
  return element("div", { className: "stack tight" }, element("label", { htmlFor: "whole", textContent: words.side_document }), element("p", { className: "soft small", textContent: words.document_hint }), area, element("div", { className: "actions" }, apply_, again));
}

/** Faults beside the fields of the panel that they speak of. */
function marked() {
  const into = document.getElementById("panel");
  into.querySelectorAll(".said").forEach((one) => one.remove());
  into.querySelectorAll("[aria-invalid]").forEach((one) => one.removeAttribute("aria-invalid"));
  const found = side === "line" ? Object.values(faults.get(place()?.id) ?? {}).flat() : others;
  for (const fault of found) {
    const at = [...into.querySelectorAll("[data-path]")].filter((one) => fault.path && (one.dataset.path === fault.path || one.dataset.path.startsWith(`${fault.path}.`) || fault.path.startsWith(`${one.dataset.path}.`)))[0];
    const note = element("span", { className: `note small said ${fault.mild ? "warn" : "bad"}`, textContent: `${fault.message} ${fault.hint ?? ""}` });
    if (at) { at.setAttribute("aria-invalid", "true"); at.closest("details")?.setAttribute("open", ""); at.after(note); } else document.getElementById("cell-faults")?.append(note);
  }
}

// Saving ----------------------------------------------------------------------------------------------------------------------------
const note = document.getElementById("note");
async function save(isOnTop = false) {
  if (!isDirty() || !settings.may_change) return;
  const button = document.getElementById("save");
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  try {
    const query = new URLSearchParams({ file: "study", note: note.value.trim() });
    const made = await api("POST", `/v1/studies/${study.id}/versions?${query}`, whole(), { version });
    ({ version, latest } = made);
    const kept = await api("GET", `/v1/studies/${study.id}/versions/${latest}`);
    const { lines: given, ...rest } = kept.document;
    head = rest;
    order.forEach((id, index) => lines.set(id, given[index]));
    lines = new Map(order.map((id, index) => [index, given[index]]));
    order = given.map((_, index) => index);
    saved = { head, order, lines: new Map(lines) };
    done.length = 0;
    undone.length = 0;
    note.value = "";
    localStorage.removeItem(KEY);
    document.getElementById("restored").hidden = true;
    document.getElementById("version").textContent = words.version.replace("{number}", latest);
    const here = place();
    const row = here ? here.row.getPosition() - 1 : 0;
    await table.replaceData(order.map(rowOf));
    toast(words.saved.replace("{number}", latest));
    document.getElementById("panel").dataset.of = "";
    if (order.length) goTo(order[Math.min(row, order.length - 1)], here?.key);
    check(0);
  } catch (error) {
    if (error.status === 412 && !isOnTop) await conflict(latest);
    else if (error.faults && error.status === 422) { mark(order, error.faults); toast(words.not_saved.replace("{count}", error.faults.length), "bad", error.faults[0].message); }
    else if (error.faults) toast(error.message, "bad", error.faults[0].hint);
    else throw error;
  } finally {
    button.removeAttribute("aria-busy");
    told();
  }
}

/** Somebody else saved in the meantime: both are shown, nothing is lost whatever is chosen. */
async function conflict(base) {
  const dialog = document.getElementById("conflict");
  const now = await api("GET", `/v1/studies/${study.id}`);
  const told_ = await api("GET", `/studies/${study.id}/conflict?base=${base}`, undefined, { headers: { Accept: "text/html" } });
  document.getElementById("conflict-who").innerHTML = told_;
  window.tanheng.ready(document.getElementById("conflict-who"));
  dialog.returnValue = "";
  dialog.showModal();
  const choice = await new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true }));
  if (choice === "mine") { ({ version, latest } = now); if (table) await save(true); }
  else if (choice === "theirs") {
    const link = element("a", { download: `study-${study.id}-mine.json`, href: URL.createObjectURL(new Blob([JSON.stringify(whole(), null, 2)], { type: "application/json" })) });
    link.click();
    order = saved.order; lines = new Map(saved.lines); head = saved.head; // nothing is left to be kept
    localStorage.removeItem(KEY);
    location.reload();
  }
}

document.getElementById("discard").addEventListener("click", async () => {
  if (!(await sure(words.discard_sure))) return;
  order = saved.order; lines = new Map(saved.lines); head = saved.head;
  localStorage.removeItem(KEY);
  location.reload();
});

// What is shown ---------------------------------------------------------------------------------------------------------------------
const filter = document.getElementById("filter");
const only = document.getElementById("only");
function filtered() {
  const asked = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  if (!asked.length && !only.value) { table.clearFilter(true); return; }
  table.setFilter((row) => {
    if (only.value === "faults" && !faults.has(row._id)) return false;
    if (only.value === "open" && row.from) return false;
    if (only.value === "changed" && line(row._id) === saved.lines.get(row._id)) return false;
    if (only.value.startsWith("stage:") && row.stage !== only.value.slice(6)) return false;
    const text_ = columns.map((column) => row[column.key]).join(" ").toLowerCase();
    return asked.every((word) => text_.includes(word));
  });
}
let filtering;
filter.addEventListener("input", () => { clearTimeout(filtering); filtering = setTimeout(filtered, 150); });
only.addEventListener("change", filtered);

const picks = document.getElementById("columns");
for (const column of columns) {
  const tick = element("input", { type: "checkbox", checked: visible.has(column.key), disabled: column.needed && column.part !== (settings.lang === "zh" ? "en" : "zh") });
  tick.addEventListener("change", () => show(column, tick.checked));
  picks.append(element("label", { className: "choice" }, tick, column.title));
}

const given = await api("GET", `/v1/studies/${study.id}/versions/${study.latest}`);
take(given.document);
await restore();
await build();
told();
panel();
named();
if (order.length) {
  const asked = Number(new URLSearchParams(location.search).get("line"));
  await goTo(order[asked ? Math.min(asked, order.length) - 1 : 0], `name.${settings.lang}`);
}
check(0);
window.tanheng.editor = { whole, order: () => order, done, paste, goTo, table };
box.dataset.ready = "yes";
