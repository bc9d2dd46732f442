// Credentials of a partner are told once: they are shown until whoever asked has them. What was fetched is counted.
const { toast } = window.tanheng;

document.addEventListener("tanheng:done", ({ target, detail }) => {
  const form = target.dataset ?? {};
  if ("came" in form) toast(form.came.replace("{number}", detail.count));
  if (!("issues" in form)) return;
  const box = document.getElementById("issued");
  const told = { ...detail, token_url: `${detail.base_url}/auth/token` };
  const lines = [];
  for (const field of box.querySelectorAll("input")) {
    field.value = told[field.id.replace("issued-", "")];
    lines.push(`${box.querySelector(`label[for="${field.id}"]`).textContent}: ${field.value}`);
  }
  box.querySelector("[data-copies]").dataset.copy = lines.join("\n");
  box.addEventListener("cancel", (cancelled) => cancelled.preventDefault()); // Esc would lose the secret
  box.querySelector("[data-issued-over]").onclick = () => location.reload();
  box.showModal();
});
