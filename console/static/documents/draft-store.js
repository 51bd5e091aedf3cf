/**
 * Drafts in the browser's database: unsaved changes outlive a page that is closed or crashes while the
 * service cannot be reached. A draft belongs to a user and a tab; other tabs are offered it once that
 * tab is closed. Without a database, the page works without drafts.
 *
 * @typedef {object} Draft
 * @property {string} user  the id of whoever made the changes
 * @property {string} path  of the document in the API
 * @property {string} tab
 * @property {number} changedAt  Unix milliseconds
 * @property {Record<string, any>} edits  the changed fields
 * @property {Record<string, any>} base  their values before
 * @property {import("./pending-operations.js").Operation[]} [operations]  on a timeline
 */

import { BrowserStore, TAB, ofClosedTabs } from "./browser-store.js";

const drafts = new BrowserStore("vidworks", "drafts", ["user", "path", "tab"], "changedAt");

/** Store the draft of this tab, in place of the previous one. @param {Omit<Draft, "tab">} draft */
export const keepDraft = (draft) => drafts.change((store) => store.put({ ...draft, tab: TAB }));

/** Remove a draft, by default that of this tab. @param {{user: string, path: string, tab?: string}} draft */
export const dropDraft = ({ user, path, tab = TAB }) => drafts.change((store) => store.delete([user, path, tab]));

/**
 * The drafts of a document that closed tabs have left, newest first.
 * @param {string} user @param {string} path
 * @returns {Promise<Draft[]>}
 */
export async function findDrafts(user, path) {
  const found = await ofClosedTabs(await drafts.read([user, path]));
  return found.sort((a, b) => b.changedAt - a.changedAt);
}
