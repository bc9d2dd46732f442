// A draft of an answer, kept in this browser alone until it is sent. The page works without this.
const form = document.querySelector("form[data-draft]");
const sent = document.querySelector("[data-draft-sent]");
const place = `tanheng-answer-${form?.dataset.draft ?? sent?.dataset.draftSent}`;

function kept() {
  try { return JSON.parse(localStorage.getItem(place) ?? "null"); } catch { return null; }
}

function fields() {
  return [...form.elements].filter((one) => one.name);
}

function keep() {
  try { localStorage.setItem(place, JSON.stringify(Object.fromEntries(fields().map((one) => [one.name, one.value])))); } catch { /* a browser that keeps nothing */ }
}

function drop() {
  try { localStorage.removeItem(place); } catch { /* as above */ }
}

if (sent) drop();
if (form) {
  const note = form.querySelector("[data-draft-note]");
  const draft = kept();
  const isRefused = form.querySelector("[aria-invalid]");
  if (draft && !isRefused) {
    for (const one of fields()) if (one.name in draft) one.value = draft[one.name];
    note.hidden = false;
  }
  form.addEventListener("input", keep);
  note.querySelector("[data-draft-drop]").addEventListener("click", () => {
    drop();
    form.reset();
    note.hidden = true;
  });
}
