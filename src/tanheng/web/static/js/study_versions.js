// Back to a version: what it holds becomes the newest one; all others stay.

const { api, tell, sure } = window.tanheng;
const table = document.getElementById("history");

table?.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-back]");
  if (!button || !(await sure(button.dataset.sure))) return;
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  try {
    const { study, version } = table.dataset;
    const before = await api("GET", `/v1/studies/${study}/versions/${button.dataset.back}`);
    await api("POST", `/v1/studies/${study}/versions?${new URLSearchParams({ note: button.dataset.note })}`, before.document, { version });
    location.assign(location.pathname);
  } catch (error) {
    button.disabled = false;
    button.removeAttribute("aria-busy");
    tell(error);
  }
});
