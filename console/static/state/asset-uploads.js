/** Uploads of assets: a few at a time, also while another screen is shown. */

import { signal } from "@preact/signals";
import { ApiError } from "../api.js";
import "../i18n/library.js";
import { t } from "../i18n.js";
import { uploadAsset } from "./assets.js";
import { user } from "./session.js";

const AT_ONCE = 3;
const TOO_LARGE = 413;

/**
 * @typedef {{id: number, project: string, file: File, fraction: number,
 *   state: "waiting" | "sending" | "failed", reason: string, mayPass: boolean, abort: AbortController,
 *   onArrived: (asset: import("./assets.js").Asset) => void}} Upload
 *   `fraction` is how much has been sent, from 0 to 1; `mayPass`: it may help to send it again
 * Uploads that are waiting, running or failed.
 * @type {import("@preact/signals").Signal<Upload[]>}
 */
export const uploads = signal([]);

/** How many files have arrived since the page was loaded. */
export const uploaded = signal(0);

let lastId = 0;

/**
 * @param {string} project @param {Iterable<File>} files
 * @param {(asset: import("./assets.js").Asset, number: number) => void} [onArrived]  gets each that has
 *   arrived, and its number among the files
 */
export function addFiles(project, files, onArrived) {
  const added = [...files].map((file, number) => newUpload(project, file, (asset) => onArrived?.(asset, number)));
  uploads.value = [...uploads.value, ...added];
  sendNext();
}

/** Cancel an upload, or remove a failed one from the list. @param {Upload} item */
export function removeUpload({ id }) {
  const item = uploads.value.find((each) => each.id === id);
  uploads.value = uploads.value.filter((each) => each.id !== id);
  item?.abort.abort();
  sendNext();
}

/** Send a failed file again. @param {Upload} item */
export function retryUpload({ id, project, file, onArrived }) {
  uploads.value = uploads.value.map((each) => (each.id === id ? newUpload(project, file, onArrived) : each));
  sendNext();
}

/** @param {string} project @param {File} file @param {Upload["onArrived"]} onArrived @returns {Upload} */
function newUpload(project, file, onArrived) {
  lastId += 1;
  const abort = new AbortController();
  return { id: lastId, project, file, fraction: 0, state: "waiting", reason: "", mayPass: true, abort, onArrived };
}

function sendNext() {
  const free = AT_ONCE - uploads.value.filter(({ state }) => state === "sending").length;
  const next = uploads.value.filter(({ state }) => state === "waiting").slice(0, Math.max(0, free));
  for (const item of next) send(item);
}

/** @param {Upload} item */
async function send({ id, project, file, abort, onArrived }) {
  update(id, { state: "sending" });
  const onProgress = (/** @type {number} */ fraction) => update(id, { fraction });
  try {
    const asset = await uploadAsset(project, file, { onProgress, signal: abort.signal });
    uploads.value = uploads.value.filter((each) => each.id !== id);
    uploaded.value += 1;
    onArrived(asset);
  } catch (error) {
    if (error instanceof ApiError) update(id, { state: "failed", reason: reasonOf(error, file), mayPass: error.mayPass });
    else if (!abort.signal.aborted) throw error;
  }
  sendNext();
}

/** @param {ApiError} error @param {File} file */
const reasonOf = ({ status, text }, { type }) =>
  status === TOO_LARGE && type.startsWith("video/") ? `${text} ${t("library.tooLarge")}` : text;

/** @param {number} id @param {Partial<Upload>} fields */
function update(id, fields) {
  uploads.value = uploads.value.map((each) => (each.id === id ? { ...each, ...fields } : each));
}

user.subscribe((someone) => {
  if (!someone) for (const item of uploads.value) removeUpload(item);
});
addEventListener("beforeunload", (event) => {
  if (uploads.value.some(({ state }) => state !== "failed")) event.preventDefault();
});
