/** The transitions to choose from, each with a small picture that moves as the player and exports show it. */

import { html } from "htm/preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../../../../i18n.js";
import { STILL, looksOf } from "../../../../player/stage.js";
import { CUT, MAX_TRANSITION_SECONDS } from "../../../../timeline/facts.js";
import { movementOf } from "../../../../timeline/placed-clips.js";
import { transitionOptions } from "../../fields.js";
import { Section } from "./parts.js";

const FRAME = { width: 60, height: 38 }; // pixels, as in the style sheet
const STEPS = 24;
const TIMING = { duration: 1600, iterations: Infinity };
const REST = 0.2; // of the time, before and after the movement
const STILL_AT = 0.4; // how far a picture that does not move is
const REDUCED = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * A section with the transitions. `current` is null if several clips have different ones.
 * @param {{current: string | null, choose: (name: string, label: string) => void, wanted?: boolean, children?: any}} props
 *   `wanted`: whether it is opened by what is selected
 */
export function TransitionSection({ current, choose, wanted, children }) {
  const group = useId();
  const options = transitionOptions(current ?? CUT);
  const state = options.find(({ value }) => value === current)?.label ?? "–";
  return html`<${Section} name="transition" title=${t("edit.transition")} ...${{ state, wanted }}>
    <fieldset class="motions">
      <legend class="visually-hidden">${t("edit.transition")}</legend>
      ${options.map(
        ({ value, label }) => html`<${Choice} key=${value} ...${{ group, value, label }} checked=${value === current} choose=${() => choose(value, label)} />`,
      )}
    </fieldset>
    ${children}
  <//>`;
}

/** @param {{group: string, value: string, label: string, checked: boolean, choose: () => void}} props */
function Choice({ group, value, label, checked, choose }) {
  /** @type {{current: HTMLElement | null}} */
  const picture = useRef(null);
  useLayoutEffect(() => draw(/** @type {HTMLElement} */ (picture.current), value), [value]);
  const play = () => void animate(/** @type {HTMLElement} */ (picture.current), value);
  const stop = (/** @type {any} */ { currentTarget }) => {
    if (!currentTarget.matches(":hover, :focus-within")) for (const each of partsOf(currentTarget)) for (const one of each.getAnimations()) one.cancel();
  };
  return html`<label class="motion" onPointerEnter=${play} onFocusIn=${play} onPointerLeave=${stop} onFocusOut=${stop}>
    <input type="radio" class="visually-hidden" name=${group} value=${value} checked=${checked} onChange=${choose} />
    <span ref=${picture} class="transition-picture" aria-hidden="true"><span></span><span></span></span>
    <span class="motion-name">${label}</span>
  </label>`;
}

/** The outgoing and the incoming picture. @param {HTMLElement} picture */
const partsOf = (picture) => [...picture.querySelectorAll(".transition-picture > span")];

/** The looks of both at a part of the time. @param {string} name @param {number} progress */
function looksAt(name, progress) {
  const { outgoing, incoming, background, blur } =
    name === CUT
      ? { outgoing: STILL, incoming: { ...STILL, opacity: progress > STILL_AT ? "1" : "0" }, background: "#000", blur: 0 }
      : looksOf({ movement: movementOf(name), progress }, FRAME);
  const filter = blur ? `blur(${blur * BLURRED}px)` : "none";
  return { background, looks: [outgoing, incoming].map((look) => ({ ...look, filter })) };
}

const BLURRED = 2; // more than in the video, since the picture is small

/** @param {HTMLElement} picture @param {string} name */
function draw(picture, name) {
  const { background, looks } = looksAt(name, STILL_AT);
  picture.style.background = background;
  partsOf(/** @type {HTMLElement} */ (picture.parentElement)).forEach((part, index) => Object.assign(/** @type {HTMLElement} */ (part).style, looks[index]));
}

/** @param {HTMLElement} picture @param {string} name */
function animate(picture, name) {
  if (REDUCED.matches) return;
  const frames = Array.from({ length: STEPS + 1 }, (_, step) => looksAt(name, step / STEPS).looks.map((look) => ({ ...look, offset: REST + (step / STEPS) * (1 - 2 * REST) })));
  partsOf(/** @type {HTMLElement} */ (picture.parentElement)).forEach((part, index) => {
    if (part.getAnimations().length > 0) return;
    const all = frames.map((each) => each[index]);
    part.animate([{ ...all[0], offset: 0 }, ...all, { .../** @type {any} */ (all.at(-1)), offset: 1 }], TIMING);
  });
}
