// Select2 leaves its boxes without a name: give each the label of its field.
"use strict";

function nameBoxes() {
  for (const select of document.querySelectorAll("select.admin-autocomplete[id]")) {
    const label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
    const box = select.parentElement.querySelector(".select2-selection");
    if (!label || !box) continue;
    label.id ||= `${select.id}_label`;
    for (const part of [box, box.querySelector(".select2-selection__rendered")]) {
      part?.setAttribute("aria-labelledby", `${label.id} ${part.id}`.trim());
    }
  }
}

// Called in turn, after Django's own script has made the boxes.
window.django?.jQuery?.(nameBoxes);
document.addEventListener("formset:added", nameBoxes);
