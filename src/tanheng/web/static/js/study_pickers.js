// A field in which one searches as one types: factors and data sets, of which one becomes the link of a line.

const { api } = window.tanheng;
const { words, lang } = JSON.parse(document.getElementById("study-settings").textContent);

const named = (names) => names[lang] || names[lang === "zh" ? "en" : "zh"] || "";

/** The link that a hit of the search stands for. */
function linkOf(hit) {
  if (hit.kind === "factor") return `factor:${hit.reference}`;
  return hit.kind === "dataset" ? `${hit.database}:${hit.names.en || hit.names.zh}` : "";
}

async function found(text) {
  const query = new URLSearchParams({ q: text, limit: "12" });
  query.append("kind", "factor");
  query.append("kind", "dataset");
  const { items } = await api("GET", `/v1/search?${query}`);
  return items.map((hit) => ({ link: linkOf(hit), name: named(hit.names), more: [hit.unit && `${words.per} ${hit.unit}`, hit.geography, hit.year, hit.database].filter(Boolean).join(" · ") }));
}

/** Let a field offer what is found; `choose` is told the link. */
function attach(field, choose) {
  const list = document.createElement("ul");
  list.className = "picker";
  list.id = `picker-${Math.random().toString(36).slice(2)}`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", words.candidates);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-expanded", "false");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  let items = [];
  let here = -1;
  let waiting;
  let turn = 0;
  const close = () => { list.remove(); field.setAttribute("aria-expanded", "false"); field.removeAttribute("aria-activedescendant"); here = -1; };
  const place = () => {
    const box = field.getBoundingClientRect();
    list.style.left = `${Math.max(8, Math.min(box.left, innerWidth - 368))}px`;
    list.style.top = box.bottom + 300 > innerHeight && box.top > 300 ? "" : `${box.bottom + 2}px`;
    list.style.bottom = list.style.top ? "" : `${innerHeight - box.top + 2}px`;
  };
  const mark = (next) => {
    here = next;
    [...list.children].forEach((one, index) => one.setAttribute("aria-selected", String(index === here)));
    if (here >= 0) { field.setAttribute("aria-activedescendant", list.children[here].id); list.children[here].scrollIntoView({ block: "nearest" }); }
  };
  const take = (index) => { const one = items[index]; close(); if (one?.link) choose(one.link); };
  const draw = () => {
    list.replaceChildren(...items.map((one, index) => {
      const entry = document.createElement("li");
      entry.id = `${list.id}-${index}`;
      entry.setAttribute("role", "option");
      entry.append(Object.assign(document.createElement("b"), { textContent: one.name }), Object.assign(document.createElement("span"), { textContent: one.more }), Object.assign(document.createElement("code"), { textContent: one.link }));
      entry.addEventListener("mousedown", (event) => { event.preventDefault(); event.stopImmediatePropagation(); take(index); });
      return entry;
    }));
    if (!items.length) list.append(Object.assign(document.createElement("li"), { className: "soft", textContent: words.nothing_found }));
    document.body.append(list);
    field.setAttribute("aria-expanded", "true");
    place();
    mark(-1);
  };
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    const text = field.value.replace(/^factor:/, "").trim();
    if (text.length < 1) { close(); return; }
    waiting = setTimeout(async () => {
      const mine = ++turn;
      try {
        const told = await found(text);
        if (mine === turn && document.activeElement === field) { items = told; draw(); }
      } catch { close(); }
    }, 200);
  });
  field.addEventListener("keydown", (event) => {
    if (!list.isConnected) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark((here + step + items.length) % Math.max(1, items.length));
      event.preventDefault(); event.stopImmediatePropagation();
    } else if (event.key === "Enter" && here >= 0) { take(here); event.preventDefault(); event.stopImmediatePropagation(); }
    else if (event.key === "Escape") { close(); event.preventDefault(); event.stopImmediatePropagation(); }
  });
  field.addEventListener("blur", () => { turn++; clearTimeout(waiting); close(); });
}

window.tanheng.pickers = { attach };
