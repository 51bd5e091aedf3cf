/** Whether the service can be reached. Every request tells; while it cannot, this asks again. */

import { signal } from "@preact/signals";

export const reachable = signal(true);
/** Whether something else answers in its place, such as the login page of a network. */
export const replaced = signal(false);

const STABLE = 30_000; // milliseconds without a failure
const PATIENCE = 10_000; // milliseconds

/** @type {Set<() => void>} */
const listeners = new Set();
let attempts = 0;
let failedAt = 0;
/** Whether it could be reached again before it failed: then other requests than `ask` tell nothing. */
let isUnsteady = false;
let timer = 0;

/**
 * Call a function each time that the service can be reached again.
 * @param {() => void} listener
 * @returns {() => void} ends it
 */
export function onReachable(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether the service has answered, and not a proxy or the login page of a network. @param {Response} response */
export const isAnswer = (response) => response.headers.has("X-Request-Id");

/** A request was answered. */
export function noteSuccess() {
  if (reachable.value || !isUnsteady) resume();
}

function resume() {
  clearTimeout(timer);
  timer = 0;
  replaced.value = false;
  if (reachable.value) return;
  reachable.value = true;
  isUnsteady = true;
  for (const listener of listeners) listener();
}

/** A request was not answered. */
export function noteFailure() {
  reachable.value = false;
  if (performance.now() - failedAt > STABLE) {
    attempts = 0; // not if failures alternate with answers
    isUnsteady = false;
  }
  failedAt = performance.now();
  if (timer) return;
  const seconds = Math.min(0.5 * 2 ** attempts, 8);
  attempts += 1;
  timer = setTimeout(ask, seconds * 1000);
}

/** Ask at once. */
export function askNow() {
  if (reachable.value) return;
  clearTimeout(timer);
  ask();
}

async function ask() {
  timer = 0;
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    const response = await fetch("/api/health", { cache: "no-store", redirect: "manual", signal });
    replaced.value = response.type === "opaqueredirect" || (response.ok && !isAnswer(response));
    await response.json(); // it may break off
    if (response.ok && isAnswer(response)) resume();
    else noteFailure();
  } catch {
    noteFailure();
  }
}

addEventListener("online", askNow);
