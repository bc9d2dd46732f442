// A study at a glance: it is assessed at once, or by a job that draws samples; then one is at the assessment.

const { api, busily, toast, tell, ready, root } = window.tanheng;
const form = document.getElementById("assess-form");

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  busily(form.querySelector("button"), assess).catch((error) => { form.closest("dialog").close(); tell(error); });
});

async function assess() {
  const { regime, samples, database, scenario } = Object.fromEntries(new FormData(form));
  const order = { regime, database: database ?? "", scenario: scenario ?? "" };
  if (samples === "0") {
    const made = await api("POST", `/v1/studies/${form.dataset.study}/assessments`, order);
    location.assign(`${root}/assessments/${made.id}`);
    return;
  }
  const payload = { study: form.dataset.study, ...order, samples: Number(samples) };
  const job = await api("POST", "/v1/jobs", { kind: "assessment", organisation: form.dataset.organisation, payload });
  form.closest("dialog").close();
  follow(job.id);
}

/** Show how far a job is; then go to what it made. */
function follow(id) {
  const box = document.createElement("div");
  box.className = "card stack";
  Object.assign(box.dataset, { job: id });
  box.setAttribute("aria-live", "polite");
  const line = Object.assign(document.createElement("div"), { className: "actions" });
  const note = Object.assign(document.createElement("span"), { className: "soft" });
  note.dataset.note = "";
  const cancel = Object.assign(document.createElement("button"), { type: "button", className: "quiet small", textContent: form.dataset.cancel });
  cancel.dataset.cancel = "";
  line.append(note, cancel);
  const bar = document.createElement("progress");
  bar.setAttribute("aria-label", document.getElementById("assess-title").textContent);
  box.append(bar, line);
  box.addEventListener("tanheng:job", (event) => {
    const job = event.detail;
    if (job.state === "done") location.assign(`${root}/assessments/${job.result.assessment}`);
    else if (job.state === "failed") toast(note.textContent, "bad");
  });
  const place = document.getElementById("assessing");
  place.replaceChildren(box);
  ready(place);
  box.scrollIntoView({ block: "nearest" });
}
