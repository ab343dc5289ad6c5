// Keeps the kiosk's page and what it is made of for when the network is away.
"use strict";

const KEPT = "kiosk-1";
const PATIENCE = 4000;
const PAGE = /^\/kiosk\/[^/]+\/$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  const { keep, forget } = event.data;
  event.waitUntil(keep ? keepAll(keep) : forget ? caches.delete(KEPT) : undefined);
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  const isPart = request.mode !== "navigate" && request.destination !== "";
  if (isPart || PAGE.test(url.pathname)) event.respondWith(fromNetworkOrKept(request));
});

async function keepAll(addresses) {
  const cache = await caches.open(KEPT);
  await Promise.allSettled(addresses.map((address) => cache.add(address)));
}

async function fromNetworkOrKept(request) {
  const cache = await caches.open(KEPT);
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    if (answer.ok && !answer.redirected) await cache.put(request, answer.clone());
    // A server in trouble is as good as none; a refusal is the server's word.
    if (answer.status < 500) return answer;
    return (await cache.match(request, { ignoreVary: true })) || answer;
  } catch (error) {
    const kept = await cache.match(request, { ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
}
