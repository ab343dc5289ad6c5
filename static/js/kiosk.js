// One device, many people in a row: shows one screen at a time and starts anew by itself.
import { ask, keep, kept, newKey, send } from "./kiosk-queue.js";

const data = document.body.dataset;
const $ = (selector) => document.querySelector(selector);
const screens = [...document.querySelectorAll("[data-screen]")];
const questions = [...document.querySelectorAll("[data-question]")];
const stillThere = $("#still-there");
const leaving = $("#leaving");
const SECOND = 1000;
const idle = data.stillThere * SECOND;

let answer = null; // what the person at the device has said so far
let last = null; // the key of the answer that the thanks are for
let timer = 0;
let asked = data.wave; // the wave that the server asks now

function show(name) {
  for (const screen of screens) screen.hidden = screen.dataset.screen !== name;
  const heading = $(`[data-screen="${name}"] h1`);
  if (heading && name !== "start") heading.focus();
  window.scrollTo(0, 0);
  document.body.classList.toggle("begun", name !== "start");
  rest(name);
}

// Nobody touched the device for a while: ask, then start anew.
function rest(name) {
  clearTimeout(timer);
  if (stillThere.open) stillThere.close();
  if (name === "start" || name === "closed") return;
  if (name === "thanks") timer = setTimeout(startAnew, data.thanksShown * SECOND);
  else timer = setTimeout(askWhetherThere, idle, name);
}

function askWhetherThere(name) {
  stillThere.dataset.of = name;
  if (!leaving.open) stillThere.showModal();
  timer = setTimeout(finish, idle);
}

stillThere.addEventListener("close", () => {
  if (answer) touch().then(() => rest(stillThere.dataset.of));
});

// An answer is held back while its sender may add to it, and no longer.
async function touch() {
  answer.heldUntil = Date.now() + 2 * idle;
  await keep(answer);
}

async function begin(value) {
  answer = {
    key: newKey(),
    slug: data.slug,
    wave: data.wave,
    language: document.documentElement.lang,
    answers: { [data.overall]: value },
    at: Date.now(),
  };
  await touch();
  if (after(-1)) show("more");
  else await finish();
}

async function finish() {
  if (!answer) return;
  last = answer.key;
  const done = { ...answer, heldUntil: 0 };
  answer = null;
  await keep(done);
  $("#receipt").hidden = true;
  show("thanks");
  await deliver();
}

function startAnew() {
  answer = last = null;
  if (data.home && data.home !== location.pathname + location.search) location.replace(data.home);
  else if (asked !== data.wave) asked ? location.reload() : show("closed");
  else show(data.wave ? "start" : "closed");
}

async function deliver() {
  const wave = await send(data.answers, data.slug, Number(data.portion), (key, receipt) => {
    if (key !== last) return;
    $("#receipt-code").textContent = receipt;
    $("#receipt").hidden = false;
  });
  if (wave !== null && wave !== undefined) {
    asked = wave;
    if (!answer && !last && asked !== data.wave) startAnew();
  }
  await tell(wave);
}

async function tell(wave) {
  const all = await kept(data.slug);
  const late = all.filter((one) => one.outcome === "closed").length;
  const refused = all.filter((one) => one.outcome === "refused").length;
  const waiting = all.filter((one) => !one.outcome && one.key !== answer?.key).length;
  const say = (text, n) => text.replace("{n}", n);
  $("#status").textContent = [
    wave === undefined && data.off,
    wave === null && data.away,
    waiting && say(data.waiting, waiting),
    late && say(data.late, late),
    refused && say(data.refused, refused),
  ].filter(Boolean).join(" ");
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button || button.closest("dialog") || "busy" in data) return;
  data.busy = ""; // a double tap is one tap
  try {
    const { rate, go } = button.dataset;
    const section = button.closest("[data-screen]");
    const at = questions.indexOf(section);
    if (rate !== undefined && section?.dataset.screen === "start") await begin(Number(rate));
    else if (rate !== undefined && answer) {
      answer.answers[section.dataset.question] = Number(rate);
      await touch();
      await next(at);
    } else if (go === "more") await touch().then(() => next(-1));
    else if (go === "next") await touch().then(() => next(at));
    else if (go === "finish") await finish();
    else if (go === "leave") openLeaving();
  } finally {
    setTimeout(() => delete data.busy, 250);
  }
});

// The next question that applies; conditions are read by relevance.js.
function after(at) {
  const answers = {};
  for (const [code, value] of Object.entries(answer.answers)) answers[code] = value ? `${value}` : "";
  const scope = { answers, today: new Date(Date.now() + 252e5).toISOString().slice(0, 10) };
  return questions.slice(at + 1).find(
    ({ dataset }) => !dataset.applies || evaluate(JSON.parse(dataset.applies), scope),
  );
}

async function next(at) {
  const question = after(at);
  if (question) show(question.dataset.screen);
  else await finish();
}

// Leaving: the queue is sent first, then the server looks at the PIN.
const pin = $("#pin");
const said = $("#leaving-said");

function openLeaving() {
  pin.value = said.textContent = "";
  leaving.showModal();
  setTimeout(() => leaving.close(), 60 * SECOND);
}

leaving.addEventListener("click", (event) => {
  const { digit, key } = event.target.closest("button")?.dataset ?? {};
  if (digit !== undefined) pin.value = (pin.value + digit).slice(0, 8);
  else if (key === "delete") pin.value = pin.value.slice(0, -1);
  else if (key === "back") leaving.close();
});

leaving.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  await deliver();
  let response;
  try {
    response = await ask(data.leave, { pin: pin.value });
  } catch {
    said.textContent = data.needsNetwork;
    return;
  }
  pin.value = "";
  if (response.ok) {
    navigator.serviceWorker?.controller?.postMessage({ forget: true });
    location.replace((await response.json()).next);
  } else said.textContent = response.status === 429 ? data.locked : data.wrong;
});

async function keepThePage() {
  await navigator.storage?.persist?.();
  if (!navigator.serviceWorker) return;
  await navigator.serviceWorker.register(data.worker, { scope: data.scope });
  const { active } = await navigator.serviceWorker.ready;
  await document.fonts.ready; // the letters may come late
  const parts = performance.getEntriesByType("resource").map((part) => part.name);
  const own = parts.filter((name) => new URL(name).pathname.startsWith("/static/"));
  const pages = [data.home, ...data.others.split(" ").filter(Boolean), location.pathname + location.search];
  active.postMessage({ keep: [...new Set([...pages, ...own])] });
}

window.addEventListener("online", deliver);
window.addEventListener("offline", () => tell(null));
setInterval(deliver, 15 * SECOND);
keepThePage();
show(data.wave ? "start" : "closed");
deliver();
