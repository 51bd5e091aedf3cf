import { effect } from "@preact/signals";
import { html } from "htm/preact";
import { useLayoutEffect, useRef } from "preact/hooks";

const LEFT = 0.1; // of the width: where the playhead is after a page was turned

/** The line of the current time, or its handle in the ruler. @param {{strip: import("./strip.js").Strip, class: string}} props */
export function Playhead({ strip, class: name }) {
  /** @type {{current: HTMLElement | null}} */
  const line = useRef(null);
  useLayoutEffect(() => effect(() => place(strip, /** @type {HTMLElement} */ (line.current))), [strip]);
  return html`<div class=${name} ref=${line}></div>`;
}

/** @param {import("./strip.js").Strip} strip @param {HTMLElement} line */
function place({ player, zoom, shift }, line) {
  const time = player.time.value + (shift.value?.by ?? 0);
  line.style.transform = `translateX(${time * zoom.scale.value}px)`;
}

/**
 * Turn a page when the playhead leaves what is seen, unless someone has scrolled away from it; show it
 * when the time is changed.
 * @param {import("./strip.js").Strip} strip
 */
export function followPlayhead(strip) {
  const { player } = strip;
  let [before, left, isAway] = [player.time.peek(), 0, false];
  return effect(() => {
    const time = player.time.value;
    const isPlaying = player.playing.peek();
    if (time === before) return;
    before = time;
    if (strip.isBusy) return; // a gesture scrolls by itself
    const { scroller } = strip;
    const x = time * strip.zoom.scale.peek() - scroller.scrollLeft;
    const width = strip.zoom.width.peek();
    if (x >= 0 && x <= width) isAway = false;
    else if (!isPlaying) strip.reveal(time);
    else if (scroller.scrollLeft !== left) isAway = true;
    else if (!isAway) scroller.scrollLeft += x - width * (player.speed.peek() > 0 ? LEFT : 1 - LEFT);
    left = scroller.scrollLeft;
  });
}
