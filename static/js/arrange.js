// Questions are moved by dragging them in the outline. The buttons do the same without a mouse.

const list = document.querySelector(".editor__outline");
const token = document.querySelector("input[name=csrfmiddlewaretoken]");
let dragged = null;
let home = null; // what stood behind it

for (const link of list.querySelectorAll(".outline a")) {
  link.draggable = false;
  link.parentElement.draggable = true;
}

const codeOf = (item) => item?.querySelector("a").dataset.code ?? "";

// The neighbour that the pointer is over, a group with all that is in it.
function neighbour(target) {
  let item = target.closest(".outline li");
  while (item && item.parentElement !== dragged.parentElement) {
    item = item.parentElement.closest(".outline li");
  }
  return item;
}

list.addEventListener("dragstart", (event) => {
  dragged = event.target.closest(".outline li");
  home = dragged.nextElementSibling;
  event.dataTransfer.effectAllowed = "move";
});

list.addEventListener("dragover", (event) => {
  const over = dragged && neighbour(event.target);
  if (!over) return;
  event.preventDefault();
  if (over === dragged) return;
  const { top, height } = over.getBoundingClientRect();
  if (event.clientY > top + height / 2) over.after(dragged);
  else over.before(dragged);
});

list.addEventListener("drop", async (event) => {
  event.preventDefault();
  const item = dragged;
  dragged = null;
  const body = new FormData();
  body.append(token.name, token.value);
  body.append("step", "before");
  body.append("other", codeOf(item.nextElementSibling));
  await fetch(item.querySelector("a").dataset.arrange, { method: "POST", body }).catch(() => {});
  location.reload();
});

list.addEventListener("dragend", () => {
  if (dragged) dragged.parentElement.insertBefore(dragged, home);
  dragged = null;
});
