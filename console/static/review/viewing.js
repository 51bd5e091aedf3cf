/** Where a guest is in the video, and what part of it a new comment is about. */

import { computed, signal } from "@preact/signals";
import { Place } from "../discussion/place.js";
import { exactRate } from "../timeline/frames.js";

/** @typedef {import("../player/video-player.js").VideoPlayer} VideoPlayer */

export class Viewing {
  /** @type {import("@preact/signals").Signal<VideoPlayer | null>} */
  player = signal(/** @type {VideoPlayer | null} */ (null));
  /** The id of the comment that was gone to. @type {import("@preact/signals").Signal<string | null>} */
  current = signal(/** @type {string | null} */ (null));

  /** @param {any} version */
  constructor(version) {
    this.exportId = version.exportId;
    this.fps = version.fps;
    this.rate = exactRate(version.fps);
    this.frames = version.frames;
    this.frame = computed(() => this.player.value?.frame.value ?? 0);
    this.place = new Place(this.frame, () => this.rate);
  }

  /** Show the frame of a comment. @param {import("../discussion/threads.js").Comment} comment */
  goTo(comment) {
    this.current.value = comment.parentId ?? comment.id;
    const player = this.player.peek();
    player?.pause();
    if (comment.exportId === this.exportId) player?.seekFrame(comment.frame);
    else player?.seek(comment.time);
  }
}
