/** How long music sounds, and how loud: measured by the service. */

import { ApiError, get } from "../api.js";
import { partOf } from "../urls.js";

/** @typedef {import("../timeline/plan.js").Song} Song */

const MISSING = 404;
const ATTEMPTS = 6;
const AGAIN = 10_000; // milliseconds until what is being measured for others is asked for once more

/** By their addresses, which have the versions of their files. @type {Map<string, Promise<Song>>} */
const known = new Map();

/**
 * Return what is known of music; nothing of what cannot be measured.
 * @param {string} url
 */
export function songOf(url) {
  const song = known.get(url) ?? readSong(url);
  known.set(url, song);
  return song;
}

/** @param {string} url @returns {Promise<Song>} */
async function readSong(url) {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    try {
      return (await get(partOf(url, "loudness"))).data;
    } catch (error) {
      if (error instanceof ApiError && error.status === MISSING) known.delete(url); // it may be restored
      if (!(error instanceof ApiError) || !error.mayPass) return {};
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN));
  }
  known.delete(url);
  return {};
}
