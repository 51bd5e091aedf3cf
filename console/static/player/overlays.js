/**
 * Texts and pictures above the video, as elements of the frame's pixels.
 *
 * @typedef {import("../timeline/geometry.js").Size} Size
 * @typedef {import("../timeline/model.js").Model} Model
 * @typedef {import("../timeline/model.js").TextOverlay} TextOverlay
 * @typedef {import("../timeline/model.js").PictureOverlay} PictureOverlay
 */

import { appearanceAt } from "../timeline/animations.js";
import { placeCaptions } from "../timeline/caption-places.js";
import { roundHalfEven } from "../timeline/frames.js";
import { captionRoom, overlayOf } from "../timeline/model.js";
import { useFont } from "./fonts.js";
import { placePicture } from "./picture-place.js";
import { boxStyles, hug, letterStyles, lineStyles } from "./text-looks.js";
import { drawnText, parts } from "./text.js";

/** Where a text is in its area, of what it lacks on its left. */
const SHARES = { left: 0, center: 0.5, right: 1 };

export class Overlays {
  /** @type {Map<string, {element: HTMLElement, description: string}>} */
  #shown = new Map();
  /** @type {HTMLElement[]} by the index of the overlay */
  #elements = [];
  /** Those that are seen. @type {Set<HTMLElement>} */
  #visible = new Set();
  /** @type {Set<Promise<void>>} texts whose fonts are not loaded yet */
  #unplaced = new Set();
  #resized = new ResizeObserver((entries) => this.#place(entries));
  /** @type {Model|null} */
  #model = null;
  /** @type {WeakMap<Element, number>} of texts that have been laid out, in lines */
  #lines = new WeakMap();
  /** @type {WeakMap<Element, TextOverlay>} */
  #texts = new WeakMap();

  /** @param {HTMLElement} layer @param {(assetId: string) => string} assetUrl */
  constructor(layer, assetUrl) {
    this.layer = layer;
    this.assetUrl = assetUrl;
    document.fonts.addEventListener("loadingdone", this.#placeBoxes);
  }

  /**
   * Make the elements of a model's overlays; those that look as before are kept.
   * @param {Model} model
   */
  load(model) {
    const { texts, pictures, cues, output } = model.timeline;
    const captions = output.captions === "burn" ? cues.length : 0;
    const count = texts.length + pictures.length + captions;
    const [before, elements] = [this.#shown, this.#elements];
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
    const isSame = elements.length === count && elements.every((element, index) => element === this.#elements[index]);
    if (!isSame) this.layer.replaceChildren(...this.#elements);
    this.#model = model;
    this.#stackCaptions();
  }

  /** @param {number[]} indexes @param {number} frame */
  show(indexes, frame) {
    const visible = new Set(indexes.map((index) => this.#elements[index]));
    for (const element of this.#visible) if (!visible.has(element)) element.style.visibility = "hidden";
    for (const element of visible) if (!this.#visible.has(element)) element.style.visibility = "visible";
    this.#visible = visible;
    const { plan, timeline } = this.#model ?? {};
    for (const index of indexes) {
      const animations = plan?.animations[index];
      if (!animations?.length || !timeline) continue;
      const { opacity, x, y } = appearanceAt(animations, frame, timeline.output);
      const { style } = this.#elements[index];
      style.setProperty("--fade", String(opacity));
      style.translate = `${x}px ${y}px`;
    }
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
    document.fonts.removeEventListener("loadingdone", this.#placeBoxes);
  }

  /** @param {"text"|"picture"} kind @returns {HTMLElement} */
  #create(kind) {
    const isPicture = kind === "picture";
    const element = isPicture
      ? Object.assign(new Image(), { className: "player-image", alt: "" })
      : Object.assign(document.createElement("div"), { className: "player-text" });
    element.style.visibility = "hidden";
    return element;
  }

  /** @param {HTMLElement} element @param {TextOverlay|PictureOverlay} overlay @param {Size} frame */
  #describe(element, overlay, frame) {
    element.dataset.id = overlay.id ?? "";
    element.style.setProperty("--fade", "1");
    element.style.translate = "none";
    if (overlay.kind === "text") this.#describeText(element, overlay);
    else this.#describePicture(/** @type {HTMLImageElement} */ (element), overlay, frame);
  }

  /** @param {HTMLElement} element @param {TextOverlay} overlay */
  #describeText(element, overlay) {
    const { centerX, centerY, wrap, align, weight, fontAsset } = overlay;
    const side = wrap * (SHARES[align] - 0.5);
    Object.assign(element.style, lineStyles(overlay), {
      left: `calc(50% + ${centerX + side}px)`,
      top: `calc(50% + ${centerY}px + var(--stacked, 0px) + var(--shift, 0px))`,
    });
    this.#texts.set(element, overlay);
    const url = fontAsset === null ? "" : this.assetUrl(fontAsset);
    const placed = useFont(element, weight, fontAsset, url).then((metrics) => {
      const shift = exportedBaseline(metrics, overlay) - this.#baselineOf(element);
      element.style.setProperty("--shift", `${shift}px`);
      this.#unplaced.delete(placed);
    });
    this.#unplaced.add(placed);
    const [box, letters] = ["player-box", "player-letters"].map((className) =>
      Object.assign(document.createElement("div"), { className }),
    );
    Object.assign(box.style, boxStyles(overlay));
    Object.assign(letters.style, letterStyles(overlay));
    letters.append(
      ...parts(drawnText(overlay.text)).map(({ text, isEmoji }) => {
        if (!isEmoji) return text;
        return Object.assign(document.createElement("span"), { className: "player-emoji", textContent: text });
      }),
    );
    element.replaceChildren(box, letters);
    this.#resized.unobserve(element); // its place may depend on more than its size
    this.#resized.observe(element);
  }

  /** Put texts that have been laid out at their places. @param {ResizeObserverEntry[]} entries */
  #place(entries) {
    for (const entry of entries) {
      const overlay = this.#texts.get(entry.target);
      if (!overlay) continue;
      centre(entry, overlay);
      const { fontSize, lineHeight } = overlay;
      this.#lines.set(entry.target, Math.round(entry.borderBoxSize[0].blockSize / (fontSize * lineHeight)));
      this.#placeBox(entry.target, overlay);
    }
    this.#stackCaptions();
  }

  /** @param {Element} element @param {TextOverlay} overlay */
  #placeBox(element, { background }) {
    if (background === null || !element.isConnected) return;
    const [box, letters] = /** @type {any} */ (element.children);
    hug(box, letters, this.layer.getBoundingClientRect().width / this.layer.offsetWidth);
  }

  /** Lines may have other widths with other fonts, in an element as wide as before. */
  #placeBoxes = () => {
    for (const element of this.#elements) {
      const overlay = this.#texts.get(element);
      if (overlay) this.#placeBox(element, overlay);
    }
  };

  /** Put captions that are shown together one above the other. */
  #stackCaptions() {
    if (this.#model?.timeline.output.captions !== "burn") return;
    const { timeline, plan } = this.#model;
    const first = timeline.texts.length + timeline.pictures.length;
    const heights = new Map();
    for (const [index, { text }] of timeline.cues.entries()) {
      const { fontSize, lineHeight } = /** @type {TextOverlay} */ (overlayOf(this.#model, first + index));
      const lines = this.#lines.get(this.#elements[first + index]);
      if (text.trim() && lines) heights.set(index, lines * fontSize * lineHeight);
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
    element.style.setProperty("--opacity", String(overlay.opacity));
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
 * Put a text at its place, which is known when the text has been laid out: its middle, or its side.
 * @param {ResizeObserverEntry} entry @param {TextOverlay} overlay
 */
function centre({ target, borderBoxSize: [size] }, { align }) {
  const { style } = /** @type {HTMLElement} */ (target);
  style.marginLeft = `${-size.inlineSize * SHARES[align]}px`;
  style.marginTop = `${-size.blockSize / 2}px`;
}

/**
 * Return where the first baseline of a text is in exports, from its top.
 * @param {import("./fonts.js").Metrics} metrics @param {TextOverlay} overlay
 */
function exportedBaseline({ ascent, descent }, { fontSize, lineHeight }) {
  const [above, below] = [roundHalfEven(ascent * fontSize), roundHalfEven(descent * fontSize)];
  return Math.floor((fontSize * lineHeight - above - below) / 2) + above;
}
