// The link of a request is told once: it is shown until whoever asked has it.
document.addEventListener("tanheng:done", (event) => {
  const to = event.target.dataset?.sent;
  const { link, letter, request } = event.detail ?? {};
  if (!to || !link) return;
  const box = document.getElementById("sent");
  const texts = { "sent-link": link, "sent-zh": letter.zh, "sent-en": letter.en };
  for (const [id, text] of Object.entries(texts)) {
    box.querySelector(`#${id}`).value = text;
    box.querySelector(`[data-copies="${id}"]`).dataset.copy = text;
  }
  box.querySelector("#sent-on").href = to + request.id;
  box.addEventListener("cancel", (cancelled) => cancelled.preventDefault()); // Esc would lose the link
  box.showModal();
});
