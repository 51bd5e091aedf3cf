/** What part of a video a new comment is about: a frame, or the frames between two. */

import { computed, signal } from "@preact/signals";
import { html } from "htm/preact";
import { t } from "../i18n.js";
import { timecode } from "../timeline/display.js";
import { toSeconds } from "../timeline/frames.js";
import { Button, IconButton } from "../components/button.js";
import { timeInWords } from "../components/time-in-words.js";

export class Place {
  /** The first and the last frame, once they are chosen. */
  #start = signal(/** @type {number | null} */ (null));
  #end = signal(/** @type {number | null} */ (null));

  /**
   * @param {import("@preact/signals").ReadonlySignal<number>} frame that is shown
   * @param {() => import("../timeline/frames.js").Rate} rate
   */
  constructor(frame, rate) {
    this.frame = frame;
    this.rate = rate;
    /** Whether it does not follow what is shown. */
    this.isChosen = computed(() => this.#start.value !== null);
    this.value = computed(() => {
      const start = this.#start.value ?? frame.value;
      const end = this.#end.value;
      return { frame: start, endFrame: end !== null && end > start ? end : null };
    });
  }

  /** Begin at the frame that is shown. */
  startHere() {
    this.#start.value = this.frame.peek();
    if ((this.#end.peek() ?? Infinity) <= this.frame.peek()) this.#end.value = null;
  }

  /** End at the frame that is shown; before the start, the two change places. */
  endHere() {
    const [first, last] = [this.#start.peek() ?? this.frame.peek(), this.frame.peek()].sort((a, b) => a - b);
    this.#start.value = first;
    this.#end.value = last > first ? last : null;
  }

  /** @param {number} frame @param {number | null} endFrame */
  choose(frame, endFrame) {
    this.#start.value = frame;
    this.#end.value = endFrame;
  }

  /** Stay where a comment was begun, until there is none. @param {string} text */
  follow(text) {
    if (!text) this.release();
    else if (!this.isChosen.peek()) this.startHere();
  }

  /** Be about one frame. */
  withoutEnd() {
    this.#end.value = null;
  }

  /** Follow what is shown again. */
  release() {
    this.#start.value = null;
    this.#end.value = null;
  }
}

/** @param {{place: Place}} props */
export function PlaceBar({ place }) {
  const { frame, endFrame } = place.value.value;
  return html`<div class="comment-form-place">
    <output class="comment-time" data-frame=${frame} data-end-frame=${endFrame} title=${placeTitle(frame, endFrame, place.rate())}>${placeText(frame, endFrame, place.rate())}</output>
    <${Button} kind="quiet" small title=${t("comments.startHint")} onClick=${() => place.startHere()}>${t("comments.startHere")}<//>
    <${Button} kind="quiet" small title=${t("comments.rangeHint")} onClick=${() => place.endHere()}>${t("comments.endHere")}<//>
    ${endFrame !== null && html`<${IconButton} icon="x" label=${t("comments.clearRange")} onClick=${() => place.withoutEnd()} />`}
  </div>`;
}

/** @typedef {(frame: number, endFrame: number | null, rate: import("../timeline/frames.js").Rate) => string} TextOfPlace */

/** @type {(write: typeof timecode) => TextOfPlace} */
const placeIn = (write) => (frame, endFrame, rate) => {
  const at = (/** @type {number} */ each) => write(toSeconds(each, rate), rate);
  return endFrame === null ? at(frame) : t("comments.range", { start: at(frame), end: at(endFrame) });
};

/** As timecodes. */
export const placeText = placeIn(timecode);
/** In words. */
export const placeTitle = placeIn(timeInWords);
