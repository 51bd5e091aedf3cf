/** The AI providers that the service offers. */

import { computed, signal } from "@preact/signals";
import { ApiError, get } from "../api.js";

/**
 * @typedef {"vision" | "llm" | "image" | "video"} Role
 * @typedef {{id: string, name: string, category: Role, description: string,
 *   default: boolean, models: {id: string, name: string, description: string}[]}} Provider
 * `null` until they are loaded.
 * @type {import("@preact/signals").Signal<Provider[] | null>}
 */
export const providers = signal(null);

/** Whether the built-in provider of placeholders is there; `null` until that is known. */
export const hasDemo = computed(() => providers.value?.some(({ id }) => id === "demo") ?? null);

/** The headers that choose the built-in provider for everything. */
export const DEMO = Object.fromEntries(
  ["vision", "llm", "image", "video"].map((role) => [`x-${role}-provider`, "demo"]),
);

/** Read them, once. Failures are left to the next time. */
export async function loadProviders() {
  if (providers.value) return;
  try {
    providers.value = (await get("/api/providers")).data;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}
