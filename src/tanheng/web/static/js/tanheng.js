// What every page of the workbench does: forms that go to the API, dialogs, lists, jobs, moments in the reader's time.
// Nothing here decides: the API checks, and what it says is shown where it belongs.

const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";
export const lang = document.documentElement.lang.startsWith("zh") ? "zh" : "en";
export const root = meta("root");
const said = JSON.parse(document.getElementById("said")?.textContent ?? "{}");
export const say = (key, params = {}) => (said[key] ?? key).replace(/\{(\w+)\}/g, (all, name) => params[name] ?? all);

/** Ask the API. Throws a Problem where it refuses. A POST is done once, unless it keeps nothing and "once" is false. */
export async function api(method, path, body, { version, headers = {}, raw = false, once = true } = {}) {
  const sent = { "Accept-Language": lang === "zh" ? "zh-CN" : "en", "X-CSRF-Token": meta("csrf"), ...headers };
  if (method === "POST" && once) sent["Idempotency-Key"] ??= crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
  if (version !== undefined && version !== "") sent["If-Match"] = `"${version}"`;
  const options = { method, headers: sent, credentials: "same-origin" };
  if (body instanceof Blob) options.body = body;
  else if (body !== undefined && method !== "GET") {
    sent["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  let answer;
  try {
    answer = await fetch(root + path, options);
  } catch {
    throw new Problem({ faults: [{ code: "", place: "", message: say("offline"), hint: say("offline_do") }] }, 0);
  }
  if (!answer.ok) {
    const told = await answer.json().catch(() => ({}));
    throw new Problem(told, answer.status);
  }
  if (raw) return answer;
  if (answer.status === 204) return null; // whatever type it names
  const kind = answer.headers.get("content-type") ?? "";
  return kind.includes("json") ? answer.json() : answer.text();
}

export class Problem extends Error {
  constructor(told, status) {
    super(told.detail ?? told.faults?.[0]?.message ?? String(status));
    this.faults = told.faults ?? [{ code: "", place: "", message: this.message, hint: "" }];
    this.status = status;
  }
}

/** A passing word in the corner; errors stay until they are put away. */
export function toast(message, kind = "good", hint = "") {
  const box = document.createElement("div");
  box.className = `note ${kind}`;
  box.setAttribute("role", kind === "bad" ? "alert" : "status");
  box.textContent = message;
  if (hint) box.append(Object.assign(document.createElement("span"), { className: "hint", textContent: hint }));
  const close = Object.assign(document.createElement("button"), { className: "quiet small", textContent: say("close"), type: "button" });
  close.onclick = () => box.remove();
  if (kind === "bad") box.append(close);
  else setTimeout(() => box.remove(), 5000);
  document.getElementById("toasts").append(box);
}

export const tell = (error) => {
  if (!(error instanceof Problem)) throw error;
  for (const fault of error.faults) toast(fault.place ? `${fault.place}: ${fault.message}` : fault.message, "bad", fault.hint);
};

// Forms -----------------------------------------------------------------------------------------------------------------------------
// <form data-api="POST /v1/…/{name}" data-then="reload"> sends its fields as JSON; "a.b" is b within a, "a.0" the first of a list.
// data-type says how a field is read: number, boolean, json, lines, list, end-of-day. Empty fields are left out unless they have data-keep (then "") or data-null (then null).

function valueOf(field) {
  const kind = field.dataset.type ?? "";
  if (field.type === "checkbox") return field.checked;
  const text = field.type === "password" ? field.value : field.value.trim();
  if (text === "" && "null" in field.dataset) return null;
  if (text === "" && !("keep" in field.dataset)) return kind === "lines" || kind === "list" ? ("required" in field.dataset ? [] : undefined) : undefined;
  if (kind === "number") return Number(text);
  if (kind === "boolean") return text === "true";
  if (kind === "end-of-day") return `${text}T23:59:59Z`;
  if (kind === "json") return JSON.parse(text);
  if (kind === "lines") return text.split("\n").map((one) => one.trim()).filter(Boolean);
  if (kind === "list") return text.split(/[,，;；\s]+/).filter(Boolean);
  return text;
}

function put(into, path, value) {
  const parts = path.split(".");
  const last = parts.pop();
  parts.forEach((part, place) => { into = into[part] ??= /^\d+$/.test(parts[place + 1] ?? last) ? [] : {}; });
  into[last] = value;
}

/** Lists without the rows that were left empty. */
function whole(value) {
  if (Array.isArray(value)) return value.filter(() => true).map(whole);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, whole(part)]));
}

export function valuesOf(form, submitter) {
  const values = {};
  const several = new Map();
  for (const field of form.elements) {
    if (!field.name || field.disabled || field.type === "file" || field.type === "submit" || field.type === "button") continue;
    if (field.type === "radio") {
      if (field.checked) put(values, field.name, valueOf(Object.assign(field.cloneNode(), { type: "hidden" })));
      continue;
    }
    if (field.type === "checkbox" && field.hasAttribute("value")) { // several of one name: a list of those that are ticked
      const list = several.get(field.name) ?? several.set(field.name, []).get(field.name);
      if (field.checked) list.push(field.value);
      continue;
    }
    if (field.tagName === "SELECT" && field.multiple) {
      put(values, field.name, [...field.selectedOptions].map((one) => one.value));
      continue;
    }
    const value = valueOf(field);
    if (value !== undefined) put(values, field.name, value);
  }
  for (const [name, list] of several) put(values, name, list);
  if (submitter?.name) put(values, submitter.name, submitter.dataset.type === "boolean" ? submitter.value === "true" : submitter.value);
  return whole(values);
}

/** Fill {name} in an address from the values, which then are no part of what is sent. */
function addressed(path, values) {
  return path.replace(/\{([\w.]+)\}/g, (_, name) => {
    const value = values[name];
    delete values[name];
    return encodeURIComponent(value ?? "");
  });
}

function complain(form, error) {
  form.querySelectorAll("[data-complaint]").forEach((one) => one.remove());
  form.querySelectorAll("[aria-invalid]").forEach((one) => one.removeAttribute("aria-invalid"));
  let first = null;
  const others = [];
  for (const fault of error.faults) {
    const name = fault.place.replace(/^.* /, "").replace(/^(body|query|path)\./, ""); // "form unit": the file, and where in it
    const field = name && (form.elements.namedItem(name) ?? form.elements.namedItem(`${form.dataset.prefix ?? ""}${name}`));
    if (!(field instanceof HTMLElement) || field.type === "hidden") { others.push(fault); continue; }
    field.setAttribute("aria-invalid", "true");
    field.insertAdjacentElement("afterend", complaint(fault, "small"));
    first ??= field;
  }
  const box = document.createElement("div");
  box.dataset.complaint = "";
  box.className = "stack";
  for (const fault of others) box.append(complaint(fault));
  if (others.length) form.prepend(box);
  (first ?? box).focus?.();
  (first ?? box).scrollIntoView({ block: "nearest" });
}

function complaint(fault, size = "") {
  const box = document.createElement("div");
  box.className = `note bad ${size}`;
  box.dataset.complaint = "";
  box.setAttribute("role", "alert");
  const place = fault.place && !/^(body|query|path)$/.test(fault.place) && !size ? `${fault.place}: ` : "";
  box.append(place + fault.message);
  if (fault.hint) box.append(Object.assign(document.createElement("span"), { className: "hint", textContent: fault.hint }));
  return box;
}

/** What follows: "reload", "toast", "back", or an address in which {name} is of the answer. */
export function after(then, answer, form) {
  if (form?.dataset.said) toast(form.dataset.said);
  const done = new CustomEvent("tanheng:done", { bubbles: true, detail: answer });
  (form ?? document).dispatchEvent(done);
  if (!then || then === "toast") { if (!form?.dataset.said) toast(say("saved")); return; }
  if (then === "nothing") return;
  if (then === "reload") { location.reload(); return; }
  if (then === "back") { history.back(); return; }
  location.assign(root + then.replace(/\{([\w.]+)\}/g, (_, name) => encodeURIComponent(name.split(".").reduce((at, part) => at?.[part], answer) ?? "")));
}

/** A query; what has several values is named for each. */
const queryOf = (values) => new URLSearchParams(Object.entries(values).flatMap(([name, value]) => [value].flat().map((one) => [name, String(one)])));

/** The name of a file in plain letters, with its ending, which tells its format. */
function plainName(name) {
  const [stem, ending] = name.match(/^(.*?)(\.[A-Za-z0-9]{1,12})?$/s).slice(1);
  const plain = stem.normalize("NFKD").replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "").slice(0, 80);
  return `${plain || "file"}${ending ?? ""}`;
}

/** Do something while a button shows that it is done, and cannot be pressed once more. */
export async function busily(button, work) {
  button?.setAttribute("aria-busy", "true");
  if (button) button.disabled = true;
  try {
    return await work();
  } finally {
    button?.removeAttribute("aria-busy");
    if (button) button.disabled = false;
  }
}

export async function send(form, submitter) {
  const [method, path] = (submitter?.dataset.api ?? form.dataset.api).split(" ");
  if (form.dataset.confirm && !(await sure(form.dataset.confirm))) return;
  await busily(submitter ?? form.querySelector("button:not([type=button])"), () => sent(form, submitter, method, path));
}

async function sent(form, submitter, method, path) {
  try {
    const values = valuesOf(form, submitter);
    const file = form.querySelector("input[type=file][data-body]");
    let address = addressed(path, values);
    let body = values;
    if (file) { // the file itself is what is sent; other fields are the query
      const chosen = file.files[0];
      const query = queryOf(values);
      if (file.dataset.body) query.set(file.dataset.body, "plain" in file.dataset ? plainName(chosen?.name ?? "") : chosen?.name ?? "");
      address += query.size ? `?${query}` : "";
      body = chosen ?? new Blob([]);
    } else if (method === "DELETE" && !Object.keys(values).length) body = undefined;
    else if ("query" in form.dataset) {
      const query = queryOf(values);
      address += query.size ? `?${query}` : "";
      body = undefined;
    }
    const answer = await api(method, address, body, { version: form.dataset.version });
    form.querySelectorAll("[data-complaint]").forEach((one) => one.remove());
    form.closest("dialog")?.close();
    after(submitter?.dataset.then ?? form.dataset.then, answer, form);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    complain(form, error);
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset.api && !event.submitter?.dataset.api) return;
  event.preventDefault();
  send(form, event.submitter);
});

/** Ask before something that cannot be undone. */
export function sure(question) {
  const box = document.createElement("dialog");
  box.innerHTML = `<form method="dialog" class="stack"><p></p><div class="actions"><button value="yes" class="bad"></button><button value="no" class="quiet"></button></div></form>`;
  box.querySelector("p").textContent = question;
  box.querySelector("[value=yes]").textContent = say("go_on");
  box.querySelector("[value=no]").textContent = say("cancel");
  document.body.append(box);
  box.showModal();
  return new Promise((resolve) => box.addEventListener("close", () => { resolve(box.returnValue === "yes"); box.remove(); }, { once: true }));
}

// Dialogs, menus --------------------------------------------------------------------------------------------------------------------
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) { document.querySelector(opener.dataset.open)?.showModal(); event.preventDefault(); }
  const closer = event.target.closest("[data-close]");
  if (closer) closer.closest("dialog")?.close();
  const copier = event.target.closest("[data-copy]");
  if (copier) navigator.clipboard?.writeText(copier.dataset.copy).then(() => toast(say("copied")));
  if (event.target.closest("[data-print]")) print();
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") for (const menu of document.querySelectorAll("details.menu[open]")) { menu.open = false; menu.querySelector("summary").focus(); }
  if (event.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && !event.target.isContentEditable) {
    const field = document.querySelector("[data-find]");
    if (field) { field.focus(); event.preventDefault(); }
  }
});
document.addEventListener("change", (event) => { if (event.target.matches("[data-submit]")) event.target.form.requestSubmit(); });

// Lists: sorted, filtered and exported here where they are whole; lists in pages are sorted and filtered by the server ----------------
function prepared(table) {
  if (table.dataset.ready) return;
  table.dataset.ready = "yes";
  const body = table.tBodies[0];
  [...(table.tHead?.rows[0]?.cells ?? [])].forEach((cell, column) => {
    if ("unsorted" in cell.dataset || !cell.textContent.trim()) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...cell.childNodes);
    cell.append(button);
    cell.setAttribute("aria-sort", "none");
    button.onclick = () => {
      const down = cell.getAttribute("aria-sort") === "ascending";
      table.querySelectorAll("th[aria-sort]").forEach((one) => one.setAttribute("aria-sort", "none"));
      cell.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = (row) => row.cells[column]?.dataset.value ?? row.cells[column]?.textContent.trim() ?? "";
      const isNumber = [...body.rows].every((row) => key(row) === "" || key(row) === "—" || !Number.isNaN(Number(key(row))));
      const compare = isNumber ? (a, b) => (Number(key(a)) || 0) - (Number(key(b)) || 0) : (a, b) => key(a).localeCompare(key(b), lang === "zh" ? "zh-CN" : "en", { numeric: true });
      body.append(...[...body.rows].sort((a, b) => (down ? -1 : 1) * compare(a, b)));
    };
  });
  if (body.rows.length < 2 || "bare" in table.dataset) return;
  const tools = document.createElement("div");
  tools.className = "list-tools screen";
  const field = Object.assign(document.createElement("input"), { type: "search", placeholder: say("filter") });
  field.setAttribute("aria-label", say("filter"));
  field.oninput = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of body.rows) row.hidden = !words.every((word) => row.textContent.toLowerCase().includes(word));
  };
  const saved = Object.assign(document.createElement("button"), { type: "button", className: "quiet small", textContent: say("export") });
  saved.onclick = () => {
    const cell = (one) => `"${(one.dataset.export ?? one.dataset.value ?? one.textContent).replace(/\s+/g, " ").trim().replace(/"/g, '""')}"`;
    const lines = [...table.rows].filter((row) => !row.hidden).map((row) => [...row.cells].map(cell).map((one) => (/^"[=+\-@]/.test(one) && Number.isNaN(Number(one.slice(1, -1))) ? `"'${one.slice(1)}` : one)).join(","));
    const link = Object.assign(document.createElement("a"), { download: `${table.dataset.list || "list"}.csv`, href: URL.createObjectURL(new Blob(["\ufeff", lines.join("\r\n")], { type: "text/csv" })) });
    link.click();
    URL.revokeObjectURL(link.href);
  };
  tools.append(field, saved);
  (table.closest(".scroll") ?? table).before(tools);
}

// Jobs: progress, cancelling, and what follows ----------------------------------------------------------------------------------------
async function follow(box) {
  if (box.dataset.ready) return;
  box.dataset.ready = "yes";
  const bar = box.querySelector("progress");
  const note = box.querySelector("[data-note]");
  box.querySelector("[data-cancel]")?.addEventListener("click", () => api("POST", `/v1/jobs/${box.dataset.job}/cancel`).catch(tell));
  for (;;) {
    let job;
    try {
      job = await api("GET", `/v1/jobs/${box.dataset.job}`);
    } catch (error) {
      if (error.status === 0 || error.status >= 500 || error.status === 429) { await new Promise((next) => setTimeout(next, 3000)); continue; }
      tell(error);
      return;
    }
    if (bar) { if (job.total) { bar.max = job.total; bar.value = job.done; } else bar.removeAttribute("value"); }
    if (note) note.textContent = `${say(`job.${job.state}`)}${job.total ? ` ${job.done}/${job.total}` : ""}${job.note ? ` · ${said[`job.at.${job.note}`] ?? job.note}` : ""}`;
    if (["done", "failed", "cancelled"].includes(job.state)) {
      box.querySelector("[data-cancel]")?.remove();
      if (bar) { bar.max = 1; bar.value = job.state === "done" ? 1 : 0; }
      for (const fault of job.faults ?? []) box.append(complaint({ place: "", ...fault }));
      box.dispatchEvent(new CustomEvent("tanheng:job", { bubbles: true, detail: job }));
      if (job.state === "done" && box.dataset.then) after(box.dataset.then, job);
      return;
    }
    await new Promise((next) => setTimeout(next, 700));
  }
}

// Moments in the reader's own time
function told(time) {
  if (time.dataset.ready) return;
  time.dataset.ready = "yes";
  const at = new Date(time.dateTime);
  time.title = time.dateTime;
  time.textContent = new Intl.DateTimeFormat(lang === "zh" ? "zh-CN" : "en-GB", { dateStyle: "medium", timeStyle: "short" }).format(at);
}

export function ready(within = document) {
  within.querySelectorAll("table[data-list]").forEach(prepared);
  within.querySelectorAll("[data-job]").forEach(follow);
  within.querySelectorAll("time[data-moment]").forEach(told);
  within.querySelectorAll("[data-value-width]").forEach((one) => { one.style.width = `${Math.max(0, Math.min(100, Number(one.dataset.valueWidth)))}%`; });
}
for (const here of document.querySelectorAll(".tabs [aria-current]")) here.parentElement.scrollLeft = here.offsetLeft - here.parentElement.offsetLeft - 40; // tabs that do not fit
ready();
document.querySelector(".side [aria-current]")?.scrollIntoView({ block: "nearest" });
document.addEventListener("htmx:load", (event) => ready(event.detail.elt));
document.addEventListener("htmx:configRequest", (event) => { event.detail.headers["X-CSRF-Token"] = meta("csrf"); });
document.addEventListener("htmx:responseError", () => toast(say("failed"), "bad"));
window.tanheng = { api, busily, toast, tell, say, after, send, valuesOf, sure, ready, lang, root };
document.documentElement.dataset.script = "ready";
