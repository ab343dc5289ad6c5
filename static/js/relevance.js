// Shows the questions that apply. The same as surveys/expressions.py.
"use strict";

const day = (text) => {
  const time = Date.parse(text);
  return time === time && new Date(time).toISOString().startsWith(text) ? time / 864e5 : NaN;
};
const bool = Boolean, string = String;
const number = (value) => {
  if (typeof value !== "string") return +value;
  if (/^\s*-?(\d+(\.\d*)?|\.\d+)\s*$/.test(value)) return +value;
  return /^\d{4}-\d\d-\d\d$/.test(value) ? day(value) : NaN;
};
const numbers = (act) => (a, b) => act(number(a), number(b));
const words = (text) => string(text).split(/\s+/).filter(Boolean);
const equal = (a, b) => {
  const types = [typeof a, typeof b];
  if (types.includes("boolean")) return bool(a) === bool(b);
  return types.includes("number") ? number(a) === number(b) : a === b;
};
const matches = (text, pattern) =>
  [...text].length <= 200 && new RegExp(`^(?:${pattern})$`).test(text);

const OPERATORS = {
  "=": equal,
  "!=": (a, b) => !equal(a, b),
  "<": numbers((a, b) => a < b),
  "<=": numbers((a, b) => a <= b),
  ">": numbers((a, b) => a > b),
  ">=": numbers((a, b) => a >= b),
  "+": numbers((a, b) => a + b),
  "-": numbers((a, b) => a - b),
  "*": numbers((a, b) => a * b),
  div: numbers((a, b) => a / b),
  mod: numbers((a, b) => a % b),
  neg: (a) => -number(a),
  not: (a) => !bool(a),
  coalesce: (...all) => all.find((value) => string(value)) ?? "",
  concat: (...all) => all.map(string).join(""),
  number,
  int: (a) => Math.trunc(number(a)),
  string,
  date: string,
  boolean: bool,
  selected: (a, b) => words(a).includes(string(b).trim()),
  "count-selected": (a) => words(a).length,
  "string-length": (a) => [...string(a)].length,
  contains: (a, b) => string(a).includes(string(b)),
  "starts-with": (a, b) => string(a).startsWith(string(b)),
  regex: (a, b) => matches(string(a), b),
};

// `scope`: answers by code, today, own: the answer in question.
function evaluate(tree, scope) {
  if (!Array.isArray(tree)) return tree;
  const [operator, ...parts] = tree;
  const value = (part) => evaluate(part, scope);
  switch (operator) {
    case "$": return scope.answers[parts[0]] ?? "";
    case ".": return scope.own ?? "";
    case "today": return scope.today;
    case "and": return parts.every((part) => bool(value(part)));
    case "or": return parts.some((part) => bool(value(part)));
    case "if": return value(parts[bool(value(parts[0])) ? 1 : 2]);
  }
  return OPERATORS[operator](...parts.map(value));
}

function answerOf(item) {
  const { na, read } = item.dataset;
  const values = [...item.querySelectorAll("input, select, textarea")]
    .filter((field) => !/radio|checkbox/.test(field.type) || field.checked)
    .map((field) => field.value);
  if (values.includes(na)) return "";
  const text = values.join(" ").trim();
  if (!read) return text;
  const plain = text.replace(/[๐-๙]/g, (digit) => digit.charCodeAt() - 0xe50);
  if (read === "number") return plain.replace(/,/g, "");
  const parts = plain.split(/[-/.]/);
  if (!parts[2]) return "";
  if (parts[2][3]) parts.reverse();
  if (parts[0] > 2400) parts[0] -= 543;
  return parts.map((part) => String(part).padStart(2, "0")).join("-");
}

function show() {
  const answers = {};
  const scope = { answers, today: new Date(Date.now() + 252e5).toISOString().slice(0, 10) };
  const items = document.querySelectorAll("[data-name], [data-relevant]");
  for (let pass = 0, before; pass < 10; pass++) {
    for (const item of items) {
      const { name, relevant, calculate } = item.dataset;
      if (relevant) item.hidden = !bool(evaluate(JSON.parse(relevant), scope));
      if (!name) continue;
      const out = item.closest("[hidden][data-relevant]");
      answers[name] = out ? "" : calculate
        ? string(evaluate(JSON.parse(calculate), scope)) : answerOf(item);
    }
    const now = JSON.stringify(answers);
    if (now === before) break;
    before = now;
  }
  return scope;
}

document.addEventListener("input", show);
window.addEventListener("pageshow", show);
