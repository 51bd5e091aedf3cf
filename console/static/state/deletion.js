/** Deleting projects, works and assets, which are kept in the trash, and undoing that. */

import { del, post } from "../api.js";
import { t } from "../i18n.js";
import { announceReset } from "./events.js";
import { dismiss, toast, toastError } from "./toasts.js";

const IN_NO_TRASH = "permanently";

/** The messages that offer to undo a deletion, by its id. @type {Map<string, number>} */
const offers = new Map();

/**
 * Delete what is at a path of the API, and offer to undo that.
 * @param {string} path @param {string} name Throws ApiError.
 */
export async function discard(path, name) {
  const id = (await del(path)).headers.get("X-Deleted");
  if (!id || id === IN_NO_TRASH) toast(t("deletion.permanent", { name }));
  else offers.set(id, toast(t("deletion.moved", { name }), { action: undoing(id, name), everyScreen: true }));
}

/** @param {string} id @param {string} name */
const undoing = (id, name) => ({ label: t("common.undo"), run: () => undo(id, name) });

/** @param {string} id @param {string} name */
async function undo(id, name) {
  try {
    const { message } = await restore(id);
    toast(message ?? t("deletion.restored", { name }), { brief: !message });
  } catch (error) {
    toastError(error);
  }
}

/**
 * Restore what is in the trash. There is no event if it was deleted a moment ago.
 * @param {string} id
 * @returns {Promise<import("./trash.js").Restored>} Throws ApiError.
 */
export async function restore(id) {
  const { data } = await post(`/api/trash/${id}/restore`);
  dismiss(offers.get(id) ?? 0);
  announceReset();
  return data;
}
