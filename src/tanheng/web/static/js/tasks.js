// Milestones of a task as rows: what they say is put into the form before it is sent.
const form = document.querySelector("form[data-tasks]");
const field = form.elements.namedItem("milestones");
const rows = form.querySelector("[data-rows]");
const pattern = form.querySelector("template[data-row]");

function add(one = { day: "", texts: {}, source: "", done: false }) {
  const row = pattern.content.firstElementChild.cloneNode(true);
  const part = (name) => row.querySelector(`[data-part="${name}"]`);
  part("day").value = one.day;
  part("zh").value = one.texts.zh ?? "";
  part("en").value = one.texts.en ?? "";
  part("source").value = one.source ?? "";
  part("done").checked = one.done ?? false;
  row.querySelector("[data-remove]").addEventListener("click", () => row.remove());
  rows.append(row);
  return row;
}

function told(row) {
  const part = (name) => row.querySelector(`[data-part="${name}"]`);
  const texts = Object.fromEntries(["zh", "en"].map((lang) => [lang, part(lang).value.trim()]).filter(([, text]) => text));
  return { day: part("day").value, texts, source: part("source").value.trim(), done: part("done").checked };
}

JSON.parse(field.value).forEach((one) => add(one));
form.querySelector("[data-add]").addEventListener("click", () => add().querySelector("input").focus());
form.addEventListener("submit", () => { field.value = JSON.stringify([...rows.children].map(told)); }, { capture: true });
