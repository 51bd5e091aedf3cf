/** Short messages at the edge of the page. */

import { signal } from "@preact/signals";
import { ApiError } from "../api.js";
import { address } from "../router.js";
import { user } from "./session.js";

const SECONDS = 6;
const SECONDS_OF_ERRORS = 20;

/**
 * @typedef {{id: number, kind: "info" | "error", text: string,
 *   action?: {label: string, run: () => void}, isOfScreen: boolean}} Toast
 * @type {import("@preact/signals").Signal<Toast[]>}
 */
export const toasts = signal([]);

let lastId = 0;

/**
 * Show a message. Those with an action stay until they are dismissed, unless they are `brief`, and end
 * with the screen, unless they are for `everyScreen`; errors stay longer than others, and end with it as well.
 * @param {string} text
 * @param {{kind?: "info" | "error", action?: {label: string, run: () => void}, brief?: boolean,
 *   everyScreen?: boolean}} [options]
 * @returns {number} to dismiss it
 */
export function toast(text, { kind = "info", action, brief = !action, everyScreen = brief } = {}) {
  lastId += 1;
  const id = lastId;
  const isOfScreen = kind === "error" || !everyScreen;
  toasts.value = [...toasts.value, { id, kind, text, action, isOfScreen }].slice(-4);
  const seconds = kind === "error" ? SECONDS_OF_ERRORS : SECONDS;
  if (brief) setTimeout(() => dismiss(id), seconds * 1000);
  return id;
}

/** Show an ApiError; throw any other error again. @param {unknown} error */
export function toastError(error) {
  if (!(error instanceof ApiError)) throw error;
  if (!error.offline && error.status !== 401) toast(error.text, { kind: "error" });
}

/** @param {number} id */
export function dismiss(id) {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

user.subscribe((someone) => {
  if (!someone) toasts.value = [];
});

let shownAt = "";

address.subscribe(({ path }) => {
  if (path !== shownAt && toasts.peek().length) toasts.value = toasts.peek().filter(({ isOfScreen }) => !isOfScreen);
  shownAt = path;
});
