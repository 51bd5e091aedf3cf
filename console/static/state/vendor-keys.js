/** Keys of AI vendors: in the memory of this page, or stored on the server. */

import { signal } from "@preact/signals";
import { del, get, put } from "../api.js";
import { reloadProviders } from "./providers.js";
import { user } from "./session.js";

/**
 * Keys by vendor. They are never in the browser's storage; requests send them as headers.
 * @type {import("@preact/signals").Signal<Map<string, string>>}
 */
export const sessionKeys = signal(new Map());

/**
 * @typedef {{provider: string, last4: string, updatedAt: number}} KeptKey
 * Keys that the server stores; `null` until they are loaded.
 * @type {import("@preact/signals").Signal<KeptKey[] | null>}
 */
export const keptKeys = signal(null);

/** Use a key until the page is closed or reloaded. @param {string} vendor @param {string} key */
export function useForSession(vendor, key) {
  sessionKeys.value = new Map(sessionKeys.value).set(vendor, key);
}

/** @param {string} vendor */
export function forgetKey(vendor) {
  const remaining = new Map(sessionKeys.value);
  remaining.delete(vendor);
  sessionKeys.value = remaining;
}

/** Throws ApiError. */
export async function loadKeptKeys() {
  keptKeys.value = (await get("/api/provider-keys")).data;
}

/**
 * Store a key on the server; it replaces the one of this session. Throws ApiError.
 * @param {string} vendor
 * @param {string} key
 */
export async function keepKey(vendor, key) {
  await put(`/api/provider-keys/${vendor}`, { key });
  forgetKey(vendor);
  await Promise.all([loadKeptKeys(), reloadProviders()]);
}

/** Throws ApiError. @param {string} vendor */
export async function deleteKey(vendor) {
  await del(`/api/provider-keys/${vendor}`);
  await Promise.all([loadKeptKeys(), reloadProviders()]);
}

user.subscribe((someone) => {
  if (someone) return;
  sessionKeys.value = new Map();
  keptKeys.value = null;
});
