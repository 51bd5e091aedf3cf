/** Whether the service can be reached. Every request tells; while it cannot, `/api/health` is polled. */

import { signal } from "@preact/signals";
import { at } from "../base.js";

export const reachable = signal(true);
/** Whether another page responds in its place, such as the login page of a network. */
export const replaced = signal(false);

const STABLE = 30_000; // milliseconds without a failure
const PATIENCE = 10_000; // milliseconds

/** @type {Set<() => void>} */
const listeners = new Set();
let attempts = 0;
let failedAt = 0;
/** Whether the connection has failed repeatedly: then only `ask` decides whether it is back. */
let isUnsteady = false;
let timer = 0;

/**
 * Call a function whenever the service can be reached again.
 * @param {() => void} listener
 * @returns {() => void} ends it
 */
export function onReachable(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Whether a response comes from the service, not from a proxy or the login page of a network.
 * @param {Response} response
 */
export const isAnswer = (response) => response.headers.has("X-Request-Id");

/** Record that the service has responded. */
export function recordResponse() {
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

/** Record that the service has not responded. */
export function recordFailure() {
  reachable.value = false;
  if (performance.now() - failedAt > STABLE) {
    attempts = 0; // not if failures alternate with responses
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
    const response = await fetch(at("/api/health"), { cache: "no-store", redirect: "manual", signal });
    replaced.value = response.type === "opaqueredirect" || (response.ok && !isAnswer(response));
    await response.json(); // it may break off
    if (response.ok && isAnswer(response)) resume();
    else recordFailure();
  } catch {
    recordFailure();
  }
}

addEventListener("online", askNow);
