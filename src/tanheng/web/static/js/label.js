// The label studio: how large the label is, whether its code can be read then, and what to put on a page of one's own.
const box = document.querySelector("[data-studio]");
if (box) {
  const at = (name) => document.getElementById(name);
  const image = box.querySelector(".preview img");
  const verdict = box.querySelector("[data-verdict]");
  const told = box.querySelector("[data-told]");
  const copy = box.querySelector("[data-copy]");
  const DOTS = 96 / 25.4; // CSS pixels in a millimetre
  const escaped = (text) => text.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");
  const draw = () => {
    const width = Number(at("width").value);
    image.style.width = `${width}mm`;
    const ratio = image.naturalWidth ? image.naturalHeight / image.naturalWidth : 0;
    told.textContent = told.dataset.words.replace("{width}", width).replace("{height}", ratio ? Math.round(width * ratio) : "–");
    if (box.dataset.share) {
      const module = (width * Number(box.dataset.share)) / Number(box.dataset.modules);
      const kind = module >= 0.35 ? "good" : module >= 0.25 ? "fair" : "bad";
      verdict.textContent = verdict.dataset[kind].replace("{module}", module.toFixed(2));
      verdict.className = `small badge-text ${kind}`;
    }
    const lang = at("language").value;
    const alt = box.dataset[lang === "zh" ? "altZh" : "altEn"];
    const text = `<a href="${box.dataset.page}?lang=${lang}"><img src="${box.dataset.label}" width="${Math.round(width * DOTS)}" alt="${escaped(alt)}" lang="${lang}"></a>`;
    at("snippet").value = text;
    copy.dataset.copy = text;
  };
  at("width").addEventListener("input", draw);
  at("language").addEventListener("change", draw);
  image.addEventListener("load", draw);
  draw();
}
