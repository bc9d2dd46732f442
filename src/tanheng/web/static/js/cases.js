// Cases: the table of a team becomes what is sent, applications are checked while they are filled in, comments know their field.
const { root } = window.tanheng;

for (const form of document.querySelectorAll("form[data-team]")) {
  const sent = form.elements.namedItem("team");
  const gather = () => {
    const people = new Map();
    for (const box of form.querySelectorAll("[data-function]:checked"))
      people.set(box.dataset.person, [...(people.get(box.dataset.person) ?? []), box.dataset.function]);
    sent.value = JSON.stringify([...people].map(([person, functions]) => ({ person, functions })));
  };
  form.addEventListener("change", gather);
  gather();
}

const application = document.querySelector("form[data-application]");
if (application) {
  const at = (name) => document.getElementById(name);
  const check = () => {
    const chosen = at("assessment").selectedOptions[0];
    if (chosen?.dataset.study) at("study").value = chosen.dataset.study;
    application.dataset.then = `/cases/{id}?assessment=${encodeURIComponent(at("assessment").value)}`;
    const asked = new URLSearchParams({ assessment: at("assessment").value, scheme: at("scheme").value, body: at("body").value, replaces: at("replaces").value });
    htmx.ajax("GET", `${root}/cases/new/check?${asked}`, { target: "#check", swap: "innerHTML" });
  };
  application.addEventListener("change", (event) => { if (event.target.matches("[data-check]")) check(); });
  at("kind").addEventListener("change", () => { application.querySelector("[data-replaces]").hidden = at("kind").value === "initial"; if (at("kind").value === "initial") at("replaces").value = ""; });
  if (window.htmx) check(); else addEventListener("load", check);
}

// another assessment lacks other things: the page is asked again
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-again]")) location.assign(`${event.target.dataset.again}?assessment=${encodeURIComponent(event.target.value)}`);
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-comment]");
  if (!opener) return;
  const dialog = document.getElementById("comment");
  const form = dialog.querySelector("form");
  form.reset();
  form.elements.namedItem("path").value = opener.dataset.comment;
  if (opener.dataset.clause) form.elements.namedItem("clause").value = opener.dataset.clause.slice(0, 200);
  dialog.querySelector("[data-where]").textContent = opener.dataset.where;
  dialog.showModal();
  form.elements.namedItem("text").focus();
});

// a job that was started here is followed here
document.addEventListener("tanheng:done", (event) => {
  const form = event.target.closest?.("form[data-runs]");
  if (!form) return;
  const box = form.parentElement.querySelector("template[data-running]").content.firstElementChild.cloneNode(true);
  box.dataset.job = event.detail.id;
  form.replaceWith(box);
  window.tanheng.ready(box.parentElement);
});

// the statement: verified values of the sample become the share of misstatements, told as a percentage
for (const form of document.querySelectorAll("form[data-statement]")) {
  const percent = form.querySelector("[data-percent]");
  const sent = form.elements.namedItem("misstatement");
  const verdict = form.querySelector("[data-verdict]");
  const judge = () => {
    sent.value = percent.value === "" ? "" : String(Number((Number(percent.value) / 100).toPrecision(12)));
    if (percent.value === "") return;
    const within = Number(sent.value) <= Number(form.dataset.limit);
    verdict.textContent = within ? verdict.dataset.within : verdict.dataset.above;
    verdict.className = `hint ${within ? "good" : "bad"}`;
  };
  form.addEventListener("input", (event) => {
    if (event.target.dataset.recorded !== undefined) {
      const found = [...form.querySelectorAll("[data-recorded]")].filter((one) => one.value !== "");
      const sum = found.reduce((all, one) => all + Math.abs(Number(one.value) - Number(one.dataset.recorded)), 0);
      const total = Math.abs(Number(form.dataset.total));
      percent.value = total ? String(Number(((100 * sum) / total).toPrecision(4))) : "";
    }
    judge();
  });
  judge();
}
