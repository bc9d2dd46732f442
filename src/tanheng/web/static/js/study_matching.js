// Links that people choose for lines: of the candidates, or found by hand; for all that are alike, and remembered.

const { api, toast, tell, say } = window.tanheng;
const form = document.getElementById("matching");

function chosen() {
  const links = [];
  for (const match of form.querySelectorAll(".match")) {
    const radio = match.querySelector("input[type=radio]:checked");
    const link = radio && "hand" in radio.dataset ? match.querySelector(".hand").value.trim() : radio?.value;
    if (!link) continue;
    const lines = match.dataset.lines.split(" ");
    const all = match.querySelector("[data-alike]")?.checked ?? true;
    for (const line of all ? lines : lines.slice(0, 1)) links.push({ line, link, match });
  }
  return links;
}

if (form) {
  const count = document.getElementById("chosen");
  const told = () => { if (count) count.textContent = form.dataset.chosen.replace("{number}", chosen().length); };
  for (const field of form.querySelectorAll(".hand")) {
    const radio = field.closest(".by-hand").querySelector("[data-hand]");
    window.tanheng.pickers.attach(field, (link) => { field.value = link; radio.checked = true; told(); });
    field.addEventListener("input", () => { if (field.value.trim()) radio.checked = true; told(); });
  }
  form.addEventListener("change", told);
  form.addEventListener("click", (event) => { // anywhere on a card
    const radio = event.target.closest("label, input") ? null : event.target.closest(".candidate")?.querySelector("input:not(:disabled)");
    if (radio) { radio.checked = true; told(); }
  });
  told();
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const picked = chosen();
    if (!picked.length) { toast(form.dataset.chosen.replace("{number}", "0"), "warn"); return; }
    const button = form.querySelector(".bar-below button");
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    form.querySelectorAll(".said").forEach((one) => one.remove());
    try {
      const remember = document.getElementById("remember").checked;
      let version = form.dataset.version;
      for (let first = 0; first < picked.length; first += 500) { // so many in one call
        const links = picked.slice(first, first + 500).map(({ line, link }) => ({ line, link }));
        const made = await api("POST", `/v1/studies/${form.dataset.study}/links`, { links, note: form.dataset.note, remember }, { version });
        version = made.version;
      }
      toast(say("saved"));
      location.reload();
    } catch (error) {
      button.disabled = false;
      button.removeAttribute("aria-busy");
      const others = [];
      for (const fault of error.faults ?? []) {
        const at = /links\[(\d+)\]/.exec(fault.place);
        if (!at || !picked[Number(at[1])]) { others.push(fault); continue; }
        const note = Object.assign(document.createElement("p"), { className: "note bad small said", textContent: `${fault.message} ${fault.hint}` });
        note.setAttribute("role", "alert");
        picked[Number(at[1])].match.append(note);
        note.scrollIntoView({ block: "center" });
      }
      if (others.length || !error.faults) tell(Object.assign(error, { faults: others.length ? others : error.faults }));
    }
  });
}
