/** The motions to choose from, each with a small picture that moves under the pointer and the focus. */

import { html } from "htm/preact";
import { useId } from "preact/hooks";
import { t } from "../../../../i18n.js";
import { MOTIONS } from "../../../../timeline/facts.js";
import { motionOf } from "../../../../timeline/framing.js";

/** @typedef {import("../../../../timeline/framing.js").Window} Window */

const NAMES = ["none", ...Object.keys(MOTIONS), "custom"];
const CUSTOM = "zoomIn"; // what a motion of one's own begins as
const EXAGGERATED = 2.5; // how much more than the picture of the video the small ones move

/** @param {{name: string, motion: any, choose: (motion: any) => void}} props */
export function MotionChoice({ name, motion, choose }) {
  const group = useId();
  const motionFor = (/** @type {string} */ each) => {
    if (each === "none") return null;
    if (each !== "custom") return { preset: each };
    const { begin, end } = motion ? motionOf(motion) : MOTIONS[CUSTOM];
    return { from: begin, to: end };
  };
  return html`<fieldset class="motions">
    <legend class="visually-hidden">${t("edit.framing.motion")}</legend>
    ${NAMES.map(
      (each) =>
        html`<label class="motion">
          <input type="radio" class="visually-hidden" name=${group} value=${each} checked=${each === name}
            onChange=${() => choose(motionFor(each))} />
          <span class="motion-picture" aria-hidden="true"><span style=${movement(MOTIONS[each])}></span></span>
          <span class="motion-name">${t(`edit.framing.motions.${each}`)}</span>
        </label>`,
    )}
  </fieldset>`;
}

/** @param {import("../../../../timeline/framing.js").Motion | undefined} motion */
function movement(motion) {
  return motion && { "--begin": transform(motion.begin), "--end": transform(motion.end) };
}

/** @param {Window} window */
function transform({ x, y, width }) {
  const share = 1 - (1 - width) * EXAGGERATED;
  const place = (/** @type {number} */ at) => (width < 1 ? (-at / (1 - width)) * (1 - share) * 100 : 0);
  return `scale(${1 / share}) translate(${place(x)}%, ${place(y)}%)`;
}
