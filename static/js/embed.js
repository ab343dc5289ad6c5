// Shows the citizen survey within a page:
//   <script src="…/embed.js" data-survey="ADDRESS" async></script>
// data-lang="en" for English, or the two letters of a language that the survey offers; data-button="WORDS" for a button that opens it.
// Reads its own tag and the height that its own frame tells; of the page it reads nothing.
(() => {
  "use strict";
  const tag = document.currentScript;
  const { survey, lang, button } = tag.dataset;
  if (!/^[0-9a-z]{1,16}$/.test(survey || "")) return;
  const home = new URL(tag.src).origin;
  const thai = !/^[a-z]{2}$/.test(lang || "") || lang === "th";

  const frame = document.createElement("iframe");
  frame.src = `${home}/embed/${survey}/${thai ? "" : `?lang=${lang}`}`;
  frame.title = thai ? "แบบสำรวจความพึงพอใจของประชาชน" : "Citizen satisfaction survey";
  frame.referrerPolicy = "no-referrer";
  frame.style.cssText = "display:block;width:100%;max-width:40rem;height:560px;border:0";

  addEventListener("message", ({ origin, source, data }) => {
    if (origin !== home || source !== frame.contentWindow) return;
    const height = Number(data?.surveyHeight);
    if (height > 0 && height < 5000) frame.style.height = `${Math.ceil(height)}px`;
  });

  if (!button) {
    tag.after(frame);
    return;
  }
  const opener = document.createElement("button");
  opener.type = "button";
  opener.textContent = button;
  opener.setAttribute("aria-expanded", "false");
  opener.addEventListener("click", () => {
    const shown = frame.isConnected;
    if (shown) frame.remove();
    else opener.after(frame);
    opener.setAttribute("aria-expanded", String(!shown));
  });
  tag.after(opener);
})();
