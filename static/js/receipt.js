// Asks again until the answer is in the log, for ten minutes at most.
"use strict";
(() => {
  const EVERY = 5000;
  let left = 120;
  const timer = window.setInterval(async () => {
    const page = await fetch(location.href).then((answer) => answer.text()).catch(() => "");
    const main = new DOMParser().parseFromString(page, "text/html").querySelector("main");
    const logged = main?.querySelector("[data-waiting='no']");
    if (logged) document.querySelector("main").replaceChildren(...main.childNodes);
    if (logged || !--left) window.clearInterval(timer);
  }, EVERY);
})();
