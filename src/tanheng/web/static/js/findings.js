// Waivers: a person answers for a finding. They stand in the study, so the study gets a new version, which is assessed at once.

const { api, busily, tell, sure, lang } = window.tanheng;
const form = document.getElementById("waiver-form");
const words = document.getElementById("waiver-words")?.dataset ?? {};

document.addEventListener("click", async (event) => {
  const opener = event.target.closest("[data-waive]");
  if (opener) {
    form.elements.code.value = opener.dataset.code;
    form.elements.path.value = opener.dataset.path;
    form.querySelector("[data-message]").textContent = opener.dataset.message;
  }
  const remover = event.target.closest("[data-unwaive]");
  if (!remover || !(await sure(words.unwaive))) return;
  const { code, path } = remover.dataset;
  remover.disabled = true;
  await revise(words.unnote.replace("{code}", code), (waivers) => waivers.filter((one) => !(one.code === code && ["", path].includes(one.path ?? "")))).catch(tell);
  remover.disabled = false;
});

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { code, path, reason, person, day, everywhere } = form.elements;
  const waiver = { code: code.value, reason: { [lang]: reason.value.trim() }, person: person.value.trim(), day: day.value };
  if (path.value && !everywhere.checked) waiver.path = path.value;
  const note = words.note.replace("{code}", code.value);
  await busily(form.querySelector("button"), () => revise(note, (waivers) => [...waivers, waiver])).catch(tell);
});

/** A new version of the study with other waivers, assessed as this result was. */
async function revise(note, change) {
  const id = form.dataset.study;
  const study = await api("GET", `/v1/studies/${id}`);
  const { document: document_ } = await api("GET", `/v1/studies/${id}/versions/${study.latest}`);
  const waivers = change(document_.waivers ?? []);
  if (waivers.length) document_.waivers = waivers; else delete document_.waivers;
  const content = new Blob([JSON.stringify(document_)], { type: "application/json" });
  const kept = await api("POST", `/v1/studies/${id}/versions?${new URLSearchParams({ file: "study.json", note })}`, content, { version: study.version });
  const made = await api("POST", `/v1/studies/${id}/assessments`, { version: kept.latest, regime: form.dataset.regime, scenario: form.dataset.scenario });
  location.assign(`${window.tanheng.root}/assessments/${made.id}/findings`);
}
