/** A time of a video in words, for tooltips and screen readers: what is written as `01:04.12`. */

import { LANGUAGE, t } from "../i18n.js";
import { partsOf } from "../timeline/display.js";

const inUnit = (/** @type {string} */ unit) => new Intl.NumberFormat(LANGUAGE, { style: "unit", unit, unitDisplay: "long" });
const minutesInWords = inUnit("minute");
const secondsInWords = inUnit("second");

/**
 * Such as "1 minute, 4 seconds, frame 12 of 30", counted as in timecodes, from 0.
 * @param {number} time  seconds @param {import("../timeline/frames.js").Rate} rate
 */
export function timeInWords(time, rate) {
  const { minutes, seconds, frame, fps } = partsOf(time, rate);
  const words = [secondsInWords.format(seconds), t("time.frame", { frame, count: fps })];
  return (minutes ? [minutesInWords.format(minutes), ...words] : words).join(", ");
}
