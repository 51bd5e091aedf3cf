/**
 * The gestures on the timeline: clicks, drags and pinches by mouse, pen and touch. A finger that is
 * swiped scrolls; it drags after it was held for a moment, or at once by a handle.
 *
 * @typedef {object} Drag  what a drag does
 * @property {(event: PointerPlace) => void} move
 * @property {() => void} finish
 * @property {() => void} cancel
 * @property {boolean} [isAcross]  whether it goes to other lanes, which are scrolled to
 *
 * @typedef {{x: number, y: number, isFree: boolean, isKept?: boolean}} PointerPlace
 *   client pixels; `isFree` (Alt): nothing snaps; `isKept` (Shift): a shape is kept
 *
 * @typedef {object} Gesture  what a pointer that is pressed may become
 * @property {() => Drag|null} drag  begins one
 * @property {(event: PointerEvent) => void} [click]
 * @property {(place: {x: number, y: number}) => void} [menu]  opens one: for a finger that was held, and has not moved
 * @property {boolean} [isImmediate]  whether a finger drags at once
 *
 * @typedef {{id: number, gesture: Gesture, x: number, y: number, isTouch: boolean, isHeld: boolean, timer: number}} Pressed
 */

// Scrolling while something is dragged to an edge.

const EDGE = 36; // pixels
const FASTEST = 14; // pixels of a frame

/**
 * Scroll until the returned function is called.
 * @param {HTMLElement} scroller @param {() => {x: number, y: number}} placeOf  the pointer's
 * @param {() => void} onScroll @param {boolean} [isAcross]  whether it scrolls to other lanes, too
 */
export function autoscroll(scroller, placeOf, onScroll, isAcross = true) {
  const box = scroller.getBoundingClientRect();
  const head = /** @type {HTMLElement} */ (scroller.querySelector(".ruler"));
  const [left, top] = [box.left + head.offsetLeft, box.top + head.offsetHeight];
  const isHigher = isAcross && scroller.scrollHeight > scroller.clientHeight;
  let request = requestAnimationFrame(step);
  function step() {
    request = requestAnimationFrame(step);
    const { x, y } = placeOf();
    const [across, down] = [speedAt(x, left, box.right), isHigher ? speedAt(y, top, box.bottom) : 0];
    if (!across && !down) return;
    const before = [scroller.scrollLeft, scroller.scrollTop];
    scroller.scrollBy(across, down);
    if (scroller.scrollLeft !== before[0] || scroller.scrollTop !== before[1]) onScroll();
  }
  return () => cancelAnimationFrame(request);
}

/** @param {number} at @param {number} low @param {number} high */
function speedAt(at, low, high) {
  const edge = Math.min(EDGE, (high - low) / 4);
  const over = at > high - edge ? at - (high - edge) : Math.min(0, at - (low + edge));
  return Math.round(FASTEST * Math.max(-1, Math.min(over / edge, 1)));
}

const MOVED = 3; // pixels that a pointer moves at least in a drag
export const HELD = 350; // milliseconds until a finger drags
export const SHAKEN = 10; // pixels that a finger moves at most meanwhile
const MODIFIERS = ["Alt", "Control", "Meta", "Shift"];

export class Gestures {
  /** @type {Pressed|null} */
  #pressed = null;
  /** @type {Drag|null} */
  #drag = null;
  /** @type {PointerPlace} */
  #place = { x: 0, y: 0, isFree: false };
  /** Distance of two fingers. */
  #span = 0;
  #stop = new AbortController();
  #stopScrolling = () => {};

  /**
   * @param {HTMLElement} scroller
   * @param {(event: PointerEvent) => Gesture|null} recognise
   * @param {(factor: number, x: number) => void} [zoom]  without it, nothing is zoomed or scrolled
   */
  constructor(scroller, recognise, zoom) {
    this.scroller = scroller;
    this.recognise = recognise;
    this.zoom = zoom;
    const { signal } = this.#stop;
    const on = (/** @type {string} */ name, /** @type {(event: any) => void} */ handle) =>
      scroller.addEventListener(name, handle, { signal, passive: false });
    on("pointerdown", (event) => this.#press(event));
    on("pointermove", (event) => this.#move(event));
    on("pointerup", (event) => this.#release(event));
    on("pointercancel", (event) => this.#isMine(event) && this.cancel());
    on("lostpointercapture", (event) => event.target === scroller && this.#isMine(event) && this.cancel());
    on("touchstart", (event) => this.#pinchFrom(event));
    on("touchmove", (event) => this.#touch(event));
    on("contextmenu", (event) => this.#pressed?.isTouch && event.preventDefault());
    window.addEventListener("keydown", (event) => this.#key(event), { signal, capture: true });
  }

  /** End a drag without its effect. */
  cancel() {
    const drag = this.#drag;
    this.#forget();
    drag?.cancel();
  }

  destroy() {
    this.cancel();
    this.#stop.abort();
  }

  /** @param {PointerEvent} event */
  #press(event) {
    if (event.button !== 0 || !event.isPrimary) return;
    const isTouch = event.pointerType === "touch";
    if (this.#pressed?.isTouch === isTouch) this.cancel(); // its end was not heard
    if (this.#pressed) return;
    const gesture = this.recognise(event);
    if (!gesture) return;
    const { pointerId: id, clientX: x, clientY: y } = event;
    const timer = isTouch ? window.setTimeout(() => this.#hold(), HELD) : 0;
    this.#pressed = { id, gesture, x, y, isTouch, isHeld: false, timer };
    this.#place = placeOf(event);
    if (isTouch) return;
    event.preventDefault(); // nothing is marked as text
    this.scroller.focus(/** @type {any} */ ({ preventScroll: true, focusVisible: false }));
    this.scroller.setPointerCapture(id);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (!this.#isMine(event)) return;
    this.#place = placeOf(event);
    const pressed = /** @type {Pressed} */ (this.#pressed);
    const { gesture, x, y, isTouch } = pressed;
    const distance = Math.hypot(event.clientX - x, event.clientY - y);
    if (distance > (gesture.isImmediate ? MOVED : SHAKEN)) pressed.isHeld = false;
    if (this.#drag) {
      this.#drag.move(this.#place);
      return;
    }
    if (isTouch && !gesture.isImmediate) {
      if (distance > SHAKEN) this.#forget();
    } else if (distance >= MOVED) {
      this.#begin();
    }
  }

  /** @param {PointerEvent} event */
  #release(event) {
    if (!this.#isMine(event)) return;
    const { gesture, isHeld } = /** @type {Pressed} */ (this.#pressed);
    const drag = this.#drag;
    this.#forget();
    if (isHeld && gesture.menu) {
      drag?.cancel();
      gesture.menu({ x: event.clientX, y: event.clientY });
    } else if (drag) {
      drag.move(placeOf(event));
      drag.finish();
    } else {
      gesture.click?.(event);
    }
  }

  /** A finger has not moved for a moment: it drags from now on, or opens a menu when it is lifted. */
  #hold() {
    const pressed = /** @type {Pressed} */ (this.#pressed);
    pressed.isHeld = true;
    if (!pressed.gesture.isImmediate) this.#begin();
  }

  #begin() {
    const pressed = this.#pressed;
    if (!pressed || this.#drag) return;
    clearTimeout(pressed.timer);
    this.#drag = pressed.gesture.drag();
    if (!this.#drag) {
      if (!pressed.isHeld) this.#forget();
      return;
    }
    this.scroller.setPointerCapture(pressed.id);
    if (this.zoom) this.#stopScrolling = this.#autoscroll(this.#drag);
    this.#drag.move(this.#place);
  }

  /** @param {Drag} drag */
  #autoscroll({ isAcross = false }) {
    return autoscroll(this.scroller, () => this.#place, () => this.#drag?.move(this.#place), isAcross);
  }

  #forget() {
    if (this.#pressed) clearTimeout(this.#pressed.timer);
    this.#pressed = null;
    this.#drag = null;
    this.#stopScrolling();
    this.#stopScrolling = () => {};
  }

  /** @param {PointerEvent} event */
  #isMine(event) {
    return this.#pressed?.id === event.pointerId;
  }

  /** Meanwhile no key edits what is dragged. @param {KeyboardEvent} event */
  #key(event) {
    if (!this.#drag || MODIFIERS.includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") this.cancel();
  }

  /** @param {TouchEvent} event */
  #pinchFrom(event) {
    if (!this.zoom || event.touches.length !== 2) return;
    event.preventDefault(); // two fingers do not scroll
    this.cancel();
    this.#span = spanOf(event.touches);
  }

  /** @param {TouchEvent} event */
  #touch(event) {
    if (this.#drag && event.cancelable) event.preventDefault();
    if (!this.zoom || event.touches.length !== 2 || !this.#span) return;
    event.preventDefault();
    const span = spanOf(event.touches);
    this.zoom(span / this.#span, (event.touches[0].clientX + event.touches[1].clientX) / 2);
    this.#span = span;
  }
}

/** @param {PointerEvent} event @returns {PointerPlace} */
const placeOf = ({ clientX: x, clientY: y, altKey: isFree, shiftKey: isKept }) => ({ x, y, isFree, isKept });

/** @param {TouchList} touches */
const spanOf = ([one, other]) => Math.max(1, Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY));
