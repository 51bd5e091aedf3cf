/** Pulling a transition longer or shorter. */

import { batch } from "@preact/signals";
import { toFrame, toSeconds } from "../../../../../timeline/frames.js";
import { rateOf } from "../../../../../timeline/operations/index.js";
import { Snapping } from "../snapping.js";

export class TransitionDrag {
  #from;
  #time;
  #snapping;
  #seconds = 0;

  /** @param {import("../strip.js").Strip} strip @param {string} clip @param {import("../gestures.js").PointerPlace} from */
  constructor(strip, clip, from) {
    this.strip = strip;
    this.clip = clip;
    this.transition = /** @type {import("../strip.js").Transition} */ (strip.transitions.peek().get(clip));
    this.rate = rateOf(strip.editor.state.peek());
    this.#from = strip.timeAt(from.x);
    this.#time = strip.player.time.peek();
    this.#snapping = new Snapping(strip, () => false);
    strip.player.pause();
    strip.begin();
  }

  /** @param {import("../gestures.js").PointerPlace} place */
  move({ x, isFree }) {
    const { strip, rate, transition } = this;
    const { start, end, longest } = transition;
    const { by, line } = this.#snapping.snap([start], strip.timeAt(x) - this.#from, isFree);
    const shortest = toSeconds(1, rate);
    const wanted = end - start - by;
    const seconds = toSeconds(toFrame(Math.max(shortest, Math.min(wanted, longest)), rate), rate);
    this.#seconds = seconds;
    const preview = () => {
      strip.editor.preview([this.#operation]);
      strip.shown.value = { line: seconds === wanted ? line : null };
    };
    strip.player.seekAfter(() => batch(preview), () => end - seconds);
  }

  finish() {
    const { editor } = this.strip;
    let isApplied = false;
    this.#goBack(() => (isApplied = editor.apply(this.#operation)));
    if (isApplied) editor.announce("transition", { seconds: this.#seconds.toFixed(1) });
  }

  cancel() {
    this.#goBack(() => this.strip.editor.preview(null));
  }

  /** @param {() => void} change */
  #goBack(change) {
    this.strip.player.seekAfter(change, () => this.#time);
    this.strip.end();
  }

  get #operation() {
    return { op: "transition", clip: this.clip, seconds: this.#seconds };
  }
}
