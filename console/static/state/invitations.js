/** Invitations to projects of others: reading, accepting, declining. */

import { signal } from "@preact/signals";
import { ApiError, get, post } from "../api.js";
import { oneAtATime } from "./load.js";
import { loadProjects } from "./projects.js";
import { user } from "./session.js";

/**
 * @typedef {{id: string, projectName: string, role: import("./team.js").Role, mayPay: boolean,
 *   invitedBy: {name: string | null}, expiresAt: number}} Received
 * @typedef {Omit<Received, "id"> & {email: string | null}} Preview
 * Those that are for the user's account.
 * @type {import("@preact/signals").Signal<Received[]>}
 */
export const received = signal([]);

/** Read them. Failures are ignored until the next call. */
export const loadReceived = oneAtATime(async () => {
  try {
    received.value = (await get("/api/invitations")).data;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
});

/** What it tells without a login. @param {string} token of a link @returns {Promise<Preview>} Throws ApiError. */
export const previewInvitation = async (token) => (await get(`/api/invitations/${token}/preview`)).data;

/** @param {string} token of a link @returns {Promise<Received>} Throws ApiError. */
export const readInvitation = async (token) => (await get(`/api/invitations/${token}`)).data;

/**
 * Join a project. Throws ApiError.
 * @param {string} key the token of a link, or an id
 * @returns {Promise<{projectId: string}>}
 */
export async function accept(key) {
  const { data } = await post(`/api/invitations/${key}/accept`);
  await Promise.all([loadReceived(), loadProjects()]);
  return data;
}

/** Throws ApiError. @param {string} key the token of a link, or an id */
export async function decline(key) {
  await post(`/api/invitations/${key}/decline`);
  await loadReceived();
}

user.subscribe((someone) => {
  if (!someone) received.value = [];
});
