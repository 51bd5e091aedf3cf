/**
 * Dragging media onto the timeline: things of the bin by a pointer, and files from other programs.
 *
 * @typedef {import("../../../state/assets.js").Asset} Asset
 *
 * @typedef {object} Dragged
 * @property {"scene"|"video"|"image"|"audio"|"file"} kind  `file`: of files whose type is not known
 * @property {string} label
 * @property {number} [scene]  the index of a scene
 * @property {Asset} [asset]  any other thing but files
 * @property {string|null} [picture]  its address
 *
 * @typedef {object} Place  on the timeline
 * @property {"clip"|"picture"|"place"|"sound"} as  what becomes of it there
 * @property {number} time  seconds
 * @property {boolean} [isVoice]  of a sound: whether someone speaks
 * @property {string|null} [after]  the clip before it, if it becomes one
 *
 * @typedef {object} DropTarget  where things can fall
 * @property {HTMLElement} element
 * @property {(point: Point, dragged: Dragged) => Place|null} placeAt  null: at no certain place
 * @property {(place: Place|null, point: Point) => void} show  where it would fall; null ends that
 *
 * @typedef {{x: number, y: number}} Point  client pixels
 */

import { at } from "../../../base.js";
import { HELD, SHAKEN } from "./timeline/gestures.js";

const MOVED = 4; // pixels until a mouse drags

/** @type {Set<DropTarget>} */
const targets = new Set();

/** Let things fall somewhere; return how to end that. @param {DropTarget} target */
export function acceptDrops(target) {
  targets.add(target);
  return () => {
    target.show(null, { x: 0, y: 0 });
    targets.delete(target);
  };
}

/** The drag that goes on. @type {PointerDrag|null} */
let current = null;

/** End a drag without its effect, since what it goes to is left. */
export function cancelDrag() {
  current?.end();
}

/** Shows where a thing would fall, and finds out. */
export class Drop {
  /** @type {DropTarget|null} */
  #target = null;
  /** @type {Place|null} */
  place = null;

  /** @param {Dragged} dragged */
  constructor(dragged) {
    this.dragged = dragged;
  }

  /** Whether it would fall somewhere. */
  get isOver() {
    return this.#target !== null;
  }

  /** @param {Point} point */
  move(point) {
    const target = [...targets].find(({ element }) => contains(element, point)) ?? null;
    if (this.#target && this.#target !== target) this.#target.show(null, point);
    this.#target = target;
    this.place = target?.placeAt(point, this.dragged) ?? null;
    target?.show(this.place, point);
  }

  /** Show nothing any more. */
  end() {
    this.#target?.show(null, { x: 0, y: 0 });
    this.#target = null;
  }
}

/**
 * Drag a thing while a pointer is pressed: a mouse when it moves, a finger after it was held.
 * @param {PointerEvent} event  that pressed it @param {Dragged} dragged
 * @param {(place: Place|null) => void} onDrop
 */
export function dragFrom(event, dragged, onDrop) {
  if (event.button !== 0 || !event.isPrimary) return;
  current?.end();
  current = new PointerDrag(event, dragged, onDrop);
  current.listen();
}

class PointerDrag {
  #stop = new AbortController();
  /** @type {HTMLElement|null} */
  #ghost = null;
  #timer = 0;

  /** @param {PointerEvent} event @param {Dragged} dragged @param {(place: Place|null) => void} onDrop */
  constructor(event, dragged, onDrop) {
    this.id = event.pointerId;
    this.from = { x: event.clientX, y: event.clientY };
    this.isTouch = event.pointerType === "touch";
    this.dragged = dragged;
    this.drop = new Drop(dragged);
    this.onDrop = onDrop;
  }

  listen() {
    const { signal } = this.#stop;
    const on = (/** @type {string} */ name, /** @type {(event: any) => void} */ handle) =>
      window.addEventListener(name, handle, { signal, capture: true, passive: false });
    on("pointermove", (event) => event.pointerId === this.id && this.#move(event));
    on("pointerup", (event) => event.pointerId === this.id && this.#finish());
    on("pointercancel", (event) => event.pointerId === this.id && this.end());
    on("keydown", (event) => this.#key(event));
    on("touchmove", (event) => this.#ghost && event.cancelable && event.preventDefault());
    on("contextmenu", (event) => this.isTouch && event.preventDefault());
    on("blur", (event) => event.target === window && this.end());
    if (this.isTouch) this.#timer = window.setTimeout(() => this.#begin(this.from), HELD);
  }

  /** @param {PointerEvent} event */
  #move({ clientX: x, clientY: y }) {
    const distance = Math.hypot(x - this.from.x, y - this.from.y);
    if (!this.#ghost && this.isTouch && distance > SHAKEN) this.end();
    if (!this.#ghost && !this.isTouch && distance >= MOVED) this.#begin({ x, y });
    if (this.#ghost) this.#show({ x, y });
  }

  /** @param {Point} point */
  #begin(point) {
    this.#ghost = ghostOf(this.dragged);
    document.body.append(this.#ghost);
    this.#show(point);
  }

  /** @param {Point} point */
  #show(point) {
    const ghost = /** @type {HTMLElement} */ (this.#ghost);
    this.drop.move(point);
    ghost.style.transform = `translate(${point.x + 12}px, ${point.y + 12}px)`;
    ghost.classList.toggle("over", this.drop.isOver);
  }

  #finish() {
    const { isOver, place } = this.drop;
    const wasDragged = this.#ghost !== null;
    this.end();
    if (!wasDragged) return;
    forgetClick();
    if (isOver) this.onDrop(place);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!this.#ghost || event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    this.end();
    window.addEventListener("pointerup", forgetClick, { capture: true, once: true });
  }

  end() {
    if (current === this) current = null;
    clearTimeout(this.#timer);
    this.drop.end();
    this.#ghost?.remove();
    this.#ghost = null;
    this.#stop.abort();
  }
}

/** What is seen of a thing beside the pointer. @param {Dragged} dragged */
function ghostOf({ label, picture }) {
  const ghost = document.createElement("div");
  ghost.className = "drag-ghost";
  if (picture) ghost.append(Object.assign(document.createElement("img"), { src: at(picture), alt: "" }));
  const name = Object.assign(document.createElement("span"), { textContent: label, dir: "auto" });
  ghost.append(name);
  return ghost;
}

/** Let the click that follows a drag do nothing. */
function forgetClick() {
  const forget = (/** @type {Event} */ event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  window.addEventListener("click", forget, { capture: true, once: true });
  setTimeout(() => window.removeEventListener("click", forget, { capture: true }));
}

/** @param {HTMLElement} element @param {Point} point */
function contains(element, { x, y }) {
  const box = element.getBoundingClientRect();
  return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
}
