// Hits by the keyboard: ↓ from the field to the first, ↓ and ↑ among them, Esc back to the field.
const hits = () => [...document.querySelectorAll("[data-hits] a.hit")];
const field = document.querySelector("[data-seek]");

document.addEventListener("keydown", (event) => {
  const all = hits();
  const at = all.indexOf(document.activeElement);
  if (document.activeElement !== field && at < 0) return;
  if (event.key === "ArrowDown" && all.length) { all[Math.min(at + 1, all.length - 1)].focus(); event.preventDefault(); }
  if (event.key === "ArrowUp" && at >= 0) { (at ? all[at - 1] : field).focus(); event.preventDefault(); }
  if (event.key === "Escape" && at >= 0) { field.focus(); event.preventDefault(); }
});

const narrow = matchMedia("(max-width: 55rem)");
function fold() { // on a phone the hits come first: what narrows them down opens when it is asked for
  if (narrow.matches) for (const one of document.querySelectorAll(".found .facets details[open]")) one.open = false;
}
fold();
document.addEventListener("htmx:load", fold);
