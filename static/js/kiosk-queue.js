// Answers that wait on this device until the server has said that it stored them.
"use strict";

const opened = new Promise((resolve, reject) => {
  const request = indexedDB.open("kiosk", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("answers", { keyPath: "key" });
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

async function inStore(mode, work) {
  const database = await opened;
  return new Promise((resolve, reject) => {
    const transaction = database.transaction("answers", mode, { durability: "strict" });
    const request = work(transaction.objectStore("answers"));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

export const keep = (answer) => inStore("readwrite", (store) => store.put(answer));
const forget = (key) => inStore("readwrite", (store) => store.delete(key));

export async function kept(slug) {
  const all = await inStore("readonly", (store) => store.getAll());
  return all.filter((answer) => answer.slug === slug);
}

export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export async function ask(address, body) {
  return fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Kiosk": "1" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(15000),
  });
}

// What the server would not take is kept, and tried again when the page is next opened.
const tried = new Set();
const oneTab = (job) => (navigator.locks ? navigator.locks.request("kiosk-send", job) : job());

// Hands in what waits. `onStored(key, receipt)` for each; gives the wave that is asked now, or
// null without a network, or undefined where kiosk mode has ended.
export const send = (address, slug, portion, onStored) =>
  oneTab(async () => {
    for (;;) {
      const now = Date.now();
      const ready = (await kept(slug)).filter((a) => a.heldUntil <= now && !tried.has(a.key));
      const queue = ready.slice(0, portion);
      let reply;
      try {
        const answers = queue.map(({ key, wave, language, answers, at }) => ({
          key, wave, language, answers, age: (now - at) / 1000,
        }));
        const response = await ask(address, { answers });
        if (response.status === 403) return undefined;
        if (!response.ok) return null;
        reply = await response.json();
      } catch {
        return null;
      }
      for (const { key, outcome, receipt } of reply.outcomes) {
        const answer = queue.find((one) => one.key === key);
        if (!answer) continue;
        if (outcome === "stored" || outcome === "already") {
          await forget(key);
          onStored(key, receipt);
        } else {
          tried.add(key);
          await keep({ ...answer, outcome });
        }
      }
      if (queue.length === ready.length) return reply.wave;
      // A reply that says nothing of an answer must not be asked for ever.
      queue.forEach(({ key }) => tried.add(key));
    }
  });
