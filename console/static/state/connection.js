/** Whether the service can be reached. Every request tells; while it cannot, this asks again. */

import { signal } from "@preact/signals";

export const reachable = signal(true);

/** @type {Set<() => void>} */
const listeners = new Set();
let attempts = 0;
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

/** A request was answered. */
export function noteSuccess() {
  clearTimeout(timer);
  timer = 0;
  attempts = 0;
  if (reachable.value) return;
  reachable.value = true;
  for (const listener of listeners) listener();
}

/** A request was not answered. */
export function noteFailure() {
  reachable.value = false;
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
    const response = await fetch("/api/health", { cache: "no-store" });
    if (response.ok) noteSuccess();
    else noteFailure();
  } catch {
    noteFailure();
  }
}

addEventListener("online", askNow);
