// Tells the page around how tall the form is, and nothing else.
"use strict";
if (window.parent !== window) {
  const tell = () => {
    window.parent.postMessage({ surveyHeight: document.body.offsetHeight }, "*");
  };
  new ResizeObserver(tell).observe(document.body);
}
