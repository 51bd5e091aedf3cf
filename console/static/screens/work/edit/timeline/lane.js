import { html } from "htm/preact";
import { Component } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { at } from "../../../../base.js";
import { Icon } from "../../../../components/button.js";
import { Initials } from "../../../../components/person.js";
import { nameIn, t } from "../../../../i18n.js";
import { others } from "../../../../state/presence.js";
import { stillOf } from "./clip-media.js";
import { drawLane } from "./drawing/lane.js";
import { Gaps } from "./gaps.js";
import { LANES, isSmall } from "./lanes.js";

/**
 * @typedef {object} ItemProps  all of them simple values, so that few items are rendered again
 * @property {string} id
 * @property {import("./lanes.js").Kind} kind
 * @property {string} label
 * @property {number} start  seconds
 * @property {number} end
 * @property {number} row
 * @property {boolean} isSelected
 * @property {boolean} isStop  whether Tab goes to it
 * @property {boolean} isCarried
 * @property {string} width  "narrow" or "tiny" without room for all words
 * @property {string} mark  of a voice that does not fit, or what is not heard
 * @property {string} place  which clip of how many it is, or what its mark says, for screen readers
 * @property {string} editor  the name of somebody else who edits it
 * @property {string} editorId
 * @property {string|null} picture  what is shown of a clip while it is with the pointer
 */

/** A clip, or something beside the clips, on its lane. @extends {Component<ItemProps>} */
class Item extends Component {
  /** @param {any} next */
  shouldComponentUpdate(next) {
    const now = /** @type {any} */ (this.props);
    return Object.keys(next).some((name) => next[name] !== now[name]);
  }

  render() {
    const { id, kind, label, start, end, row, isSelected, isStop, isCarried, width, place, picture, mark, editor, editorId } = /** @type {ItemProps} */ (
      /** @type {any} */ (this.props)
    );
    const seconds = t("edit.seconds", { seconds: (end - start).toFixed(1) });
    const background = isCarried && picture ? `;background-image:url("${at(picture)}")` : "";
    return html`<button
      type="button"
      class=${`item ${kind} ${width}${isSelected ? " selected" : ""}${isCarried ? " carried" : ""} ${mark}`}
      style=${`--start:${start};--length:${end - start};--row:${row}${background}`}
      data-id=${id}
      tabindex=${isStop ? 0 : -1}
      aria-pressed=${isSelected}
      aria-label=${place ? `${label} ${seconds}, ${place}` : undefined}
      title=${[mark ? `${label}: ${place}` : label, editor && t("presence.editsThis", { name: editor })].filter(Boolean).join("\n")}
    >
      <span class="grip" data-grip="start"></span>
      <span class="item-words">
        ${(mark === "overrun" || mark === "gone") && html`<${Icon} name="triangle-alert" />`}
        ${mark === "silent" && html`<${Icon} name="volume-x" />`}
        <span class="item-label" dir="auto">${label}</span>${" "}
        <span class=${kind === "clip" ? "item-length" : "visually-hidden"}>${seconds}</span>
      </span>
      ${editor && html`<span class="item-editor"><${Initials} userId=${editorId} name=${editor} /></span>`}
      <span class="grip" data-grip="end"></span>
    </button>`;
  }
}

/**
 * @typedef {import("./strip.js").Strip} Strip
 * @typedef {import("./lanes.js").Entry} Entry
 */

const NARROW = 100; // pixels: no room for a name and a length
const TINY = 36; // pixels: no room for a name
const ICONS = Object.fromEntries(LANES.map(({ kind, icon }) => [kind, icon]));

/** A lane: its name, a picture of what is on it, and what can be taken. @param {{strip: Strip, lane: import("./lanes.js").Lane}} props */
export function Lane({ strip, lane }) {
  const { kind, entries, rows } = lane;
  /** @type {{current: HTMLCanvasElement | null}} */
  const canvas = useRef(null);
  const shown = useRef(lane);
  shown.current = lane;
  useLayoutEffect(() => drawLane(strip, kind, /** @type {HTMLCanvasElement} */ (canvas.current)), [strip, kind]);
  const name = t(`edit.lanes.${kind}`);
  return html`<div class=${`lane ${kind}`} style=${`--rows:${Math.max(rows, 1)}`}>
    <div class="lane-head"><${Icon} name=${ICONS[kind]} /><span>${name}</span></div>
    <div class="lane-body">
      <canvas ref=${canvas}></canvas>
      <div role="group" aria-label=${name}><${Items} ...${{ strip, entries }} /></div>
      ${kind === "clip" &&
      html`<div role="group" aria-label=${t("edit.lanes.transition")}><${Transitions} strip=${strip} /></div>
        <div role="group" aria-label=${t("edit.lanes.gap")}><${Gaps} ...${{ strip, entries }} /></div>`}
    </div>
  </div>`;
}

/** @param {{strip: Strip, entries: Entry[]}} props */
function Items({ strip, entries }) {
  useKeptFocus(strip);
  const selected = new Set(strip.editor.selected.value);
  const stop = strip.stop.value;
  const carried = strip.carried.value;
  const shift = strip.shift.value;
  const range = strip.range.value;
  const count = entries.length;
  const editors = new Map(others.value.map((person) => [person.editing?.kind === "scene" ? "" : person.editing?.id, person]));
  const numbers = new Map(entries.map(({ id }, index) => [id, index + 1]));
  return inPage(entries, range, (id) => selected.has(id) || id === stop).map(({ id, kind, start, end, row, label, mark, action }) => {
    const by = shift?.ids.has(id) ? shift.by : 0;
    const isCarried = carried?.has(id) ?? false;
    const picture = isCarried ? stillOf(strip.editor, action) : null;
    return html`<${Item}
      key=${id}
      ...${{ id, kind, label, row, isCarried, picture, mark }}
      place=${kind === "clip" && !mark ? t("edit.place", { number: numbers.get(id) ?? 0, count }) : mark && t(`edit.marks.${mark}`)}
      start=${start + by}
      end=${end + by}
      width=${widthOf((end - start) * range.scale)}
      isSelected=${selected.has(id)}
      isStop=${id === stop}
      editor=${editors.get(id)?.name ?? ""}
      editorId=${editors.get(id)?.userId ?? ""}
    />`;
  });
}

/**
 * Focus what the keyboard has gone to, or what had the focus before it was put to another place.
 * @param {Strip} strip
 */
function useKeptFocus(strip) {
  const { content } = strip;
  const before = content?.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement).dataset.id : undefined;
  useLayoutEffect(() => {
    const id = strip.wantsFocus ? strip.stop.peek() : before;
    if (!id || /** @type {HTMLElement} */ (document.activeElement).dataset.id === id) return;
    const item = strip.content.querySelector(`.item[data-id="${CSS.escape(id)}"]`);
    if (!item) return;
    strip.wantsFocus = false;
    /** @type {HTMLElement} */ (item).focus({ preventScroll: true });
  });
}

/** How much room there is for words. @param {number} pixels */
function widthOf(pixels) {
  if (pixels < TINY) return "tiny";
  return pixels < NARROW ? "narrow" : "";
}

/**
 * The entries that are elements of the page: those that are seen and not very small, and those that
 * are selected or have the focus.
 * @param {Entry[]} entries @param {{from: number, to: number, scale: number}} range
 * @param {(id: string) => boolean} isKept
 */
function inPage(entries, { from, to, scale }, isKept) {
  return entries.filter(
    (entry) => (entry.end > from && entry.start < to && !isSmall(entry, scale)) || isKept(entry.id),
  );
}

/** The boxes of the transitions, at the cuts. @param {{strip: Strip}} props */
function Transitions({ strip }) {
  const { from, to, scale } = strip.range.value;
  const shift = strip.shift.value;
  const selected = strip.editor.transition.value;
  const carried = strip.carried.value;
  return [...strip.transitions.value]
    .filter(([clip, { start, end }]) => end > from && start < to && !carried?.has(clip))
    .map(([clip, { name, start, end }]) => {
      const by = shift?.ids.has(clip) ? shift.by : 0;
      const seconds = t("edit.seconds", { seconds: (end - start).toFixed(1) });
      const label = nameIn("work.transitions", name);
      return html`<button
        key=${clip}
        type="button"
        class=${`transition-box ${widthOf((end - start) * scale)} ${selected === clip ? "selected" : ""}`}
        style=${`--start:${start + by};--length:${end - start}`}
        data-transition=${clip}
        tabindex="-1"
        aria-pressed=${selected === clip}
        title=${`${label}, ${seconds}`}
      >
        <span class="grip" data-grip="start"></span>
        <span class="item-label">${label} ${seconds}</span>
      </button>`;
    });
}
