// A picture also as PNG, for programs that do not take SVG: drawn here from the file beside it.
const DOTS = 3; // to each unit of the drawing, so that it can be printed

async function asPng(address) {
  const text = await (await fetch(address)).text();
  const drawing = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  const { width, height } = drawing.viewBox.baseVal;
  drawing.setAttribute("width", width * DOTS);
  drawing.setAttribute("height", height * DOTS);
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(drawing.outerHTML)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.width;
  canvas.height = image.height;
  const paper = canvas.getContext("2d");
  paper.fillStyle = "white";
  paper.fillRect(0, 0, canvas.width, canvas.height);
  paper.drawImage(image, 0, 0);
  return canvas.toDataURL("image/png");
}

for (const svg of document.querySelectorAll(".data a[href$='as=svg']")) {
  const png = svg.cloneNode();
  png.textContent = "PNG";
  svg.after(" · ", png);
  png.addEventListener("click", async (event) => {
    event.preventDefault();
    const file = document.createElement("a");
    file.download = `${new URL(svg.href).searchParams.get("figure")}.png`;
    file.href = await asPng(svg.href);
    file.click();
  });
}
