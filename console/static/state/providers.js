/** The AI providers that the service offers. */

import { computed, signal } from "@preact/signals";
import { ApiError, get } from "../api.js";
import { user } from "./session.js";

/**
 * @typedef {"vision" | "llm" | "image" | "video"} Role
 * @typedef {{id: string, name: string, description: string, status: "current" | "ending" | "retired",
 *   retiresOn: string | null, successor: string | null}} Model
 * @typedef {{id: string, name: string, category: Role, description: string,
 *   models: Model[], defaultModel: string, default: boolean,
 *   key?: "user" | "server" | null}} Provider
 *   `key` is whose key a request without one uses
 * `null` until they are loaded.
 * @type {import("@preact/signals").Signal<Provider[] | null>}
 */
export const providers = signal(null);

/** Whether the built-in provider of placeholders is there; `null` until that is known. */
export const hasDemo = computed(() => providers.value?.some(({ id }) => id === "demo") ?? null);

/** Why it is not: the user has stored a key, the server has one, or it is switched off. */
export const demoAbsence = computed(() => {
  const keys = (providers.value ?? []).map(({ key }) => key);
  return ["user", "server"].find((owner) => keys.some((key) => key === owner)) ?? "off";
});

/** The headers that choose the built-in provider for everything. */
export const DEMO = Object.fromEntries(
  ["vision", "llm", "image", "video"].map((role) => [`x-${role}-provider`, "demo"]),
);

/** The vendors that need a key, by the ids of `/api/provider-keys`. */
export const vendors = computed(() => {
  const ids = (providers.value ?? []).map(({ id }) => vendorOf(id));
  return [...new Set(ids)].filter((id) => id !== "demo");
});

/** The vendors of providers that have another id. @type {Record<string, string>} */
const VENDORS = { dalle: "openai" };

/** The vendor whose key a provider needs. @param {string} provider */
export const vendorOf = (provider) => VENDORS[provider] ?? provider;

// The list depends on the keys that a user has stored.
user.subscribe(() => {
  providers.value = null;
});

/** Read the providers, once. Failures are ignored until the next call. */
export async function loadProviders() {
  if (!providers.value) await reloadProviders();
}

/** Read the providers again, such as after a change of keys. Failures are ignored until the next call. */
export async function reloadProviders() {
  try {
    providers.value = (await get("/api/providers")).data;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}
