import { signal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import { LANGUAGE, formatAgo, formatTime, t } from "../i18n.js";
import { partsOf } from "../timeline/display.js";

// A time of a video in words, for tooltips and screen readers: what is written as `01:04.12`.

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

const PAUSE = 30_000; // milliseconds: minutes are shown

/** Counts up while a time is shown. */
const ticks = signal(0);
let shown = 0;
let timer = 0;

/** How long ago something was, which goes on while it is shown. @param {{at: number}} props  Unix milliseconds */
export function Ago({ at }) {
  ticks.value; // it is shown anew with each
  useEffect(() => {
    shown += 1;
    if (shown === 1) timer = setInterval(() => (ticks.value += 1), PAUSE);
    return () => {
      shown -= 1;
      if (shown === 0) clearInterval(timer);
    };
  }, []);
  return html`<time datetime=${new Date(at).toISOString()} title=${formatTime(at)}>${formatAgo(at)}</time>`;
}
