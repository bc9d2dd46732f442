// Whether an assessment follows from its own record: what the API or a job found is shown beside the button. And reports in a Word
// template of one's own, which is sent and comes back filled.

function show(found) {
  if (typeof found?.same !== "boolean") return;
  document.querySelector("[data-same]").hidden = !found.same;
  document.querySelector("[data-other]").hidden = found.same;
}

document.addEventListener("tanheng:done", (event) => { if (event.target.matches?.("[data-recompute]")) show(event.detail); });
document.addEventListener("tanheng:job", (event) => show(event.detail.result));

document.querySelector("[data-template]")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  await window.tanheng.busily(form.querySelector("button"), async () => {
    const query = new URLSearchParams({ lang: form.elements.lang.value });
    const answer = await window.tanheng.api("POST", `${form.dataset.template}?${query}`, form.elements.file.files[0], { raw: true, once: false });
    const link = Object.assign(document.createElement("a"), { download: "report.docx", href: URL.createObjectURL(await answer.blob()) });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }).catch(window.tanheng.tell);
});
