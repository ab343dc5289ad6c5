// A telephone agent's keys. Without this script the same pages work by Tab and the mouse.
"use strict";

const search = document.querySelector("#search");
const call = document.querySelector("#call");
const plain = (event) => !event.ctrlKey && !event.altKey && !event.metaKey && !event.isComposing;
const digits = "๐๑๒๓๔๕๖๗๘๙";
const digitOf = (key) => (digits.includes(key) ? String(digits.indexOf(key)) : key);

if (search) {
  // A digit chooses a service, unless a word with a digit is being typed.
  const box = document.querySelector("#q");
  const searched = box.value;
  box.select();
  document.addEventListener("keydown", (event) => {
    const link = document.querySelector(`[data-digit="${CSS.escape(digitOf(event.key))}"]`);
    if (!link || !plain(event) || box.value !== searched) return;
    event.preventDefault();
    link.click();
  });
}

if (call) {
  const items = [...call.querySelectorAll(".item")];
  const send = call.querySelector(".send");
  const timer = document.querySelector("#timer");
  const began = Date.now();
  let at = -1;
  let sent = false;

  function go(to) {
    items[at]?.classList.remove("now");
    const step = to < at ? -1 : 1;
    at = Math.max(0, Math.min(to, items.length));
    while (items[at]?.closest("[hidden]")) at += step; // what does not apply now
    const item = items[at];
    item?.classList.add("now");
    const field = item?.querySelector(":checked, input, select, textarea") || send;
    field.focus({ preventScroll: true });
    (item || send).scrollIntoView({ block: "center" });
  }

  const isRating = (item) => Boolean(item.querySelector(".scale, .nps"));

  // A rating's digit is its value; a choice's digit is its place in the list. Of several choices
  // each digit marks one, or takes its mark away.
  function choose(item, digit) {
    const fields = [...item.querySelectorAll("[type=radio], [type=checkbox]")];
    const field = isRating(item)
      ? fields.find((one) => one.value === digit)
      : fields[Number(digit) - 1];
    field?.click(); // as by hand: what applies now is shown
    if (field?.type === "radio") go(at + 1);
  }

  call.addEventListener("focusin", (event) => {
    const item = event.target.closest(".item");
    if (!item || item === items[at]) return;
    items[at]?.classList.remove("now");
    at = items.indexOf(item);
    item.classList.add("now");
  });

  document.addEventListener("keydown", (event) => {
    if (!plain(event)) return;
    const item = items[at];
    const writing = item?.querySelector("textarea, select, [type=text]");
    const key = digitOf(event.key);
    if (key === "Escape") location.assign(call.dataset.leave);
    else if (key === "Enter" && item && !event.shiftKey) go(at + 1);
    else if (!writing && /^[0-9]$/.test(key) && item) choose(item, key);
    else if (!writing && key === "ArrowUp") go(at - 1);
    else if (!writing && key === "ArrowDown" && item) go(at + 1);
    else return;
    event.preventDefault();
  });

  call.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return; // by constraints.js
    if (sent) event.preventDefault();
    sent = true;
  });
  window.addEventListener("pageshow", () => { sent = false; });

  setInterval(() => {
    const seconds = Math.floor((Date.now() - began) / 1000);
    timer.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }, 1000);
  const faulty = items.findIndex((item) => item.classList.contains("has-error"));
  go(Math.max(0, faulty));
}
