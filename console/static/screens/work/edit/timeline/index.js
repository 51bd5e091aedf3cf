import { effect, useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { timeInWords } from "../../../../components/ago.js";
import { t } from "../../../../i18n.js";
import { readStored, store } from "../../../../stored.js";
import { timecode } from "../../../../timeline/display.js";
import { perSecond, toSeconds } from "../../../../timeline/frames.js";
import { Marks } from "../comments/marks.js";
import { isByKey, isByTouch, menuPlace } from "../context-menu.js";
import { followLook } from "./drawing/items.js";
import { stopFetching } from "./drawing/media.js";
import { dropOn } from "./dropping.js";
import { moveFocus, revealAdded, typeWords } from "./focus.js";
import { closeGap, deleteGap } from "./gaps.js";
import { Gestures } from "./gestures.js";
import { Lane } from "./lane.js";
import { choose, entryOf } from "./lanes.js";
import { entryAt } from "./places.js";
import { recognise } from "./recognise.js";
import { Strip } from "./strip.js";

const LEFT = 0.1; // of the width: where the playhead is after a page was turned

/** The line of the current time, or its handle in the ruler. @param {{strip: import("./strip.js").Strip, class: string}} props */
function Playhead({ strip, class: name }) {
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
function followPlayhead(strip) {
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

const WIDE = 84; // pixels between two labels at least
const FRAMES = [1, 2, 5, 10, 15]; // between two labels
const SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600];
const PARTS = 5; // marks between two labels

/** The times, and the slider of the current one. @param {{strip: import("./strip.js").Strip}} props */
function Ruler({ strip }) {
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
function stepOf(scale, rate) {
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

const KEY = "vidworks.timelineHeight";
const LOWEST = 120; // pixels
const STEP = 24;

/** The height that was chosen before; null: as the style sheet has it. */
function useHeight() {
  return useSignal(readStored(KEY, /** @type {number | null} */ (null), (value) => value >= LOWEST));
}

/**
 * The upper edge of the timeline, by which it is made higher or lower.
 * @param {{height: import("@preact/signals").Signal<number|null>, scroller: {current: HTMLElement|null}}} props
 */
function HeightHandle({ height, scroller }) {
  const from = useRef(/** @type {{y: number, height: number}|null} */ (null));
  const now = () => scroller.current?.offsetHeight ?? LOWEST;
  const set = (/** @type {number} */ wanted) => {
    height.value = Math.round(Math.max(LOWEST, Math.min(wanted, innerHeight * 0.8)));
    store(KEY, height.value);
  };
  const press = (/** @type {KeyboardEvent} */ event) => {
    const by = { ArrowUp: STEP, ArrowDown: -STEP }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    set(now() + by);
  };
  return html`<div
    class="height-handle"
    role="separator"
    aria-orientation="horizontal"
    aria-label=${t("edit.timelineHeight")}
    aria-valuenow=${height.value ?? now()}
    aria-valuemin=${LOWEST}
    aria-valuemax=${Math.round(innerHeight * 0.8)}
    tabindex="0"
    onKeyDown=${press}
    onPointerDown=${(/** @type {any} */ event) => {
      event.currentTarget.setPointerCapture(event.pointerId);
      from.current = { y: event.clientY, height: now() };
    }}
    onPointerMove=${(/** @type {PointerEvent} */ { clientY: y }) =>
      from.current && y !== from.current.y && set(from.current.height + from.current.y - y)}
    onLostPointerCapture=${() => (from.current = null)}
  ></div>`;
}

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
    <div ref=${scroller} class="strip-scroll" tabindex="-1" style=${height.value ? `height:${height.value}px` : ""}
      onPointerEnter=${() => (strip.isPointerOver.value = true)} onPointerLeave=${() => (strip.isPointerOver.value = false)}
      onScroll=${() => strip.follow()} onClick=${click} onFocusIn=${focus} onContextMenu=${(/** @type {MouseEvent} */ event) => openMenu(strip, event)}
      onDblClick=${(/** @type {MouseEvent} */ { clientX: x, clientY: y }) => typeWords(editor, entryAt(strip, { x, y }))}>
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

/**
 * Open the menu of what is at the pointer, or, by a key, of what has the focus or is selected. That of fingers is
 * opened by gestures.
 * @param {Strip} strip @param {MouseEvent} event
 */
function openMenu(strip, event) {
  const { editor, scroller } = strip;
  if (editor.isReadOnly || isByTouch(event)) return;
  const target = /** @type {Element} */ (event.target);
  const focused = target.closest("[data-id], [data-transition], [data-gap]");
  if (isByKey(event) && !focused) {
    event.preventDefault();
    editor.menu.value = menuPlace(event, scroller.querySelector(".item.selected, .transition-box.selected") ?? scroller);
    return;
  }
  const gesture = recognise(strip, event);
  if (!gesture?.menu) return;
  event.preventDefault();
  gesture.menu(menuPlace(event, focused ?? target));
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
