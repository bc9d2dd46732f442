// Second factor, tokens, accounts elsewhere: what the API answers is shown once, and stays on this page.

const { root } = window.tanheng;
const show = (box) => { box.hidden = false; box.querySelector("[tabindex='-1']")?.focus(); box.scrollIntoView({ block: "nearest" }); };

document.querySelector("[data-enrols]")?.addEventListener("tanheng:done", async ({ detail, target }) => {
  const box = document.querySelector("[data-scan]");
  target.hidden = true;
  box.querySelector("[data-secret]").textContent = detail.secret;
  show(box);
  const answer = await fetch(`${root}/me/second-factor/picture`, {
    method: "POST",
    headers: { "X-CSRF-Token": document.querySelector("meta[name=csrf]").content },
    body: new URLSearchParams({ address: detail.address }),
  });
  if (answer.ok) box.querySelector("[data-picture]").innerHTML = await answer.text();
});

document.querySelector("[data-confirms]")?.addEventListener("tanheng:done", ({ detail }) => {
  const box = document.querySelector("[data-recovery]");
  document.querySelector("[data-scan]").hidden = true;
  box.querySelector("[data-codes]").replaceChildren(...detail.codes.map((code) => Object.assign(document.createElement("li"), { textContent: code })));
  box.querySelector("[data-copies]").dataset.copy = detail.codes.join("\n");
  show(box);
});

for (const form of document.querySelectorAll("[data-makes-token]"))
  form.addEventListener("tanheng:done", ({ detail }) => {
    const box = document.querySelector("[data-token]");
    box.querySelector("[data-text]").textContent = detail.text;
    box.querySelector("[data-copies]").dataset.copy = detail.text;
    form.reset();
    show(box);
  });

for (const form of document.querySelectorAll("[data-goes]")) form.addEventListener("tanheng:done", ({ detail }) => location.assign(detail.address));
