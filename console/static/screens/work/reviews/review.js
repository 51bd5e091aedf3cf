/** A video of a work that is reviewed: its comments, and the place of a new one. */

import { computed, signal } from "@preact/signals";
import { ApiError } from "../../../api.js";
import { Place } from "../../../discussion/place.js";
import { t } from "../../../i18n.js";
import { currentDecisions, threadsOf } from "../../../discussion/threads.js";
import { toast } from "../../../state/toasts.js";
import { exactRate, perSecond } from "../../../timeline/frames.js";

/**
 * @typedef {import("../../../discussion/threads.js").Comment} Comment
 * @typedef {import("../../../discussion/threads.js").Decision} Decision
 * @typedef {import("../../../state/exports.js").Export} Export
 * @typedef {import("../../../discussion/members.js").WorkDiscussion} Discussion
 * @typedef {{time: import("@preact/signals").ReadonlySignal<number>, pause: () => void, seek: (seconds: number) => void}} Player
 */

export class Review {
  /** The id of the comment that was gone to. @type {import("@preact/signals").Signal<string | null>} */
  current = signal(/** @type {string | null} */ (null));
  /** @type {import("@preact/signals").Signal<Player | null>} */
  player = signal(/** @type {Player | null} */ (null));

  /**
   * @param {Discussion} discussion
   * @param {import("@preact/signals").ReadonlySignal<Export | undefined>} video  that new comments are about
   */
  constructor(discussion, video) {
    this.discussion = discussion;
    this.video = video;
    /** Whether there is a newer one. */
    this.isOld = computed(() => video.value?.id !== discussion.exports.value.at(0)?.id);
    this.threads = computed(() => threadsOf(discussion.comments.value, video.value?.id));
    this.open = computed(() => this.threads.value.filter(({ comment }) => !comment.resolved));
    this.currentDecisions = computed(() => (video.value ? currentDecisions(discussion.decisions.value, video.value.id) : []));
    this.frame = computed(() => this.frameAt(this.player.value?.time.value ?? 0));
    this.place = new Place(this.frame, () => this.rateOf(video.peek()?.id));
  }

  /** The frame of the video that the player shows at a time. @param {number} _time @returns {number} */
  frameAt(_time) {
    throw new TypeError("Each kind of player has its own");
  }

  /** Show where a comment is. @param {Comment} _comment */
  goTo(_comment) {
    throw new TypeError("Each kind of player has its own");
  }

  /** The frame rate of a video. @param {string} [id] */
  rateOf(id) {
    return exactRate(this.find(id)?.fps ?? 30);
  }

  /** When a video was made. @param {string} id */
  dateOf(id) {
    return this.find(id)?.createdAt;
  }

  /** The number of a video, from 1 for the oldest. @param {string} id */
  numberOf(id) {
    const exports = this.discussion.exports.value;
    const index = exports.findIndex((each) => each.id === id);
    return index < 0 ? undefined : exports.length - index;
  }

  /** @param {string} [id] */
  find(id) {
    return this.discussion.exports.value.find((each) => each.id === id);
  }

  /** How many frames the video has. */
  get frames() {
    const video = this.video.peek();
    return Math.max(1, Math.round((video?.duration ?? 0) * perSecond(this.rateOf(video?.id))));
  }

  /** Comment on the video. Throws ApiError. @param {string} text */
  async add(text) {
    await this.discussion.add({ ...this.place.value.peek(), exportId: this.video.peek()?.id, text });
    this.place.release();
  }

  /**
   * Resolve a comment, in the newest video if that was made since; or open it again. Says what failed.
   * @param {Comment} comment @param {boolean} resolved
   */
  async resolve(comment, resolved) {
    const newest = this.discussion.exports.peek().at(0);
    const shownBy = newest && newest.id !== comment.exportId && newest.createdAt > comment.createdAt ? { exportId: newest.id } : {};
    try {
      await this.discussion.change(comment, { resolved, ...(resolved ? shownBy : {}) });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      toast(t("comments.failed", { reason: error.text }), { kind: "error" });
      await this.discussion.reload();
    }
  }
}
