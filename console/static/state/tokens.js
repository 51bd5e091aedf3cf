/** The API tokens of the user. */

import { signal } from "@preact/signals";
import { del, get, post } from "../api.js";
import { user } from "./session.js";

/**
 * @typedef {{id: string, name: string, tokenPrefix: string, scopes: string[],
 *   lastUsedAt: number | null, expiresAt: number | null, createdAt: number}} Token
 */

/** The token that was made last; it is shown until the page is left. */
export const newToken = signal("");

/** @returns {Promise<Token[]>} newest first. Throws ApiError. */
export async function listTokens() {
  return (await get("/api/tokens")).data;
}

/**
 * @param {{name: string, scopes: string[], expiresInDays: number | null}} fields
 * @returns {Promise<string>} the token, which no other answer has. Throws ApiError.
 */
export async function makeToken(fields) {
  newToken.value = (await post("/api/tokens", fields)).data.token;
  return newToken.value;
}

/** @param {Token} token Throws ApiError. */
export async function revokeToken({ id, tokenPrefix }) {
  await del(`/api/tokens/${id}`);
  if (newToken.value.startsWith(tokenPrefix)) newToken.value = "";
}

user.subscribe((someone) => {
  if (!someone) newToken.value = "";
});
