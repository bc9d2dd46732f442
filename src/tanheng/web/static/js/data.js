// Tables whose rows are sent as a list: of each <tr data-row='{…}'> what is filled in, where something is.
const rowsOf = (form) => [...form.querySelectorAll("tr[data-row]")].flatMap((row) => {
  const value = (name) => row.querySelector(`[data-cell="${name}"]`)?.value.trim() ?? "";
  const choose = value("other") || value("choose");
  return choose ? [{ ...JSON.parse(row.dataset.row), choose }] : [];
});

document.addEventListener("submit", (event) => {
  const into = event.target.dataset.rows;
  if (into) event.target.elements.namedItem(into).value = JSON.stringify(rowsOf(event.target));
}, true);
