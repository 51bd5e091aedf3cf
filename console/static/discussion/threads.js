/**
 * Comments of a review, as the service stores them.
 *
 * @typedef {{kind: "guest" | "user", id: string, name: string}} Author
 * @typedef {{by: {id: string, name: string}, at: number, exportId: string | null}} Resolution
 * @typedef {{id: string, exportId: string, frame: number, endFrame: number | null, time: number, text: string,
 *   parentId: string | null, author: Author, createdAt: number, editedAt: number | null, resolved: Resolution | null,
 *   deleted?: boolean}} Comment  a deleted one is there for its replies
 * @typedef {{comment: Comment, replies: Comment[]}} Thread
 * @typedef {{id?: string, exportId: string, decision: "approved" | "changes", text?: string | null, author: Author, createdAt: number}} Decision
 */

import { known, t } from "../i18n.js";

export const LONGEST = 4000; // characters of a text

/** Whether a comment, not a reply, is not resolved. @param {Comment} comment */
export const isOpen = ({ parentId, resolved }) => !parentId && !resolved;

/**
 * Return comments with their replies: by their place in the video, then by age; those on another
 * version than `exportId` come last.
 * @param {Comment[]} comments @param {string} [exportId]
 * @returns {Thread[]}
 */
export function threadsOf(comments, exportId) {
  const replies = Map.groupBy(comments.filter(({ parentId }) => parentId), ({ parentId }) => parentId);
  const isOther = (/** @type {Comment} */ comment) => (exportId && comment.exportId !== exportId ? 1 : 0);
  return comments
    .filter(({ parentId }) => !parentId)
    .sort((a, b) => isOther(a) - isOther(b) || a.time - b.time || a.createdAt - b.createdAt)
    .map((comment) => ({
      comment,
      replies: (replies.get(comment.id) ?? []).sort((a, b) => a.createdAt - b.createdAt),
    }));
}

/** What somebody decided, in words. @param {Decision} decision */
export const decisionSaid = ({ author: { name }, decision }) => t(known(`comments.decided.${decision}`, "comments.decided.other"), { name });

/** The newest decision of each person about a version, newest first. @param {Decision[]} decisions @param {string} exportId */
export function currentDecisions(decisions, exportId) {
  const ofVersion = decisions.filter((each) => each.exportId === exportId).sort((a, b) => b.createdAt - a.createdAt);
  const seen = new Set();
  return ofVersion.filter(({ author }) => {
    const key = `${author.kind} ${author.id}`;
    return !seen.has(key) && seen.add(key);
  });
}
