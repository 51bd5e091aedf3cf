/** The way of members to what is said about the videos of a work. It follows the events of the service, and tells what others add. */

import { signal } from "@preact/signals";
import { ApiError, get } from "../api.js";
import { on } from "../state/events.js";
import { listVideos } from "../state/exports.js";
import { coalesced, oneAtATime } from "../state/load.js";
import { user } from "../state/session.js";
import "../i18n/review.js";
import { Drafts } from "./drafts.js";
import { Discussion } from "./model.js";
import { see } from "./seen.js";
import { know, saidIn, tell } from "./telling.js";

/**
 * @typedef {import("./threads.js").Comment} Comment
 * @typedef {import("./threads.js").Decision} Decision
 * @typedef {import("../state/exports.js").Export} Export
 */

const PAUSE = 300; // milliseconds: several comments are read together
const LONGER = 2000; // after a change of the work, which is saved while somebody types

/** The ids of the works that are shown. @type {Set<string>} */
export const openWorks = new Set();

export class WorkDiscussion extends Discussion {
  /** Newest first. @type {import("@preact/signals").Signal<Export[]>} */
  exports = signal(/** @type {Export[]} */ ([]));
  /** Whether it was read. */
  isKnown = signal(false);

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
    openWorks.add(this.workId);
    this.reload();
    return () => {
      openWorks.delete(this.workId);
      stops.forEach((stop) => stop());
    };
  }

  async #read() {
    try {
      await this.#listVideos();
      const isReviewed = this.exports.peek().length > 0; // comments are about videos
      const [comments, decisions] = isReviewed ? await this.#list() : [[], []];
      const said = saidIn(comments, decisions);
      if (this.isKnown.peek()) tell(said, this);
      else know(said);
      see(this.workId, said);
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
      await this.#listVideos();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // read again with the next event
    }
  }

  async #listVideos() {
    this.exports.value = await listVideos(this.path);
  }
}
