// What forms of tables send, and what came of a table that was sent.

/** Of each row what is filled in, with what stands in data-row, where anything is; "other" stands for "choose". */
const rowsOf = (form) => [...form.querySelectorAll("[data-row]")].flatMap((row) => {
  const cells = {};
  for (const cell of row.querySelectorAll("[data-cell]")) if (cell.value.trim()) cells[cell.dataset.cell] = cell.value.trim();
  const { other, ...told } = cells;
  if (other) told.choose = other;
  return Object.keys(told).length ? [{ ...JSON.parse(row.dataset.row), ...told }] : [];
});

/** Gas, origin and mass of each row that is filled in. */
const triplesOf = (form) => [...form.querySelectorAll("[data-triple]")].flatMap((row) => {
  const [gas, origin, mass] = [...row.querySelectorAll("[data-part]")].map((one) => one.value.trim());
  return gas || mass ? [[gas, origin, mass === "" ? null : Number(mass)]] : [];
});

document.addEventListener("submit", (event) => {
  const { rows, triples } = event.target.dataset;
  const put = (name, list) => { event.target.elements.namedItem(name).value = list.length ? JSON.stringify(list) : ""; };
  if (rows) put(rows, rowsOf(event.target));
  if (triples) put(triples, triplesOf(event.target));
}, true);

document.addEventListener("click", (event) => {
  const another = event.target.closest("[data-another]");
  if (!another) return;
  const last = [...another.form.querySelectorAll("[data-triple]")].at(-1);
  const made = last.cloneNode(true);
  made.querySelectorAll("input").forEach((one) => { one.value = ""; });
  last.after(made);
  made.querySelector("input").focus();
});

const element = (name, text = "", className = "") => Object.assign(document.createElement(name), { textContent: text, className });

/** The rows of a table that was read: what each does, and every cell that is wrong. */
function outcome(box, found) {
  const words = JSON.parse(box.dataset.words);
  const kinds = { new: "good", changed: "info", same: "", wrong: "bad" };
  const counts = element("p");
  for (const [kind, look] of Object.entries(kinds)) counts.append(element("span", `${words[kind]} ${found[kind]}`, `badge ${look}`), " ");
  const note = element("div", found.written ? words.written : words.nothing_written, `note ${found.written ? "good" : ""}`);
  if (found.written) note.append(" ", Object.assign(element("a", words.to_records), { href: box.dataset.records }));
  const table = element("table");
  const head = table.createTHead().insertRow();
  for (const key of ["row", "factor", "outcome", "faults"]) head.append(element("th", words[key]));
  const body = table.createTBody();
  for (const one of [...found.rows].sort((a, b) => (b.outcome === "wrong") - (a.outcome === "wrong")).slice(0, 500)) {
    const row = body.insertRow();
    row.insertCell().append(one.place);
    row.insertCell().append(one.factor);
    row.insertCell().append(element("span", words[one.outcome], `badge ${kinds[one.outcome]}`));
    const cell = row.insertCell();
    for (const fault of one.faults) {
      const line = element("div", `${fault.place}: ${fault.message}`);
      if (fault.hint) line.append(element("span", ` ${fault.hint}`, "soft"));
      cell.append(line);
    }
  }
  const scroll = element("div", "", "scroll");
  scroll.tabIndex = 0;
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", words.outcome);
  scroll.append(table);
  box.replaceChildren(note, counts, scroll);
  box.className = "stack";
  box.scrollIntoView({ block: "nearest" });
}

document.addEventListener("tanheng:done", (event) => {
  const box = event.target.dataset?.table && document.querySelector(event.target.dataset.table);
  if (box) outcome(box, event.detail);
});
