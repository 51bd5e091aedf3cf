/** What this browser keeps between visits, or this page between screens: choices, and texts that are not sent yet. */

import { signal } from "@preact/signals";

/**
 * Return a value that was kept; what can't be read, or is of another kind, counts as none.
 * @template T
 * @param {string} key
 * @param {T} none  what is returned without a value
 * @param {(value: any) => boolean} fits  whether a value is of the kind that is read
 * @returns {T}
 */
export function readStored(key, none, fits) {
  try {
    const value = JSON.parse(localStorage.getItem(key) ?? "null");
    return value !== null && fits(value) ? value : none;
  } catch {
    return none;
  }
}

/** Keep a value; `undefined` removes it. @param {string} key @param {any} value */
export function store(key, value) {
  if (value === undefined) localStorage.removeItem(key);
  else localStorage.setItem(key, JSON.stringify(value));
}

/** @type {(() => void)[]} */
const forgetting = [];

/**
 * Return a signal for what the page keeps while other screens are shown, for as long as its user is the same.
 * @template T @param {() => T} begin  what it is at first
 * @returns {import("@preact/signals").Signal<T>}
 */
export function keptSignal(begin) {
  const kept = signal(begin());
  forgetting.push(() => (kept.value = begin()));
  return kept;
}

/** Let all that the page keeps be as at first. */
export function forgetKept() {
  for (const forget of forgetting) forget();
}

/** @param {any} value */
export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
