// The preview follows what is typed. Without this script it follows what is saved.
"use strict";

const form = document.querySelector("form[data-preview]");
const frame = document.querySelector("iframe[name=preview]");
let waiting = 0;
let asked = 0;

async function follow() {
  const number = ++asked;
  const answer = await fetch(form.dataset.preview, { method: "POST", body: new FormData(form) });
  if (!answer.ok || answer.redirected || number !== asked) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const shown = frame.contentDocument.querySelector("main");
  const fresh = page.querySelector("main");
  if (number === asked && shown && fresh) shown.replaceWith(frame.contentDocument.adoptNode(fresh));
}

form?.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(() => follow().catch(() => {}), 300);
});
