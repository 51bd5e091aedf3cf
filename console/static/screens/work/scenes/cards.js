/** Keeps the cards of scenes, so that only those are rendered again whose scene has changed. */

import { html } from "htm/preact";
import { useRef } from "preact/hooks";
import { SceneCard } from "./card.js";

/** @typedef {import("./card.js").CardProps} CardProps */

/** @returns {(key: string | number, props: CardProps) => any} makes a card, or returns that of the same properties */
export function useCards() {
  const { current: made } = useRef(/** @type {Map<string | number, {known: any[], card: any}>} */ (new Map()));
  return (key, props) => {
    const known = partsOf(props);
    const before = made.get(key);
    if (before && isSame(before.known, known)) return before.card;
    const card = html`<${SceneCard} key=${key} ...${props} />`;
    made.set(key, { known, card });
    return card;
  };
}

/** What is compared: states are made anew each time. @param {CardProps} props */
function partsOf({ state, voice, ...others }) {
  const { status, percent, reason, job } = state;
  return [...Object.values(others), status, percent, reason, job, voice.isBusy, voice.isWaiting, voice.reason, voice.job];
}

/** Keep a list of values that are the same as before. @template {any[]} T @param {T} values @returns {T} */
export function useKept(values) {
  const kept = useRef(values);
  if (!isSame(kept.current, values)) kept.current = values;
  return kept.current;
}

/** @param {any[]} one @param {any[]} other */
const isSame = (one, other) => one.length === other.length && one.every((value, index) => value === other[index]);
