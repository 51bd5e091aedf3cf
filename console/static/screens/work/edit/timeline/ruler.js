import { effect } from "@preact/signals";
import { html } from "htm/preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { timeInWords } from "../../../../components/time-in-words.js";
import { t } from "../../../../i18n.js";
import { timecode } from "../../../../timeline/display.js";
import { perSecond, toSeconds } from "../../../../timeline/frames.js";
import { Playhead } from "./playhead.js";

const WIDE = 84; // pixels between two labels at least
const FRAMES = [1, 2, 5, 10, 15]; // between two labels
const SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600];
const PARTS = 5; // marks between two labels

/** The times, and the slider of the current one. @param {{strip: import("./strip.js").Strip}} props */
export function Ruler({ strip }) {
  const { editor, player } = strip;
  const { rate } = editor.model.value.plan;
  const { from, to, scale } = strip.range.value;
  const step = stepOf(scale, rate);
  const first = Math.floor(from / step);
  const count = Math.ceil(Math.min(to, strip.length.value + 60) / step) - first;
  /** @type {{current: HTMLElement | null}} */
  const root = useRef(null);
  useLayoutEffect(() => effect(() => sayTime(/** @type {HTMLElement} */ (root.current), player, rate)), [player, rate.num, rate.den]);
  return html`<div
    ref=${root}
    class="ruler"
    style=${`--step:${step / PARTS}`}
    role="slider"
    tabindex="0"
    aria-label=${t("edit.time")}
    aria-valuemin="0"
    aria-valuemax=${player.end.value}
  >
    ${Array.from({ length: Math.max(count, 0) + 1 }, (_, number) => {
      const time = (first + number) * step;
      const label = timecode(time, rate);
      const title = step < 1 ? timeInWords(time, rate) : undefined;
      return html`<span key=${time} title=${title} style=${`--start:${time}`}>${title ? label : label.replace(/\.\d+$/, "")}</span>`;
    })}
    <${Playhead} strip=${strip} class="playhead-handle" />
  </div>`;
}

/** Seconds between two labels. @param {number} scale @param {import("../../../../timeline/frames.js").Rate} rate */
export function stepOf(scale, rate) {
  const frames = FRAMES.filter((each) => each < perSecond(rate)).map((each) => toSeconds(each, rate));
  const steps = [...frames, ...SECONDS];
  return steps.find((step) => step * scale >= WIDE) ?? steps[steps.length - 1];
}

/**
 * Say the current time, while it plays once a second.
 * @param {HTMLElement} slider @param {import("./strip.js").Player} player
 * @param {import("../../../../timeline/frames.js").Rate} rate
 */
function sayTime(slider, player, rate) {
  const time = player.time.value;
  const text = timeInWords(player.playing.value ? Math.floor(time) : time, rate);
  if (slider.getAttribute("aria-valuetext") === text) return;
  slider.setAttribute("aria-valuetext", text);
  slider.setAttribute("aria-valuenow", String(Math.round(time * 100) / 100));
}
