"use strict";

/* Buttons that need a script are shown by one. */
for (const button of document.querySelectorAll("[data-with-script]")) {
  button.hidden = false;
}

/* A passkey that was not used is said on the page. */
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const problem = document.querySelector("[data-passkey-problem]");
  problem.hidden = false;
  problem.focus();
});
