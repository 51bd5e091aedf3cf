/** The way of members to what is said about the videos of a work. It follows the events of the service, and tells what others add. */

import { signal } from "@preact/signals";
import { ApiError, get } from "../api.js";
import { t } from "../i18n.js";
import { navigate } from "../router.js";
import { videoPage } from "../urls.js";
import { on } from "../state/events.js";
import { listExports } from "../state/exports.js";
import { coalesced, oneAtATime } from "../state/load.js";
import { user } from "../state/session.js";
import { toast } from "../state/toasts.js";
import "../i18n/review.js";
import { Drafts } from "./drafts.js";
import { Discussion } from "./model.js";
import { decisionSaid } from "./threads.js";

/**
 * @typedef {import("./threads.js").Comment} Comment
 * @typedef {import("./threads.js").Decision} Decision
 * @typedef {import("../state/exports.js").Export} Export
 */

const PAUSE = 300; // milliseconds: several comments are read together
const LONGER = 2000; // after a change of the work, which is saved while somebody types
const EXCERPT = 60; // characters

export class WorkDiscussion extends Discussion {
  /** Newest first. @type {import("@preact/signals").Signal<Export[]>} */
  exports = signal(/** @type {Export[]} */ ([]));
  /** Whether it was read. */
  isKnown = signal(false);
  /** What was told or was there at first. */
  #seen = new Set();

  /** @param {string} path of the work in the API @param {{id: string, projectId: string}} work */
  constructor(path, { id, projectId }) {
    const addresses = { comments: `${path}/comments`, decisions: `${path}/decisions` };
    super(addresses, new Drafts(`${user.peek()?.id}.${id}`));
    this.path = path;
    this.workId = id;
    this.projectId = projectId;
    this.reload = oneAtATime(() => this.#read());
  }

  readComments() {
    return this.reload();
  }

  readDecisions() {
    return this.reload();
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

  async #read() {
    try {
      await this.#listExports();
      const isReviewed = this.exports.peek().length > 0; // comments are about videos
      const [comments, decisions] = isReviewed ? await this.#list() : [[], []];
      this.#tell(comments, decisions);
      this.decisions.value = decisions;
      this.comments.value = comments;
      this.isKnown.value = true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // read again with the next event
    }
  }

  /** @returns {Promise<[Comment[], Decision[]]>} */
  async #list() {
    const { comments, decisions } = this.addresses;
    const [said, decided] = await Promise.all([get(comments), get(decisions)]);
    return [said.data.comments, decided.data.decisions];
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
