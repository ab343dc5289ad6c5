// Says at its field what an answer does not fulfil, before it is sent; needs relevance.js.
// The server says the same in the same places, and decides.
"use strict";

// What cannot be read as a number or a date is left to the server, which says how to write it.
function misfits(item, scope) {
  const { name, read, constraint } = item.dataset;
  const own = scope.answers[name];
  if (!own || (read && Number.isNaN(number(own)))) return false;
  return !bool(evaluate(JSON.parse(constraint), { ...scope, own }));
}

{
  const page = document.getElementById("constraints");
  const constrained = [...document.querySelectorAll("[data-constraint]")];
  const isSet = (item) => item.matches("fieldset");
  const fields = (item) => [...item.querySelectorAll(`[name="${item.dataset.name}"]`)];

  const mark = (item, wrong) => {
    const { name, message } = item.dataset;
    const id = name + (isSet(item) ? "-error" : "_error");
    document.getElementById(id)?.remove();
    item.classList.toggle("has-error", wrong);
    for (const field of fields(item)) {
      if (wrong) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    }
    const described = isSet(item) ? item : fields(item)[0];
    const ids = words(described.getAttribute("aria-describedby") ?? "").filter((one) => one !== id);
    if (wrong) {
      const said = document.createElement("p");
      said.className = "error";
      said.id = id;
      said.append(page.content.querySelector("span").cloneNode(true), ` ${message}`);
      (isSet(item) ? item.lastElementChild : described).before(said);
      ids.push(id);
    }
    if (ids.length) described.setAttribute("aria-describedby", ids.join(" "));
    else described.removeAttribute("aria-describedby");
  };

  const summarise = (wrong) => {
    document.querySelector(".problem")?.remove();
    const box = page.content.querySelector(".problem").cloneNode(true);
    for (const item of wrong) {
      const link = document.createElement("a");
      link.href = `#${fields(item)[0].id}`;
      const label = item.querySelector("legend, .name").textContent.trim();
      link.textContent = `${label}: ${item.dataset.message}`;
      box.querySelector("ul").appendChild(document.createElement("li")).append(link);
    }
    (document.querySelector("main h1") ?? constrained[0].closest("form")).before(box);
    const error = page.content.querySelector("span").textContent;
    if (!document.title.startsWith(error)) document.title = `${error} ${document.title}`;
    box.focus();
  };

  // A moment later: what appears must not move the button that somebody is just pressing.
  document.addEventListener("change", ({ target }) => {
    const item = target.closest("[data-constraint]");
    if (item) setTimeout(() => mark(item, misfits(item, show())), 300);
  });
  constrained[0]?.closest("form").addEventListener("submit", (event) => {
    const scope = show();
    const wrong = constrained.filter((item) => misfits(item, scope));
    if (!wrong.length) return;
    event.preventDefault();
    for (const item of constrained) mark(item, wrong.includes(item));
    summarise(wrong);
  });
}
