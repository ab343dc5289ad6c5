// Keeps what is typed on the optional page on this device until it has been sent, for an hour.
"use strict";
(() => {
  const PREFIX = "answers:";
  const HOUR = 3600 * 1000;
  const key = PREFIX + (location.pathname.match(/\/(?:more|thanks)\/([^/]+)\//) || [])[1];
  const form = document.querySelector("form");
  let stored;
  try {
    stored = window.localStorage;
    for (const name of Object.keys(stored)) {
      if (!name.startsWith(PREFIX)) continue;
      if (!(JSON.parse(stored.getItem(name)).at > Date.now() - HOUR)) stored.removeItem(name);
    }
  } catch {
    return; // this browser keeps nothing: the page works as it is
  }
  if (!form) {
    stored.removeItem(key); // thanks, or closed
    return;
  }
  const kept = JSON.parse(stored.getItem(key) || "null");
  if (kept && !document.querySelector(".problem")) {
    for (const [name, value] of kept.answers) {
      const field = form.elements.namedItem(name);
      if (field) field.value = value;
    }
  }
  form.addEventListener("input", () => {
    const answers = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
    try {
      stored.setItem(key, JSON.stringify({ at: Date.now(), answers }));
    } catch {
      // full: nothing is kept
    }
  });
})();
