/** Which provider and model this browser uses for each role. Nothing chosen: the service's default. */

import { signal } from "@preact/signals";
import { providers } from "./providers.js";

const KEY = "vidworks.providers";

/**
 * @typedef {import("./providers.js").Role} Role
 * @typedef {{provider: string, model?: string}} Choice
 * @type {import("@preact/signals").Signal<Partial<Record<Role, Choice>>>}
 */
export const choices = signal(read());

/** @param {Role} role @param {Choice | null} choice null for the default */
export function choose(role, choice) {
  const { [role]: _, ...others } = choices.value;
  choices.value = choice ? { ...others, [role]: choice } : others;
  localStorage.setItem(KEY, JSON.stringify(choices.value));
}

/**
 * The headers that send calls of these roles to what is chosen.
 * @param {Role[]} roles
 * @returns {Record<string, string>}
 */
export function choiceHeaders(...roles) {
  /** @type {Record<string, string>} */
  const headers = {};
  for (const role of roles) {
    const { provider, model } = choices.value[role] ?? {};
    if (provider) headers[`x-${role}-provider`] = provider;
    if (model) headers[`x-${role}-model-id`] = model;
  }
  return headers;
}

/**
 * Who takes the calls of a role; undefined until that is known.
 * @param {Role} role
 * @returns {import("./providers.js").Provider | undefined}
 */
export function providerOf(role) {
  const offered = providers.value?.filter(({ category }) => category === role);
  const chosen = choices.value[role]?.provider;
  return offered?.find(({ id }) => id === chosen) ?? offered?.find((provider) => provider.default);
}

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}");
  } catch {
    return {};
  }
}
