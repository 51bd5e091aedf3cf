/** The transitions that are shown, by the ids of the clips that they lead away from. */

import { computed } from "@preact/signals";
import { toSeconds } from "../../../../timeline/frames.js";

/**
 * @typedef {object} Transition
 * @property {string} name
 * @property {number} start  seconds
 * @property {number} end  that of the clip
 * @property {number} longest  seconds
 */

/** @param {import("../editor.js").Editor} editor */
export function watchTransitions(editor) {
  return computed(() => {
    const { clips, rate } = editor.model.value.plan;
    /** @type {Map<string, Transition>} */
    const found = new Map();
    clips.forEach(({ clip, start, end, transitionFrames }, index) => {
      const following = clips[index + 1];
      if (!transitionFrames || !following || clip.id === null) return;
      const longest = Math.floor(Math.min(end - start, following.end - following.start) / 2);
      const [from, to, most] = [end - transitionFrames, end, longest].map((frames) => toSeconds(frames, rate));
      found.set(clip.id, { name: clip.transition, start: from, end: to, longest: most });
    });
    return found;
  });
}
