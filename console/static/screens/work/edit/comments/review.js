/** The comments on a work's exported videos, beside its timeline. */

import { computed, signal } from "@preact/signals";
import { exactRate, perSecond, toFrame, toSeconds } from "../../../../timeline/frames.js";
import { Review } from "../../reviews/review.js";

/**
 * @typedef {import("../../reviews/review.js").Comment} Comment
 * @typedef {import("../../reviews/review.js").Export} Export
 */

/** The newest video, whose frames are shown by the player of the timeline. */
export class TimelineReview extends Review {
  /** Whether the panel is shown. */
  isShown;
  /** Whether the user has asked for the panel. */
  wasAsked = false;

  /** @param {import("../../../../discussion/members.js").WorkDiscussion} discussion @param {boolean} isReadOnly */
  constructor(discussion, isReadOnly) {
    super(
      discussion,
      computed(() => discussion.exports.value.at(0)),
    );
    this.isShown = signal(isReadOnly); // who may not change the work is here to comment
  }

  /** @param {boolean} shown */
  show(shown) {
    this.wasAsked = true;
    this.isShown.value = shown;
  }

  /** Where a comment is on the timeline: videos may begin later than it. @param {Comment} comment */
  timeOf({ exportId, time }) {
    return time + startOf(this.find(exportId));
  }

  /** Where its last frame ends. @param {Comment} comment */
  endOf(comment) {
    const { frame, endFrame, exportId } = comment;
    return this.timeOf(comment) + toSeconds((endFrame ?? frame) + 1 - frame, this.rateOf(exportId));
  }

  /** @param {Comment} comment */
  goTo(comment) {
    this.current.value = comment.parentId ?? comment.id;
    this.player.peek()?.pause();
    this.player.peek()?.seek(this.timeOf(comment));
  }

  /** @param {number} time of the timeline */
  frameAt(time) {
    const video = this.video.value;
    if (!video) return 0;
    const rate = exactRate(video.fps);
    const last = Math.max(0, Math.round(video.duration * perSecond(rate)) - 1);
    return Math.min(Math.max(0, toFrame(time - startOf(video), rate)), last);
  }
}

/** Where a video begins on the timeline, in seconds: at its frame nearest to `from`. @param {Export | undefined} video */
function startOf(video) {
  if (!video) return 0;
  const rate = exactRate(video.fps);
  return toSeconds(toFrame(video.options.from ?? 0, rate), rate);
}
