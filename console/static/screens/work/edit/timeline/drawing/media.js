/**
 * Pictures and peaks of media, fetched when a lane first draws them, a few at a time.
 *
 * @typedef {"picture"|"peaks"} MediaKind
 */

import { signal } from "@preact/signals";
import { ApiError, getBytes } from "../../../../../api.js";

const AT_ONCE = 2; // requests: the service decodes for them
const PATIENCE = 400; // milliseconds: lanes that are left at once fetch nothing
const AGAIN = 10_000; // milliseconds until what could not be fetched is asked for once more
const KEPT = 64_000_000; // bytes, unless lanes show more

/** @type {Map<string, ImageBitmap|Uint8Array|null>} null: on its way, or there is none */
const known = new Map();
/** @type {{url: string, kind: MediaKind}[]} */
let waiting = [];
/** The addresses that lanes have asked for since something arrived. @type {Set<string>} */
const shown = new Set();
let running = 0;
let timer = 0;

/** Raised when something has arrived. */
export const arrived = signal(0);

/** The picture at an address, as far as it has arrived. @param {string} url @returns {ImageBitmap|null} */
export const picture = (url) => /** @type {ImageBitmap|null} */ (find(url, "picture"));

/** The peaks at an address, as far as they have arrived. @param {string} url @returns {Uint8Array|null} */
export const peaks = (url) => /** @type {Uint8Array|null} */ (find(url, "peaks"));

/** @param {string} url @param {MediaKind} kind */
function find(url, kind) {
  shown.add(url);
  const found = known.get(url);
  if (found !== undefined) {
    known.delete(url);
    known.set(url, found); // used last
    return found;
  }
  known.set(url, null);
  waiting.push({ url, kind });
  timer ||= window.setTimeout(next, PATIENCE);
  return null;
}

function next() {
  timer = 0;
  while (running < AT_ONCE && waiting.length) {
    const [wanted, ...others] = waiting;
    waiting = others;
    running += 1;
    load(wanted).finally(() => {
      running -= 1;
      next();
    });
  }
}

/** @param {{url: string, kind: MediaKind}} wanted */
async function load({ url, kind }) {
  try {
    const bytes = await getBytes(url);
    known.set(url, kind === "peaks" ? new Uint8Array(bytes) : await createImageBitmap(new Blob([bytes])));
    shown.clear();
    arrived.value += 1; // lanes are drawn anew
    forget();
  } catch (error) {
    // It is drawn without: thumbnails and names say what it is.
    if (error instanceof ApiError && error.mayPass) setTimeout(() => askAgain(url), AGAIN);
  }
}

/** @param {string} url */
function askAgain(url) {
  if (known.get(url) !== null) return;
  known.delete(url);
  arrived.value += 1;
}

/** Forget what was shown longest ago, and is not shown now. */
function forget() {
  let bytes = [...known.values()].reduce((sum, media) => sum + bytesOf(media), 0);
  for (const [url, media] of known) {
    if (bytes <= KEPT) return;
    if (media === null || shown.has(url)) continue;
    known.delete(url);
    bytes -= bytesOf(media);
    if (media instanceof ImageBitmap) media.close();
  }
}

/** @param {ImageBitmap|Uint8Array|null} media */
function bytesOf(media) {
  return media instanceof ImageBitmap ? media.width * media.height * 4 : (media?.byteLength ?? 0);
}

/** Fetch nothing more of what is waiting. */
export function stopFetching() {
  clearTimeout(timer);
  timer = 0;
  for (const { url } of waiting) known.delete(url);
  waiting = [];
}
