import { effect } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { t } from "../../../../i18n.js";
import { Marks } from "../comments/marks.js";
import { stopFetching } from "./drawing/media.js";
import { followLook } from "./drawing/look.js";
import { dropOn } from "./dropping.js";
import { moveFocus } from "./focus.js";
import { Gestures } from "./gestures.js";
import { HeightHandle, useHeight } from "./height.js";
import { closeGap, deleteGap } from "./gaps.js";
import { entryOf } from "./lanes.js";
import { Lane } from "./lane.js";
import { entryAt } from "./places.js";
import { Playhead, followPlayhead } from "./playhead.js";
import { recognise } from "./recognise.js";
import { revealAdded } from "./revealing.js";
import { Ruler } from "./ruler.js";
import { choose } from "./selecting.js";
import { Strip } from "./strip.js";

const TAIL = 32; // pixels that are free after the end
const SHORTENED = 0.5; // a timeline in less of the width is fitted
const WHEEL = 500; // pixels of a wheel that zoom by e

/**
 * The timeline: lanes with everything at its time.
 * @param {{editor: import("../editor.js").Editor, player: import("../../../../player/player.js").Player,
 *   zoom: import("./zoom.js").Zoom, review: import("../comments/review.js").TimelineReview}} props
 */
export function Timeline({ editor, player, zoom, review }) {
  const strip = useMemo(() => new Strip(editor, player, zoom), [editor, player, zoom]);
  /** @type {{current: HTMLElement | null}} */
  const scroller = useRef(null);
  /** @type {{current: HTMLElement | null}} */
  const content = useRef(null);
  const height = useHeight();
  useLayoutEffect(() => attach(strip, /** @type {any} */ (scroller.current), /** @type {any} */ (content.current)), [strip]);
  useEffect(() => () => stopFetching(), []);
  const click = (/** @type {any} */ event) => {
    if (event.detail !== 0) return; // gestures have those of pointers
    const { id, transition, gap } = event.target.closest("[data-id], [data-transition], [data-gap]")?.dataset ?? {};
    const entry = id && entryOf(editor, id);
    if (entry) choose(strip, entry, event);
    if (transition) editor.selectTransition(transition);
    if (gap) closeGap(strip, gap);
  };
  const focus = (/** @type {any} */ event) => {
    const { id } = event.target.dataset;
    if (id) strip.focused.value = id;
  };
  const enter = (/** @type {any} */ { target, currentTarget }) => {
    if (target === currentTarget) target.querySelector('.item[tabindex="0"]')?.focus(); // by the link that skips to it
  };
  const press = (/** @type {KeyboardEvent} */ event) => {
    deleteGap(strip, event);
    moveFocus(strip, event);
  };
  return html`<section id="timeline" class="strip" tabindex="-1" onFocus=${enter} aria-label=${t("edit.timeline")} onKeyDown=${press}>
    <div ref=${scroller} class=${`strip-scroll ${height.value ? "sized" : ""}`} tabindex="-1" style=${height.value ? `height:${height.value}px` : ""}
      onPointerEnter=${() => (strip.isPointerOver.value = true)} onPointerLeave=${() => (strip.isPointerOver.value = false)}
      onScroll=${() => strip.follow()} onClick=${click} onFocusIn=${focus}
      onDblClick=${(/** @type {MouseEvent} */ event) => typeAt(strip, event)}>
      <div ref=${content} class="strip-content">
        <div class="strip-top"><div class="lane-head"></div><${Ruler} strip=${strip} /><${Marks} review=${review} /></div>
        <${Lanes} strip=${strip} />
        <${AfterEnd} strip=${strip} />
        <div class="strip-over">
          <${Mark} strip=${strip} />
          <${Playhead} strip=${strip} class="playhead" />
        </div>
        <${Frame} strip=${strip} />
      </div>
    </div>
    <${HeightHandle} height=${height} scroller=${scroller} />
    <${Said} editor=${editor} />
  </section>`;
}

/** The lanes; one that is the same as before is not rendered again. @param {{strip: Strip}} props */
function Lanes({ strip }) {
  const made = useMemo(() => new WeakMap(), [strip]);
  return strip.shownLanes.value.map((lane) => {
    const known = made.get(lane) ?? html`<${Lane} key=${lane.kind} ...${{ strip, lane }} />`;
    made.set(lane, known);
    return known;
  });
}

/** What is not exported, after the end of the video. @param {{strip: Strip}} props */
function AfterEnd({ strip }) {
  return strip.isOverhung.value && html`<div class="after-end" style=${`--start:${strip.videoEnd.value}`}></div>`;
}

/** Where clips will be put, and what an edge has snapped to. @param {{strip: Strip}} props */
function Mark({ strip }) {
  const { mark, line } = strip.shown.value;
  return html`${mark !== undefined && html`<div class="landing-mark" style=${`--start:${mark}`}></div>`}
  ${line !== null && line !== undefined && html`<div class="snap-line" style=${`--start:${line}`}></div>`}`;
}

/** The frame that selects. @param {{strip: Strip}} props */
function Frame({ strip }) {
  const { frame } = strip.shown.value;
  if (!frame) return null;
  const { left, top, width, height } = frame;
  return html`<div class="frame" style=${`left:${left}px;top:${top}px;width:${width}px;height:${height}px`}></div>`;
}

/** Let the words of a text or a caption at a place be typed. @param {Strip} strip @param {MouseEvent} event */
function typeAt(strip, { clientX: x, clientY: y }) {
  const entry = entryAt(strip, { x, y });
  if (entry?.kind === "text") strip.editor.typing.value = entry.id;
  if (entry?.kind !== "caption") return;
  const words = /** @type {HTMLTextAreaElement|null} */ (document.querySelector(".inspector .caption.selected textarea"));
  words?.focus();
  words?.select();
}

/** What was done, for screen readers. @param {{editor: import("../editor.js").Editor}} props */
function Said({ editor }) {
  return html`<p class="visually-hidden" aria-live="polite">${editor.announcements.said.value}</p>`;
}

/** Fit a timeline that has become much shorter; return how to end that. @param {Strip} strip */
function widenShortened({ zoom, leastLength }) {
  return effect(() => {
    const fitting = zoom.fitting.value;
    if (leastLength.value === 0 && zoom.width.peek() > 0 && zoom.scale.peek() < fitting * SHORTENED) zoom.fit();
  });
}

/**
 * Bring a strip to life; return how to end that.
 * @param {Strip} strip @param {HTMLElement} scroller @param {HTMLElement} content
 */
function attach(strip, scroller, content) {
  const { zoom } = strip;
  const stops = [
    effect(() => content.style.setProperty("--scale", String(zoom.scale.value))),
    // In pixels: properties that are inherited would let each edit compute all styles again.
    effect(() => content.style.setProperty("min-width", `${Math.ceil(strip.length.value * zoom.scale.value + TAIL)}px`)),
    followLook(),
    followPlayhead(strip),
  ];
  strip.attach(scroller, content);
  stops.push(dropOn(strip), revealAdded(strip), widenShortened(strip));
  const resized = new ResizeObserver(() => strip.measure());
  resized.observe(scroller);
  const gestures = new Gestures(scroller, (event) => recognise(strip, event), (factor, x) => zoom.by(factor, x));
  const wheel = (/** @type {WheelEvent} */ event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoom.by(Math.exp(-event.deltaY / WHEEL), event.clientX);
  };
  scroller.addEventListener("wheel", wheel, { passive: false });
  return () => {
    for (const stop of stops) stop();
    resized.disconnect();
    gestures.destroy();
    zoom.destroy();
    scroller.removeEventListener("wheel", wheel);
  };
}
