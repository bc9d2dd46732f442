// A file is read by the server and shown, fault by fault, before it becomes a study. A table of lines alone (CSV) is given a head.

const { api, tell, root } = window.tanheng;
const form = document.getElementById("intake");

if (form) {
  const [drop, field, head, chosen, preview] = ["drop", "file", "head", "chosen", "preview"].map((id) => document.getElementById(id));
  const words = JSON.parse(form.dataset.words);
  let file = null;
  let turn = 0;

  const isTable = () => /\.(csv|txt|tsv)$/i.test(file?.name ?? "");

  /** What is sent: the file, or a document that holds the text of a table with the head that was filled in. */
  async function content() {
    if (!isTable()) return file;
    const bytes = await file.arrayBuffer();
    let lines;
    try { lines = new TextDecoder("utf-8", { fatal: true }).decode(bytes); } catch { lines = new TextDecoder("gb18030").decode(bytes); }
    const { organisation, ...told } = window.tanheng.valuesOf(form);
    return new Blob([JSON.stringify({ tanheng: "study/1", ...told, lines: `${lines.trimEnd()}\n` })], { type: "application/json" });
  }

  const query = () => new URLSearchParams({ organisation: form.elements.organisation.value, file: file.name });

  async function show() {
    if (!file) return;
    const mine = ++turn;
    head.hidden = !isTable();
    chosen.textContent = words.reading.replace("{name}", file.name);
    try {
      const told = await api("POST", `/studies/preview?${query()}`, await content(), { headers: { Accept: "text/html" } });
      if (mine !== turn) return;
      preview.innerHTML = told;
      window.tanheng.ready(preview);
      preview.querySelector("#create")?.addEventListener("click", create);
      if (!isTable()) preview.focus({ preventScroll: false });
    } catch (error) { tell(error); }
    chosen.textContent = file.name;
  }

  async function create(event) {
    const button = event.target;
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    try {
      const made = await api("POST", `/v1/studies?${query()}&note=${encodeURIComponent(file.name)}`, await content());
      location.assign(`${root}/studies/${made.id}`);
    } catch (error) {
      button.disabled = false;
      button.removeAttribute("aria-busy");
      tell(error);
    }
  }

  const take = (one) => { if (one) { file = one; show(); } };
  field.addEventListener("change", () => { take(field.files[0]); field.value = ""; });
  form.addEventListener("submit", (event) => { event.preventDefault(); show(); });
  form.elements.organisation.addEventListener("change", show);
  let waiting;
  head.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(show, 500); });
  for (const kind of ["dragenter", "dragover"]) drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
  for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.remove("over"); });
  drop.addEventListener("drop", (event) => take(event.dataTransfer.files[0]));
}
