import { html } from "htm/preact";
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { t } from "../../../../i18n.js";
import { readStored, store } from "../../../../stored.js";

const KEY = "vidworks.timelineHeight";
const LOWEST = 120; // pixels
const STEP = 24;

/** The height that was chosen before; null: as high as its lanes. */
export function useHeight() {
  return useSignal(readStored(KEY, /** @type {number | null} */ (null), (value) => value >= LOWEST));
}

/**
 * The upper edge of the timeline, by which it is made higher or lower.
 * @param {{height: import("@preact/signals").Signal<number|null>, scroller: {current: HTMLElement|null}}} props
 */
export function HeightHandle({ height, scroller }) {
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
