// One person, one answer, without identity: RSABSSA-SHA384-PSS-Randomized [RFC 9474]. The message is
// made and blinded here; the survey signs it without seeing it, and cannot tell later whose it was.
"use strict";
(() => {
  const PREFIX = "verified:", E = 65537n, HASH = 48, SALT = 48;
  const maker = document.querySelector("[data-token]");
  const offer = document.querySelector("[data-verified]");

  const random = (length) => crypto.getRandomValues(new Uint8Array(length));
  const joined = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));
  const sha384 = async (octets) => new Uint8Array(await crypto.subtle.digest("SHA-384", octets));
  const toText = (octets) => btoa(String.fromCharCode(...octets)).replaceAll("+", "-").replaceAll("/", "_");
  const fromText = (text) =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  const toNumber = (octets) =>
    BigInt("0x" + [...octets].map((octet) => octet.toString(16).padStart(2, "0")).join(""));
  const toOctets = (number, length) =>
    Uint8Array.from(number.toString(16).padStart(2 * length, "0").match(/../g), (pair) => parseInt(pair, 16));

  function power(base, exponent, n) {
    let result = 1n;
    for (base %= n; exponent; exponent >>= 1n, base = (base * base) % n) {
      if (exponent & 1n) result = (result * base) % n;
    }
    return result;
  }

  function inverse(number, n) {
    let [a, b, x, y] = [number % n, n, 1n, 0n];
    while (b) {
      const quotient = a / b;
      [a, b] = [b, a - quotient * b];
      [x, y] = [y, x - quotient * y];
    }
    if (a !== 1n) throw new Error("not invertible");
    return ((x % n) + n) % n;
  }

  async function mask(seed, length) {
    const parts = [];
    for (let k = 0; k * HASH < length; k += 1) parts.push(await sha384(joined(seed, toOctets(BigInt(k), 4))));
    return joined(...parts).slice(0, length);
  }

  // EMSA-PSS [RFC 8017, section 9.1.1], for a modulus of whole bytes
  async function encoded(message, salt, size) {
    const digest = await sha384(joined(new Uint8Array(8), await sha384(message), salt));
    const block = joined(new Uint8Array(size - SALT - HASH - 2), [1], salt);
    const over = await mask(digest, block.length);
    const masked = block.map((octet, k) => octet ^ over[k]);
    masked[0] &= 0x7f;
    return joined(masked, digest, [0xbc]);
  }

  async function blind(modulus, prepared, salt, unit) {
    const n = toNumber(modulus), size = modulus.length;
    const factor = power(inverse(unit, n), E, n);
    const message = toNumber(await encoded(prepared, salt, size));
    return toOctets((message * factor) % n, size);
  }

  const unblind = (modulus, signature, unit) =>
    toOctets((toNumber(signature) * unit) % toNumber(modulus), modulus.length);

  async function isSigned(modulus, prepared, signature) {
    const n = toText(modulus).replaceAll("=", "");
    const jwk = { kty: "RSA", n, e: "AQAB", alg: "PS384", ext: true };
    const key = await crypto.subtle.importKey("jwk", jwk, { name: "RSA-PSS", hash: "SHA-384" }, false, ["verify"]);
    return crypto.subtle.verify({ name: "RSA-PSS", saltLength: SALT }, key, signature, prepared);
  }

  async function make() {
    const modulus = fromText(maker.dataset.key), prepared = random(64);
    const unit = toNumber(random(modulus.length + 8)) % toNumber(modulus);
    const blinded = await blind(modulus, prepared, random(SALT), unit);
    const answer = await fetch(location.href, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": maker.querySelector("[name=csrfmiddlewaretoken]").value },
      body: JSON.stringify({ blinded: toText(blinded) }),
    });
    const told = await answer.json();
    if (!answer.ok) return told.problem;
    const signature = unblind(modulus, fromText(told.signature), unit);
    if (!(await isSigned(modulus, prepared, signature))) return maker.dataset.failed;
    sessionStorage.setItem(PREFIX + maker.dataset.token, toText(joined(prepared, signature)));
    return "";
  }

  async function makeAndGoBack() {
    const status = maker.querySelector("[data-status]");
    maker.querySelector("[data-without]").hidden = true;
    status.hidden = false;
    const problem = await make().catch(() => maker.dataset.failed);
    if (problem) status.textContent = problem;
    else location.replace(document.querySelector("[data-back]").href);
  }

  function offerOrUse() {
    const name = PREFIX + offer.dataset.verified;
    const field = document.querySelector("[name=verified_token]");
    field.value = field.value || sessionStorage.getItem(name) || "";
    offer.querySelector("[data-without]").hidden = true;
    offer.querySelector(field.value ? "[data-ready]" : "[data-offer]").hidden = false;
    field.form.addEventListener("submit", () => sessionStorage.removeItem(name));
  }

  if (window.crypto && crypto.subtle) {
    if (maker) makeAndGoBack();
    if (offer) offerOrUse();
  }
})();
