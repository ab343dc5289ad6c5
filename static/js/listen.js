// Reads the question and its answers aloud, where this device itself has a voice for the language.
"use strict";
(() => {
  const button = document.querySelector("[data-listen]"), speech = window.speechSynthesis;
  if (!button || !speech) return;
  const language = document.documentElement.lang;
  const speaks = (voice) => voice.localService && voice.lang.split(/[-_]/)[0].toLowerCase() === language;
  const own = () => speech.getVoices().find(speaks);
  const look = () => { button.hidden = !own(); };
  button.addEventListener("click", () => {
    const silence = speech.speaking;
    speech.cancel();
    if (silence) return;
    for (const part of document.querySelectorAll(".overall h1, .overall button[value]:not(.decoy)")) {
      const said = new SpeechSynthesisUtterance(part.textContent);
      said.voice = own();
      said.lang = said.voice.lang;
      speech.speak(said);
    }
  });
  look();
  speech.addEventListener?.("voiceschanged", look);
})();
