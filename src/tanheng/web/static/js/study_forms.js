// Forms of a study's records, made from the table of its fields: whatever the format has, has a field here.

const { settings, records, choices, quantity, share, number, numeric, supplyOf, emissions, SUPPLIES } = window.tanheng.notation;
const { words } = settings;
let serial = 0;

export const element = (tag, given = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (name === "dataset") Object.assign(made.dataset, value);
    else if (name in made && name !== "list") made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
};

/** What stands at a path. */
export const at = (root, path) => path.reduce((value, key) => (value === undefined || value === null ? undefined : value[key]), root);

/** The same, with another value at a path; what is empty then is left out, but for entries of lists. */
export function put(root, path, value) {
  const [key, ...rest] = path;
  if (!path.length) return value;
  const base = Array.isArray(root) ? [...root] : root && typeof root === "object" ? { ...root } : typeof key === "number" ? [] : {};
  const child = put(base[key], rest, value);
  const isEmpty = child === undefined || (rest.length && typeof rest[0] === "string" && typeof key === "string" && typeof child === "object" && !Object.keys(child).length);
  if (Array.isArray(base)) { if (child === undefined) base.splice(key, 1); else base[key] = child; return base.length ? base : undefined; }
  if (isEmpty) delete base[key]; else base[key] = child;
  return base;
}

export const dotted = (path) => path.map((part, index) => (typeof part === "number" ? `[${part}]` : index ? `.${part}` : part)).join("");

/**
 * The fields of a record.
 * where.read() gives the whole; where.write(path, value, isStructure) changes it; where.path is that of the record.
 */
export function form(record, where, { only = null, without = [] } = {}) {
  const box = element("div", { className: "record" });
  const value = at(where.read(), where.path) ?? {};
  if (record === "electricity") box.append(supply(where, value));
  for (const field of records[record]) {
    if (field.kind === "schema" || field.kind === "supply" || without.includes(field.key) || (only && !only.includes(field.key))) continue;
    box.append(control(field, { ...where, path: [...where.path, field.key] }));
  }
  return box;
}

function control(field, where) {
  const value = at(where.read(), where.path);
  if (["record", "records", "emits"].includes(field.kind)) {
    if (typeof value === "string") return labelled(field, where, input(where, value, (text) => text), words.short_notation);
    if (field.kind === "record") return nested(field, where, value);
    return list(field, where, field.kind === "emits" ? "emission" : field.refers, field.kind === "emits" && value ? emissions(value) : value);
  }
  switch (field.kind) {
    case "names": return names(field, where, value);
    case "names_list": return namesList(field, where, value);
    case "choice": return labelled(field, where, select(where, value, choices[field.refers], field.needed, field.default));
    case "flag": return labelled(field, where, flag(where, value, field));
    case "quantity": return labelled(field, where, input(where, quantity(value), (text) => text, field.example));
    case "share": return labelled(field, where, input(where, share(value), numeric, field.example || "35 %"));
    case "number": case "year": return labelled(field, where, input(where, number(value), numeric, field.example));
    case "texts": return labelled(field, where, area(where, (Array.isArray(value) ? value : value ? [value] : []).join("\n"), lines));
    case "codes": case "settings": return labelled(field, where, area(where, typeof value === "string" ? value : Object.entries(value ?? {}).map(([key, one]) => `${key}: ${one}`).join("\n"), mapping, field.example));
    case "geography": return labelled(field, where, input(where, value ?? "", (text) => text, field.example, "places"));
    case "mode": return labelled(field, where, input(where, value ?? "", (text) => text, field.example, "modes"));
    case "gas": return labelled(field, where, input(where, value ?? "", (text) => text, field.example, "gases"));
    default: return field.key === "from" || field.refers === "link"
      ? labelled(field, where, picker(where, value ?? ""))
      : labelled(field, where, field.key === "note" ? area(where, value ?? "", (text) => text) : input(where, value ?? "", (text) => text, field.example));
  }
}

const lines = (text) => { const found = text.split("\n").map((one) => one.trim()).filter(Boolean); return found.length ? found : undefined; };
const mapping = (text) => {
  const found = (lines(text) ?? []).map((one) => one.match(/^([^:：]+)[:：]\s*(.*)$/) ?? [one, one, ""]);
  return found.length ? Object.fromEntries(found.map(([, key, value]) => [key.trim(), value.trim()])) : undefined;
};

function labelled(field, where, made, more = "") {
  made.id = `f${++serial}`;
  made.dataset.path = dotted(where.path);
  const hint = element("span", { className: "hint", id: `${made.id}-hint`, textContent: [field.text, more].filter(Boolean).join(" · ") });
  made.setAttribute("aria-describedby", hint.id);
  return element("div", { className: "field" }, element("label", { htmlFor: made.id, textContent: field.title + (field.needed ? " *" : "") }), made, hint);
}

function input(where, value, read, example = "", listed = "") {
  const made = element("input", { type: "text", value: String(value), placeholder: example, disabled: !settings.may_change, autocomplete: "off" });
  if (listed) made.setAttribute("list", listed);
  made.addEventListener("change", () => { const text = made.value.trim(); where.write(where.path, text === "" ? undefined : read(text)); });
  return made;
}

function picker(where, value) {
  const made = input(where, value, (text) => text, "factor:…");
  window.tanheng.pickers?.attach(made, (chosen) => { made.value = chosen; where.write(where.path, chosen); });
  return made;
}

function area(where, value, read, example = "") {
  const made = element("textarea", { value, rows: 2, placeholder: example, disabled: !settings.may_change });
  made.addEventListener("change", () => where.write(where.path, made.value.trim() === "" ? undefined : read(made.value.trim())));
  return made;
}

function select(where, value, options, isNeeded, otherwise) {
  const made = element("select", { disabled: !settings.may_change });
  if (!isNeeded) made.append(element("option", { value: "", textContent: otherwise ? words.as_default.replace("{value}", options.find(({ key }) => key === otherwise)?.label ?? otherwise) : words.none }));
  for (const { key, label } of options) made.append(element("option", { value: key, textContent: label }));
  if (value && ![...made.options].some((one) => one.value === value)) made.append(element("option", { value, textContent: value }));
  made.value = value ?? (isNeeded ? options[0].key : "");
  made.addEventListener("change", () => where.write(where.path, made.value || undefined));
  return made;
}

function flag(where, value, field) {
  const made = select(where, value === undefined ? "" : String(value), [{ key: "true", label: words.yes }, { key: "false", label: words.no }], false, field.default);
  made.addEventListener("change", () => where.write(where.path, made.value === "" ? undefined : made.value === "true"));
  return made;
}

function names(field, where, value) {
  const told = typeof value === "string" ? { [settings.lang]: value } : (value ?? {});
  const order = settings.lang === "zh" ? ["zh", "en"] : ["en", "zh"];
  const box = element("div", { className: "pair" });
  for (const lang of order) {
    box.append(labelled({ ...field, title: `${field.title}${words[`in_${lang}`]}`, text: lang === order[0] ? field.text : "", needed: field.needed && lang === order[0] }, { ...where, path: [...where.path, lang] }, input({ ...where, path: [...where.path, lang] }, told[lang] ?? "", (text) => text)));
  }
  return box;
}

function section(field, where, children, isOpen) {
  return element("details", { className: "part", open: isOpen, dataset: { part: dotted(where.path) } }, element("summary", { textContent: field.title }), element("p", { className: "soft small", textContent: field.text }), ...children);
}

function button(text, act, kind = "quiet small") {
  const made = element("button", { type: "button", className: kind, textContent: text, disabled: !settings.may_change });
  made.addEventListener("click", act);
  return made;
}

function nested(field, where, value) {
  const children = value === undefined && !field.needed
    ? [button(words.add, () => where.write(where.path, blank(field.refers), true))]
    : [form(field.refers, where), field.needed || field.refers === "quality" ? null : button(words.remove, () => where.write(where.path, undefined, true))];
  if (field.refers === "quality" && value === undefined) return section(field, where, [form(field.refers, where)], false);
  return section(field, where, children, value !== undefined);
}

function list(field, where, record, items = []) {
  const children = (items ?? []).map((item, index) => element(
    "fieldset", { className: "entry" },
    element("legend", { textContent: `${field.title} ${index + 1}` }),
    form(record, { ...where, path: [...where.path, index] }),
    button(words.remove, () => where.write([...where.path, index], undefined, true)),
  ));
  children.push(button(words.add, () => where.write([...where.path, (items ?? []).length], blank(record), true)));
  return section(field, where, children, Boolean(items?.length));
}

function namesList(field, where, items = []) {
  const children = (items ?? []).map((item, index) => element(
    "fieldset", { className: "entry" }, element("legend", { textContent: `${field.title} ${index + 1}` }),
    names({ ...field, text: "", needed: false }, { ...where, path: [...where.path, index] }, item),
    button(words.remove, () => where.write([...where.path, index], undefined, true)),
  ));
  children.push(button(words.add, () => where.write([...where.path, (items ?? []).length], { [settings.lang]: "" }, true)));
  return section(field, where, children, Boolean(items?.length));
}

/** A new record: what it needs, as far as that can be begun. */
function blank(record) {
  if (record === "electricity") return { grid: "", share: 1 };
  if (record === "leg") return { mode: "road", distance: "100 km" };
  if (record === "emission") return { gas: "CO2", amount: "1 kg" };
  if (record === "recycling") return { recycling_rate: 0 };
  if (record === "uncertainty") return { gsd2: 1.2 };
  const made = {};
  for (const field of records[record]) if (field.needed) made[field.key] = field.kind === "records" ? [blank(field.refers)] : field.kind === "choice" ? choices[field.refers][0].key : field.kind === "names" ? {} : "";
  return made;
}

function supply(where, item) {
  const kind = supplyOf(item);
  const replaced = (next, source) => {
    const rest = Object.fromEntries(Object.entries(at(where.read(), where.path) ?? {}).filter(([key]) => !SUPPLIES.includes(key)));
    where.write(where.path, { [next]: source, ...rest });
  };
  const source = element("input", { type: "text", value: item[kind] ?? "", disabled: !settings.may_change, autocomplete: "off" });
  const chosen = element("select", { disabled: !settings.may_change });
  for (const { key, label } of choices.supply) chosen.append(element("option", { value: key, textContent: label }));
  chosen.value = kind;
  const told = () => records.electricity.find(({ key }) => key === chosen.value)?.text ?? "";
  const hint = (text) => { const line = box.querySelectorAll(".hint")[1]; if (line) line.textContent = text; };
  for (const one of [chosen, source]) one.addEventListener("change", () => { replaced(chosen.value, source.value.trim()); source.setAttribute("list", ["grid", "residual"].includes(chosen.value) ? "places" : "plants"); hint(told()); });
  source.setAttribute("list", ["grid", "residual"].includes(kind) ? "places" : "plants");
  const box = element("div", { className: "pair" },
    labelled({ title: words.supply, text: "" }, where, chosen), labelled({ title: words.source, text: told() }, { ...where, path: [...where.path, kind] }, source));
  return box;
}

window.tanheng.forms = { form, at, put, dotted, element };
