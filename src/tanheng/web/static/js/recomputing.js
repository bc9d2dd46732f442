// Whether an assessment follows from its own record: what the API or a job found is shown beside the button.

function show(found) {
  if (typeof found?.same !== "boolean") return;
  document.querySelector("[data-same]").hidden = !found.same;
  document.querySelector("[data-other]").hidden = found.same;
}

document.addEventListener("tanheng:done", (event) => { if (event.target.matches?.("[data-recompute]")) show(event.detail); });
document.addEventListener("tanheng:job", (event) => show(event.detail.result));
