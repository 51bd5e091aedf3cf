/** What others say is told once, in a message that leads there. */

import { t } from "../i18n.js";
import "../i18n/review.js";
import { navigate } from "../router.js";
import { user } from "../state/session.js";
import { toast } from "../state/toasts.js";
import { videoPage } from "../urls.js";
import { decisionSaid } from "./threads.js";

/**
 * @typedef {import("./threads.js").Comment} Comment
 * @typedef {import("./threads.js").Decision} Decision
 * @typedef {{key: string, author: import("./threads.js").Author, createdAt: number, exportId: string, comment: string, text: string}} Said
 *   `comment`: the id of its thread; empty for a decision
 */

const EXCERPT = 60; // characters

/** What was told, or was there before. */
const known = new Set();

/** @param {Comment[]} comments @param {Decision[]} decisions @returns {Said[]} */
export const saidIn = (comments, decisions) => [
  ...comments.map((each) => ({ ...each, key: each.id, comment: each.parentId ?? each.id, text: commentSaid(each) })),
  ...decisions.map((each) => ({ ...each, key: decisionKey(each), comment: "", text: decisionSaid(each) })),
];

/** Tell nothing of this later. @param {Said[]} said */
export function know(said) {
  for (const { key } of said) known.add(key);
}

/**
 * Tell what others have said, unless that was done.
 * @param {Said[]} said @param {{projectId: string, workId: string, name?: string}} work  `name`: where it is not shown
 */
export function tell(said, { projectId, workId, name }) {
  const news = said.filter(({ key, author }) => !known.has(key) && !isSelf(author));
  know(said);
  if (!news.length) return;
  const { exportId, comment, text } = news[news.length - 1];
  const what = news.length > 1 ? t("discussion.several", { count: news.length }) : text;
  const run = () => navigate(videoPage(projectId, workId, exportId, comment));
  toast(name ? t("discussion.inWork", { what, work: name }) : what, { action: { label: t("discussion.show"), run }, brief: true });
}

/** @param {{kind: string, id: string}} author */
const isSelf = ({ kind, id }) => kind === "user" && id === user.peek()?.id;

/** @param {Decision} decision */
const decisionKey = ({ author, createdAt, exportId }) => [author.kind, author.id, createdAt, exportId].join(" ");

/** @param {Comment} comment */
function commentSaid({ author: { name }, text }) {
  return t("discussion.comment", { name, text: text.length > EXCERPT ? `${text.slice(0, EXCERPT)}…` : text });
}
