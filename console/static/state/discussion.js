/** What is said about the exported videos of a work: comments and decisions. It follows what others add. */

import { computed, signal } from "@preact/signals";
import { ApiError } from "../api.js";
import { t } from "../i18n.js";
import { navigate } from "../router.js";
import { videoPage } from "../urls.js";
import { decisionSaid } from "./comment-threads.js";
import { on } from "./events.js";
import { listExports } from "./exports.js";
import { coalesced, oneAtATime } from "./load.js";
import { addComment, changeComment, decide, deleteComment, listComments, listDecisions } from "./reviews.js";
import { user } from "./session.js";
import { toast } from "./toasts.js";
import "../i18n/review.js";

/**
 * @typedef {import("./comment-threads.js").Comment} Comment
 * @typedef {import("./comment-threads.js").Decision} Decision
 * @typedef {import("./exports.js").Export} Export
 */

const PAUSE = 300; // milliseconds: several comments are read together
const LONGER = 2000; // after a change of the work, which is saved while somebody types
const EXCERPT = 60; // characters

export class Discussion {
  /** Newest first. @type {import("@preact/signals").Signal<Export[]>} */
  exports = signal(/** @type {Export[]} */ ([]));
  /** @type {import("@preact/signals").Signal<Comment[]>} */
  comments = signal(/** @type {Comment[]} */ ([]));
  /** @type {import("@preact/signals").Signal<Decision[]>} */
  decisions = signal(/** @type {Decision[]} */ ([]));
  /** Whether it was read. */
  isKnown = signal(false);
  /** What was told or was there at first. */
  #seen = new Set();

  /** @param {string} path of the work in the API @param {{id: string, projectId: string}} work */
  constructor(path, { id, projectId }) {
    this.path = path;
    this.workId = id;
    this.projectId = projectId;
    /** Comments that wait to be resolved; replies belong to theirs. */
    this.open = computed(() => this.comments.value.filter(({ parentId, resolved }) => !parentId && !resolved));
    this.reload = oneAtATime(() => this.#read());
  }

  /** Read what there is, and again when it has changed; return how to end that. */
  follow() {
    const soon = coalesced(() => void this.reload(), PAUSE);
    const later = coalesced(() => void this.#readExports(), LONGER);
    const isOfWork = (/** @type {any} */ event) => event.workId === this.workId;
    const stops = [
      on("review", (event) => isOfWork(event) && soon()),
      on("job", (event) => isOfWork(event) && event.kind === "export" && event.state === "succeeded" && soon()),
      on("work", (event) => isOfWork(event) && this.exports.peek().length > 0 && later()),
      on("reset", soon),
    ];
    this.reload();
    return () => stops.forEach((stop) => stop());
  }

  /** Throws ApiError. @param {Record<string, any>} body @param {string} key */
  async add(body, key) {
    await addComment(this.path, body, key);
    await this.reload();
  }

  /** Throws ApiError. @param {Comment} comment @param {Record<string, any>} body */
  async change(comment, body) {
    await changeComment(this.path, comment, body);
    await this.reload();
  }

  /** Throws ApiError. @param {Comment} comment */
  async remove(comment) {
    await deleteComment(this.path, comment);
    await this.reload();
  }

  /** Throws ApiError. @param {Record<string, any>} body @param {string} key */
  async decide(body, key) {
    await decide(this.path, body, key);
    await this.reload();
  }

  async #read() {
    try {
      await this.#listExports();
      const isReviewed = this.exports.peek().length > 0; // comments are about videos
      const [comments, decisions] = isReviewed ? await Promise.all([listComments(this.path), listDecisions(this.path)]) : [[], []];
      this.#tell(comments, decisions);
      this.decisions.value = decisions;
      this.comments.value = comments;
      this.isKnown.value = true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // read again with the next event
    }
  }

  /** Read whether the videos look like the work. */
  async #readExports() {
    try {
      await this.#listExports();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // read again with the next event
    }
  }

  async #listExports() {
    this.exports.value = await listExports(this.path);
  }

  /** Say what others have said since the last time. @param {Comment[]} comments @param {Decision[]} decisions */
  #tell(comments, decisions) {
    const said = [
      ...comments.map((each) => ({ ...each, key: each.id, comment: each.parentId ?? each.id, text: commentSaid(each) })),
      ...decisions.map((each) => ({ ...each, key: decisionKey(each), comment: "", text: decisionSaid(each) })),
    ];
    const news = said.filter(({ key, author }) => !this.#seen.has(key) && !isSelf(author));
    for (const { key } of said) this.#seen.add(key);
    if (!this.isKnown.peek() || !news.length) return;
    const { exportId, comment, text } = news[news.length - 1];
    const run = () => navigate(videoPage(this.projectId, this.workId, exportId, comment));
    toast(news.length > 1 ? t("discussion.several", { count: news.length }) : text, {
      action: { label: t("discussion.show"), run },
      brief: true,
    });
  }
}

/** @param {{kind: string, id: string}} author */
const isSelf = ({ kind, id }) => kind === "user" && id === user.peek()?.id;

/** @param {Decision} decision */
const decisionKey = ({ author, createdAt, exportId }) => [author.kind, author.id, createdAt, exportId].join(" ");

/** @param {Comment} comment */
function commentSaid({ author: { name }, text }) {
  return t("discussion.comment", { name, text: text.length > EXCERPT ? `${text.slice(0, EXCERPT)}…` : text });
}
