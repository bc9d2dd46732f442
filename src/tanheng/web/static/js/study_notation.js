// What stands in a cell of a study, and what a text in a cell means: the values of a line as people write them, and back.
// Nothing is judged here: a text that is no value stays as it is, and the server says what is wrong with it.

const settings = JSON.parse(document.getElementById("study-settings").textContent);
const { choices, flags, records } = settings;
export const fold = (words) => String(words).normalize("NFKC").replace(/\s+/g, "").toLowerCase();

const spelled = Object.fromEntries(
  Object.entries(choices).map(([name, options]) => [name, new Map(options.flatMap(({ key, spellings }) => spellings.map((one) => [fold(one), key])))]),
);
const labels = Object.fromEntries(Object.entries(choices).map(([name, options]) => [name, new Map(options.map(({ key, label }) => [key, label]))]));
const yes = new Set(flags.yes.map(fold));
const no = new Set(flags.no.map(fold));

export const number = (value) => (typeof value === "number" ? String(value) : String(value ?? ""));
export const quantity = (value) => (value === undefined || value === null ? "" : typeof value === "object" ? `${number(value.value)} ${value.unit}` : String(value));
export const share = (value) => {
  if (typeof value !== "number") return String(value ?? "");
  const percent = Number((value * 100).toPrecision(15));
  return percent / 100 === value ? `${percent} %` : String(value);
};
export const label = (choice, key) => labels[choice]?.get(key) ?? key ?? "";

const quoted = (words, plain = /^[^\s";；]+$/) => (plain.test(words) && !["from", "empty", "losses", "load", "cooling"].includes(words) ? words : `"${words.replaceAll('"', '""')}"`);
const link = (item) => (item.from ? ` from ${quoted(item.from)}` : "");
const SUPPLIES = choices.supply.map(({ key }) => key);
const NUMBERS = { lognormal: ["gsd2"], normal: ["sd"], uniform: ["min", "max"], triangular: ["min", "mode", "max"] };

export const supplyOf = (item) => SUPPLIES.find((key) => key in item) ?? "grid";
export const emissions = (value) => (Array.isArray(value) ? value : Object.entries(value).map(([gas, told]) => (told && typeof told === "object" && !("value" in told) ? { gas, ...told } : { gas, amount: told })));

function flow(value) {
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (value && typeof value === "object") {
    if ("value" in value && "unit" in value && Object.keys(value).length === 2) return JSON.stringify(quantity(value));
    return `{${pairs(value)}}`;
  }
  return typeof value === "string" && /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(value) && !/^(true|false|null|yes|no|on|off)$/i.test(value) ? value : JSON.stringify(value);
}
const pairs = (value) => Object.entries(value).map(([key, child]) => `${key}: ${flow(child)}`).join(", ");

const WRITERS = {
  electricity: (value) => value.map((item) => {
    const supply = supplyOf(item);
    const losses = item.losses === undefined ? "" : ` losses ${share(item.losses)}`;
    return `${supply}${item[supply] ? `:${quoted(item[supply])}` : ""}${item.share === undefined ? "" : ` ${share(item.share)}`}${losses}${link(item)}`;
  }).join("; "),
  transport: (value) => value.map((item) => {
    const more = ["load", "cooling"].filter((word) => item[word] !== undefined).map((word) => ` ${word} ${share(item[word])}`).join("");
    const back = item.empty_return === undefined ? "" : ` empty return ${share(item.empty_return)}`;
    return `${quoted(item.mode ?? "road")} ${quantity(item.distance)}${item.mass === undefined ? "" : ` ${quantity(item.mass)}`}${back}${more}${link(item)}`;
  }).join("; "),
  emits: (value) => emissions(value).map((item) => `${quoted(item.gas ?? "")} ${quantity(item.amount)}${item.origin ? ` ${item.origin}` : ""}`).join("; "),
  uncertainty: (value) => {
    const kind = value.kind ?? "lognormal";
    return [value.kind ?? "gsd2", ...(NUMBERS[kind] ?? []).map((name) => number(value[name]))].join(" ");
  },
};

/** The short notation of what has parts of its own. */
export function short(key, value) {
  if (typeof value === "string") return value;
  if (WRITERS[key]) return WRITERS[key](value);
  return Array.isArray(value) ? flow(value) : pairs(value);
}

/** What a cell shows and what one edits in it. */
export function shown(line, column) {
  const value = line[column.field];
  if (value === undefined || value === null) return "";
  if (column.kind === "names") return typeof value === "string" ? value : (value[column.part] ?? "");
  if (column.part) return number(value[column.part]);
  switch (column.kind) {
    case "quantity": return quantity(value);
    case "share": return share(value);
    case "number": return number(value);
    case "flag": return typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
    case "texts": return Array.isArray(value) ? value.join("; ") : String(value);
    case "choice": case "text": case "geography": return String(value);
    default: return short(column.field, value);
  }
}

/** A line in which a cell has another text. */
export function written(line, column, given) {
  const words = String(given ?? "").trim();
  if (words === shown(line, column)) return line;
  const made = { ...line };
  const put = (value) => { if (value === undefined) delete made[column.field]; else made[column.field] = value; return made; };
  if (column.part) {
    const before = line[column.field];
    const parts = before && typeof before === "object" ? { ...before } : {};
    if (words === "") delete parts[column.part];
    else parts[column.part] = column.kind === "names" ? words : numeric(words);
    return put(Object.keys(parts).length ? parts : undefined);
  }
  if (words === "") return put(undefined);
  switch (column.kind) {
    case "choice": return put(spelled[column.refers].get(fold(words)) ?? words);
    case "flag": return put(yes.has(fold(words)) ? true : no.has(fold(words)) ? false : words);
    case "number": return put(numeric(words));
    case "texts": return put(words.split(/[;；\n]/).map((one) => one.trim()).filter(Boolean));
    default: return put(words);
  }
}

export const numeric = (words) => (words !== "" && Number.isFinite(Number(words)) ? Number(words) : words);

/** Rows of cells from what a spreadsheet puts on the clipboard. */
export function cells(text) {
  const rows = [[]];
  let cell = "";
  let inside = false;
  const words = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (let at = 0; at < words.length; at++) {
    const letter = words[at];
    if (inside) {
      if (letter !== '"') cell += letter;
      else if (words[at + 1] === '"') { cell += '"'; at++; } else inside = false;
    } else if (letter === '"' && cell === "") inside = true;
    else if (letter === "\t") { rows.at(-1).push(cell); cell = ""; } else if (letter === "\n") { rows.at(-1).push(cell); rows.push([]); cell = ""; } else cell += letter;
  }
  rows.at(-1).push(cell);
  return rows;
}

window.tanheng.notation = { settings, records, choices, labels, fold, number, quantity, share, label, short, shown, written, numeric, cells, supplyOf, emissions, SUPPLIES };
