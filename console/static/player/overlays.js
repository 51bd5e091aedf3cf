/**
 * Texts and pictures above the video, as elements of the frame's pixels.
 *
 * @typedef {import("../timeline/geometry.js").Size} Size
 * @typedef {import("../timeline/model.js").Model} Model
 * @typedef {import("../timeline/model.js").TextOverlay} TextOverlay
 * @typedef {import("../timeline/model.js").PictureOverlay} PictureOverlay
 */

import { placeCaptions } from "../timeline/caption-places.js";
import { roundHalfEven } from "../timeline/frames.js";
import { captionRoom, overlayOf } from "../timeline/model.js";
import { useFont } from "./fonts.js";
import { drawnText, parts } from "./text.js";

const LINE_HEIGHT = 1.2; // of the font's size
const SHADOW = { offset: 2, blur: 4, color: "rgba(0, 0, 0, 0.7)" };

export class Overlays {
  /** @type {Map<string, {element: HTMLElement, description: string}>} */
  #shown = new Map();
  /** @type {HTMLElement[]} by the index of the overlay */
  #elements = [];
  /** @type {Set<Promise<void>>} texts whose fonts are not loaded yet */
  #unplaced = new Set();
  #resized = new ResizeObserver((entries) => this.#place(entries));
  /** @type {Model|null} */
  #model = null;
  /** @type {WeakMap<Element, number>} of texts that have been laid out, in lines */
  #lines = new WeakMap();

  /** @param {HTMLElement} layer @param {(assetId: string) => string} assetUrl */
  constructor(layer, assetUrl) {
    this.layer = layer;
    this.assetUrl = assetUrl;
  }

  /**
   * Make the elements of a model's overlays; those that look as before are kept.
   * @param {Model} model
   */
  load(model) {
    const { texts, pictures, cues, output } = model.timeline;
    const captions = output.captions === "burn" ? cues.length : 0;
    const count = texts.length + pictures.length + captions;
    const before = this.#shown;
    this.#shown = new Map();
    this.#elements = Array.from({ length: count }, (_, index) => {
      const overlay = overlayOf(model, index);
      const key = `${overlay.kind} ${overlay.id ?? index}`;
      const description = JSON.stringify([overlay, output.width, output.height]);
      const known = before.get(key);
      const element = known?.element ?? this.#create(overlay.kind);
      if (known?.description !== description) this.#describe(element, overlay, output);
      before.delete(key);
      this.#shown.set(key, { element, description });
      return element;
    });
    for (const { element } of before.values()) this.#resized.unobserve(element);
    this.layer.replaceChildren(...this.#elements);
    this.#model = model;
    this.#stackCaptions();
  }

  /** @param {number[]} indexes */
  show(indexes) {
    const visible = new Set(indexes);
    this.#elements.forEach((element, index) => {
      element.style.visibility = visible.has(index) ? "visible" : "hidden";
    });
  }

  /** Wait until the visible pictures can be painted, and the fonts of the texts. */
  async ready() {
    const pictures = this.#elements.filter((element) => element instanceof HTMLImageElement);
    const visible = pictures.filter((element) => element.style.visibility === "visible");
    await Promise.all(visible.map((picture) => picture.decode().catch(() => {})));
    await Promise.all(this.#unplaced);
    await document.fonts.ready;
  }

  destroy() {
    this.#resized.disconnect();
  }

  /** @param {"text"|"picture"} kind @returns {HTMLElement} */
  #create(kind) {
    if (kind === "picture") return Object.assign(new Image(), { className: "player-image", alt: "" });
    const element = Object.assign(document.createElement("div"), { className: "player-text" });
    this.#resized.observe(element);
    return element;
  }

  /** @param {HTMLElement} element @param {TextOverlay|PictureOverlay} overlay @param {Size} frame */
  #describe(element, overlay, frame) {
    element.dataset.id = overlay.id ?? "";
    if (overlay.kind === "text") this.#describeText(element, overlay);
    else this.#describePicture(/** @type {HTMLImageElement} */ (element), overlay, frame);
  }

  /** @param {HTMLElement} element @param {TextOverlay} overlay */
  #describeText(element, overlay) {
    const { fontSize, color, centerX, centerY, wrap, scale, fontAsset } = overlay;
    const [offset, blur] = [SHADOW.offset * scale, SHADOW.blur * scale];
    Object.assign(element.style, {
      left: `calc(50% + ${centerX}px)`,
      top: `calc(50% + ${centerY}px + var(--stacked, 0px) + var(--shift, 0px))`,
      fontSize: `${fontSize}px`,
      color,
      maxWidth: `${wrap}px`,
      textShadow: `${offset}px ${offset}px ${blur}px ${SHADOW.color}`,
    });
    const url = fontAsset === null ? "" : this.assetUrl(fontAsset);
    const placed = useFont(element, fontAsset, url).then((metrics) => {
      const shift = exportedBaseline(metrics, fontSize) - this.#baselineOf(element);
      element.style.setProperty("--shift", `${shift}px`);
      this.#unplaced.delete(placed);
    });
    this.#unplaced.add(placed);
    element.replaceChildren(
      ...parts(drawnText(overlay.text)).map(({ text, isEmoji }) => {
        if (!isEmoji) return text;
        return Object.assign(document.createElement("span"), { className: "player-emoji", textContent: text });
      }),
    );
  }

  /** Put texts that have been laid out at their places. @param {ResizeObserverEntry[]} entries */
  #place(entries) {
    for (const entry of entries) {
      centre(entry);
      const lineHeight = parseFloat(/** @type {HTMLElement} */ (entry.target).style.fontSize) * LINE_HEIGHT;
      this.#lines.set(entry.target, Math.round(entry.borderBoxSize[0].blockSize / lineHeight));
    }
    this.#stackCaptions();
  }

  /** Put captions that are shown together one above the other. */
  #stackCaptions() {
    if (this.#model?.timeline.output.captions !== "burn") return;
    const { timeline, plan } = this.#model;
    const first = timeline.texts.length + timeline.pictures.length;
    const heights = new Map();
    for (const [index, { text }] of timeline.cues.entries()) {
      const { fontSize } = /** @type {TextOverlay} */ (overlayOf(this.#model, first + index));
      const lines = this.#lines.get(this.#elements[first + index]);
      if (text.trim() && lines) heights.set(index, lines * fontSize * LINE_HEIGHT);
    }
    const room = captionRoom(timeline.output);
    for (const [index, middle] of placeCaptions(plan.cues, heights, room)) {
      this.#elements[first + index].style.setProperty("--stacked", `${middle - room.middle}px`);
    }
  }

  /** @param {HTMLImageElement} element @param {PictureOverlay} overlay @param {Size} frame */
  #describePicture(element, overlay, frame) {
    const src = this.assetUrl(overlay.asset);
    if (element.getAttribute("src") !== src) element.src = src;
    element.style.opacity = String(overlay.opacity);
    element.style.transform = overlay.rotation % 360 ? `rotate(${overlay.rotation}deg)` : "none";
    element.onload = () => placePicture(element, overlay, frame);
    placePicture(element, overlay, frame);
  }

  /**
   * Return where this browser puts the first baseline of a text, from its top: systems round metrics
   * in different ways.
   * @param {HTMLElement} text
   */
  #baselineOf(text) {
    const probe = /** @type {HTMLElement} */ (text.cloneNode(false));
    const mark = Object.assign(document.createElement("span"), { className: "player-baseline" });
    probe.append(mark);
    this.layer.append(probe);
    const { offsetTop } = mark;
    probe.remove();
    return offsetTop;
  }
}

/**
 * Put a text's centre at its place: it is known when the text has been laid out.
 * @param {ResizeObserverEntry} entry
 */
function centre({ target, borderBoxSize: [size] }) {
  const { style } = /** @type {HTMLElement} */ (target);
  style.marginLeft = `${-size.inlineSize / 2}px`;
  style.marginTop = `${-size.blockSize / 2}px`;
}

/**
 * Return where the first baseline of a text is in exports, from its top.
 * @param {import("./fonts.js").Metrics} metrics @param {number} size
 */
function exportedBaseline({ ascent, descent }, size) {
  const [above, below] = [roundHalfEven(ascent * size), roundHalfEven(descent * size)];
  return Math.floor((size * LINE_HEIGHT - above - below) / 2) + above;
}

/**
 * Put a picture at its place: as exports do, to whole pixels unless it is rotated.
 * @param {HTMLImageElement} element @param {PictureOverlay} overlay @param {Size} frame
 */
function placePicture(element, { width, height, centerX, centerY, rotation, keepAspect }, frame) {
  const { naturalWidth, naturalHeight } = element;
  if (!naturalWidth) return;
  const factor = Math.min(width / naturalWidth, height / naturalHeight);
  const [w, h] = keepAspect ? [naturalWidth * factor, naturalHeight * factor] : [width, height];
  const left = frame.width / 2 + centerX - w / 2;
  const top = frame.height / 2 + centerY - h / 2;
  const whole = rotation % 360 ? (/** @type {number} */ length) => length : roundHalfEven;
  Object.assign(element.style, {
    left: `${whole(left)}px`,
    top: `${whole(top)}px`,
    width: `${Math.max(1, whole(w))}px`,
    height: `${Math.max(1, whole(h))}px`,
  });
}
