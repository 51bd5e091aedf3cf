/** The provider, model and key that the page's requests use for each role. */

import { signal } from "@preact/signals";
import { del, get, put } from "../api.js";
import { isObject, keptSignal, readStored, store } from "../stored.js";
import { loadProviders, providers, reloadProviders, vendorOf } from "./providers.js";
import { user } from "./session.js";

// Keys of AI vendors: in the memory of this page, or stored on the server.

/**
 * Keys by vendor. They are never in the browser's storage; requests send them as headers.
 * @type {import("@preact/signals").Signal<Map<string, string>>}
 */
export const sessionKeys = keptSignal(() => new Map());

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

/** @type {import("./providers.js").Role[]} */
export const ROLES = ["llm", "vision", "image", "video", "speech", "music", "sound", "transcription"];

/**
 * @typedef {import("./providers.js").Role} Role
 * @typedef {import("./providers.js").Provider} Provider
 * @typedef {{provider: string, model?: string}} Choice
 * The user's choices in this browser; without a choice, a role uses a provider that has a key.
 * @type {import("@preact/signals").Signal<Partial<Record<Role, Choice>>>}
 */
export const choices = keptSignal(readChoices);

/** @param {Role} role @param {Choice | null} choice */
export function choose(role, choice) {
  choices.value = { ...choices.value, [role]: choice ?? undefined };
  store(storageKey(), choices.value);
}

/**
 * Whose key requests to a provider use; `null` if there is none.
 * @param {Provider} provider
 * @returns {"session" | "user" | "project" | "server" | null}
 */
export const keySource = ({ id, key }) => (sessionKeys.value.has(vendorOf(id)) ? "session" : (key ?? null));

/** The providers of a role. @param {Role} role */
export const providersOf = (role) => (providers.value ?? []).filter(({ category }) => category === role);

/** @type {Role[]} */
const SOUND_ROLES = ["speech", "music", "sound", "transcription"];

/**
 * The provider and model that requests name for a role: those chosen, or else the first provider with
 * a key. In the roles of pictures and texts, the demo is used only for all together, so that nobody pays
 * for clips of placeholders.
 * @param {Role} role
 * @param {Role[]} roles all of the request
 * @returns {Choice | null} `null` leaves it to the service
 */
export function pick(role, roles = [role]) {
  const chosen = choices.value[role];
  if (chosen && providersOf(role).some(({ id }) => id === chosen.provider)) return chosen;
  const [usable] = usableOf(role);
  if (usable) return { provider: usable.id };
  const isOfSound = SOUND_ROLES.includes(role);
  if (!isOfSound && roles.some((other) => !SOUND_ROLES.includes(other) && usableOf(other).length > 0)) return null;
  return providersOf(role).some(({ id }) => id === "demo") ? { provider: "demo" } : null;
}

/**
 * The provider that is called for a role; undefined until that is known.
 * @param {Role} role
 * @param {Role[]} [roles] all of the request
 */
export function providerOf(role, roles) {
  const chosen = pick(role, roles)?.provider;
  return providersOf(role).find((each) => (chosen ? each.id === chosen : each.default));
}

/** Whether a vendor with a key can be called for a role. @param {Role} role */
export const hasVendor = (role) => usableOf(role).length > 0;

/** @param {Role} role */
const usableOf = (role) => providersOf(role).filter((each) => each.id !== "demo" && keySource(each));

/**
 * The headers of a request that calls models of these roles.
 * @param {Role[]} roles
 * @param {Record<string, string>} [given] headers that replace what is chosen
 * @returns {Promise<Record<string, string>>}
 */
export async function requestHeaders(roles, given = {}) {
  await loadProviders();
  /** @type {Record<string, string>} */
  const headers = {};
  /** @type {{role: Role, provider: string}[]} */
  const calls = [];
  for (const role of roles) {
    const name = `x-${role}-provider`;
    const choice = given[name] ? { provider: given[name] } : pick(role, roles);
    if (!choice) continue;
    calls.push({ role, provider: choice.provider });
    headers[name] = choice.provider;
    if (choice.model) headers[`x-${role}-model-id`] = choice.model;
  }
  return { ...headers, ...keyHeaders(calls), ...given };
}

/**
 * The headers with the keys of this session for calls of providers.
 * @param {{role: Role, provider: string}[]} calls
 * @returns {Record<string, string>}
 */
export function keyHeaders(calls) {
  /** @type {Record<string, string>} */
  const headers = {};
  for (const { role, provider } of calls) {
    const key = sessionKeys.value.get(vendorOf(provider));
    if (key) headers[`x-${role}-api-key`] = key;
  }
  return headers;
}

/** @returns {string} */
function storageKey() {
  return `vidworks.choices.${user.peek()?.id}`;
}

/** Those of the user, of roles that there are. @returns {Partial<Record<Role, Choice>>} */
function readChoices() {
  const stored = readStored(storageKey(), /** @type {Record<string, any>} */ ({}), isObject);
  return Object.fromEntries(ROLES.flatMap((role) => (typeof stored[role]?.provider === "string" ? [[role, stored[role]]] : [])));
}

user.subscribe((someone) => {
  choices.value = someone ? readChoices() : {};
});
