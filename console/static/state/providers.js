/** The AI providers that the service offers. */

import { computed, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ApiError, get } from "../api.js";
import { VENDORS } from "../facts.js";
import { user } from "./session.js";

/**
 * @typedef {"vision" | "llm" | "image" | "video" | "speech" | "music" | "sound" | "transcription"} Role
 * @typedef {{id: string, name: string, description: string, status: "current" | "ending" | "retired",
 *   retiresOn: string | null, successor: string | null}} Model
 * @typedef {{id: string, name: string, category: Role, description: string,
 *   models: Model[], defaultModel: string, default: boolean,
 *   key?: "user" | "project" | "server" | null}} Provider
 *   `key` is whose key a request without one uses
 * `null` until they are loaded.
 * @type {import("@preact/signals").Signal<Provider[] | null>}
 */
export const providers = signal(null);

/**
 * Whether the built-in provider is on offer in a role; `null` until that is known.
 * @param {Role} role
 */
export const hasDemoFor = (role) => providers.value?.some(({ id, category }) => id === "demo" && category === role) ?? null;

/** Whether it is in all roles: in those of sound it is on offer also where keys are for others only. */
export const hasDemo = computed(() => hasDemoFor("llm"));

/** Why it is not: the user has stored a key, the server has one, or it is switched off. */
export const demoAbsence = computed(() => {
  const keys = (providers.value ?? []).map(({ key }) => key);
  return ["user", "server"].find((owner) => keys.some((key) => key === owner)) ?? "off";
});

/** The headers that choose the built-in provider for everything. */
export const DEMO = Object.fromEntries(
  ["vision", "llm", "image", "video", "speech", "music", "sound"].map((role) => [`x-${role}-provider`, "demo"]),
);

/** The vendors that need a key, by the ids of `/api/provider-keys`. */
export const vendors = computed(() => {
  const ids = (providers.value ?? []).map(({ id }) => vendorOf(id));
  return [...new Set(ids)].filter((id) => id !== "demo");
});

/** The vendor whose key a provider needs. @param {string} provider */
export const vendorOf = (provider) => VENDORS[provider] ?? provider;

/** The name of a vendor, as its providers have it. @param {string} vendor */
export const providerName = (vendor) => providers.value?.find(({ id }) => id === vendor)?.name ?? vendor;

// The list depends on the keys that a user has stored.
user.subscribe(() => {
  providers.value = null;
});

/** The project whose keys count as well; empty: none. */
let project = "";

/** The part of a request that says so. */
export const keysOfProject = () => (project ? { projectId: project } : {});

/**
 * Let the keys that are kept for a project count, while it is shown.
 * @param {string} id empty: no project
 */
export function useKeysOf(id) {
  useEffect(() => {
    switchTo(id);
    return () => switchTo("");
  }, [id]);
}

/** @param {string} id */
function switchTo(id) {
  if (id === project) return;
  project = id;
  const isKnown = providers.value !== null;
  providers.value = null;
  if (isKnown) reloadProviders();
}

/** Read the providers, once. Failures are ignored until the next call. */
export async function loadProviders() {
  if (!providers.value) await reloadProviders();
}

/** Read the providers again, such as after a change of keys. Failures are ignored until the next call. */
export async function reloadProviders() {
  const asked = project;
  try {
    const { data } = await get(project ? `/api/providers?projectId=${project}` : "/api/providers");
    if (asked === project) providers.value = data;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}
