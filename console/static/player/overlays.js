/**
 * Texts and pictures above the video, as elements of the frame's pixels.
 *
 * @typedef {import("../timeline/model.js").Model} Model
 */

import { at } from "../base.js";
import { loadSheet } from "../style-sheets.js";
import { appearanceAt } from "../timeline/animations.js";
import { captionRoom } from "../timeline/caption-looks.js";
import { placeCaptions } from "../timeline/caption-places.js";
import { wordAt } from "../timeline/cue-spans.js";
import { roundHalfEven } from "../timeline/frames.js";
import { overlayOf } from "../timeline/model.js";
import { fitWords, lettersOf, light } from "./letters.js";
import { boxStyles, hug, letterStyles, lineStyles } from "./text-looks.js";

/**
 * Where texts are in the frame: around their middle or at a side, with baselines where exports have them.
 *
 * @typedef {import("../timeline/model.js").TextOverlay} TextOverlay
 */

/** Where a text is in its area, of what it lacks on its left. */
const SHARES = { left: 0, center: 0.5, right: 1 };

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
 * @param {Metrics} metrics @param {TextOverlay} overlay
 */
function exportedBaseline({ ascent, descent }, { fontSize, lineHeight }) {
  const [above, below] = [roundHalfEven(ascent * fontSize), roundHalfEven(descent * fontSize)];
  return Math.floor((fontSize * lineHeight - above - below) / 2) + above;
}

/**
 * Return where this browser puts the first baseline of a text, from its top: systems round metrics in
 * different ways.
 * @param {HTMLElement} text @param {HTMLElement} layer  in which texts are
 */
function shownBaseline(text, layer) {
  const probe = /** @type {HTMLElement} */ (text.cloneNode(false));
  const mark = Object.assign(document.createElement("span"), { className: "player-baseline" });
  probe.append(mark);
  layer.append(probe);
  const { offsetTop } = mark;
  probe.remove();
  return offsetTop;
}

/**
 * Where a picture above the video is.
 *
 * @typedef {import("../timeline/geometry.js").Size} Size
 * @typedef {import("../timeline/model.js").PictureOverlay} PictureOverlay
 */

/**
 * Put a picture at its place: as exports do, to whole pixels unless it is rotated.
 * @param {HTMLImageElement} element @param {PictureOverlay} overlay @param {Size} frame
 */
function placePicture(element, { width, height, centerX, centerY, rotation, keepAspect }, frame) {
  const isGone = element.classList.contains("gone");
  const [naturalWidth, naturalHeight] = isGone ? [width, height] : [element.naturalWidth, element.naturalHeight];
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

// The fonts of texts: the user's, then those of exports in their order (fonts.css).

/**
 * How far a font reaches above and below the baseline, for a size of 1.
 * @typedef {{ascent: number, descent: number}} Metrics
 */

/** The source of a picture whose file was deleted: only its box is drawn. */
const NOTHING = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E";
const SHEETS = [import.meta.resolve("./player.css"), import.meta.resolve("./fonts.css")];
/** By weight. @type {Record<number, string>} */
const PRIMARY = { 400: '"Vidworks LiberationSans-Regular"', 700: '"Vidworks LiberationSans-Bold"' };
/** @type {Metrics} */
const BUNDLED = { ascent: 0.905273, descent: 0.212402 }; // of Liberation Sans
const MEASURED = 1000; // pixels: the size at which fonts are measured
/** @type {Map<string, Promise<Metrics>>} by their families */
const userFonts = new Map();

/** Load the player's style sheets, once. */
export async function loadStyles() {
  await Promise.all(SHEETS.map(loadSheet));
}

/**
 * Set the font that a text is shown in before all others; return its metrics when it is loaded.
 * @param {HTMLElement} element @param {number} weight  of the bundled font
 * @param {string|null} asset  the id of a font asset @param {string} url
 * @returns {Promise<Metrics>}
 */
async function useFont(element, weight, asset, url) {
  if (asset === null) {
    const family = PRIMARY[weight] ?? PRIMARY[700];
    element.style.setProperty("--player-font", family);
    await loadStyles();
    await document.fonts.load(`bold 1em ${family}`);
    return BUNDLED;
  }
  const family = `vidworks-${asset}`; // an identifier: browsers differ in whether they take quotes here
  element.style.setProperty("--player-font", family);
  const metrics = userFonts.get(family) ?? loadFont(family, url);
  userFonts.set(family, metrics);
  await loadStyles();
  return metrics;
}

/** @param {string} family @param {string} url @returns {Promise<Metrics>} */
async function loadFont(family, url) {
  const face = new FontFace(family, `url(${JSON.stringify(at(url))})`, { weight: "bold" });
  document.fonts.add(face);
  try {
    await face.load();
  } catch {
    return BUNDLED;
  }
  const context = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
  context.font = `bold ${MEASURED}px ${family}`;
  const { fontBoundingBoxAscent, fontBoundingBoxDescent } = context.measureText("");
  return { ascent: fontBoundingBoxAscent / MEASURED, descent: fontBoundingBoxDescent / MEASURED };
}

export class Overlays {
  /** @type {Map<string, {element: HTMLElement, description: string}>} */
  #shown = new Map();
  /** @type {HTMLElement[]} by the index of the overlay */
  #elements = [];
  /** Those that are seen. @type {Set<HTMLElement>} */
  #visible = new Set();
  /** @type {Set<Promise<void>>} texts whose fonts are not loaded yet */
  #unplaced = new Set();
  /** Where first baselines are, by the font and its size: to measure one is to lay out all texts. @type {Map<string, number>} */
  #baselines = new Map();
  #resized = new ResizeObserver((entries) => this.#place(entries));
  /** @type {Model|null} */
  #model = null;
  /** @type {WeakMap<Element, number>} of texts that have been laid out, in lines */
  #lines = new WeakMap();
  /** @type {WeakMap<Element, number>} the words of captions that are lit */
  #lit = new WeakMap();
  /** @type {WeakMap<Element, TextOverlay>} */
  #texts = new WeakMap();
  /** The names of deleted assets, by their ids. @type {Map<string, string>} */
  #gone = new Map();

  /** @param {HTMLElement} layer @param {(assetId: string) => string} assetUrl */
  constructor(layer, assetUrl) {
    this.layer = layer;
    this.assetUrl = assetUrl;
    document.fonts.addEventListener("loadingdone", this.#fitAll);
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
    this.#baselines.clear(); // they depend on the zoom
    this.#elements = Array.from({ length: count }, (_, index) => {
      const overlay = overlayOf(model, index);
      const key = `${overlay.kind} ${overlay.id ?? index}`;
      const isGone = overlay.kind === "picture" && this.#gone.has(overlay.asset);
      const description = JSON.stringify([overlay, output.width, output.height, isGone]);
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

  /** @param {Map<string, string>} gone  the names of deleted assets, by their ids */
  showGone(gone) {
    this.#gone = gone;
    if (this.#model) this.load(this.#model);
  }

  /** The id of the first picture among overlays whose file was deleted. @param {number[]} indexes @returns {string|null} */
  goneOf(indexes) {
    const pictures = this.#model && this.#gone.size ? indexes.map((index) => overlayOf(/** @type {Model} */ (this.#model), index)) : [];
    const found = pictures.find((overlay) => overlay.kind === "picture" && this.#gone.has(overlay.asset));
    return found?.kind === "picture" ? found.asset : null;
  }

  /** @param {number[]} indexes @param {number} frame */
  show(indexes, frame) {
    const visible = new Set(indexes.map((index) => this.#elements[index]));
    for (const element of this.#visible) if (!visible.has(element)) element.style.visibility = "hidden";
    for (const element of visible) if (!this.#visible.has(element)) element.style.visibility = "visible";
    this.#visible = visible;
    const { plan, timeline } = this.#model ?? {};
    for (const index of indexes) {
      const states = plan?.spoken.get(index);
      if (states) this.#light(this.#elements[index], wordAt(states, frame));
      const animations = plan?.animations[index];
      if (!animations?.length || !timeline) continue;
      const { opacity, x, y } = appearanceAt(animations, frame, timeline.output);
      const { style } = this.#elements[index];
      style.setProperty("--fade", String(opacity));
      style.translate = `${x}px ${y}px`;
    }
  }

  /** Light the word of a caption that is spoken. @param {HTMLElement} element @param {number} word */
  #light(element, word) {
    if (this.#lit.get(element) === word) return;
    this.#lit.set(element, word);
    light(element, word);
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
    document.fonts.removeEventListener("loadingdone", this.#fitAll);
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
    this.#lit.delete(element);
    const url = fontAsset === null ? "" : this.assetUrl(fontAsset);
    const placed = useFont(element, weight, fontAsset, url).then((metrics) => {
      const shift = exportedBaseline(metrics, overlay) - this.#baselineOf(element);
      element.style.setProperty("--shift", `${shift}px`);
      this.#unplaced.delete(placed);
    });
    this.#unplaced.add(placed);
    const box = Object.assign(document.createElement("div"), { className: "player-box" });
    const letters = lettersOf(overlay);
    Object.assign(box.style, boxStyles(overlay));
    Object.assign(letters.style, letterStyles(overlay));
    element.replaceChildren(box, letters);
    this.#resized.unobserve(element); // its place may depend on more than its size
    this.#resized.observe(element);
  }

  /** @param {HTMLElement} text @returns {number} */
  #baselineOf(text) {
    const { fontSize, lineHeight } = text.style;
    const key = `${fontSize} ${lineHeight} ${text.style.getPropertyValue("--player-font")}`;
    const baseline = this.#baselines.get(key) ?? shownBaseline(text, this.layer);
    this.#baselines.set(key, baseline);
    return baseline;
  }

  /** Put texts that have been laid out at their places. @param {ResizeObserverEntry[]} entries */
  #place(entries) {
    for (const entry of entries) {
      const overlay = this.#texts.get(entry.target);
      if (!overlay) continue;
      centre(entry, overlay);
      const { fontSize, lineHeight } = overlay;
      const lines = overlay.spoken?.isAlone ? 1 : Math.round(entry.borderBoxSize[0].blockSize / (fontSize * lineHeight));
      this.#lines.set(entry.target, lines);
      this.#fit(entry.target, overlay);
    }
    this.#stackCaptions();
  }

  /** Fit the box behind a text to its letters, and words to the frame. @param {Element} element @param {TextOverlay} overlay */
  #fit(element, overlay) {
    if (!element.isConnected) return;
    const [box, letters] = /** @type {any} */ (element.children);
    fitWords(letters, overlay);
    if (overlay.background !== null) hug(box, letters, this.layer.getBoundingClientRect().width / this.layer.offsetWidth);
  }

  /** Lines may have other widths with other fonts, in an element as wide as before. */
  #fitAll = () => {
    for (const element of this.#elements) {
      const overlay = this.#texts.get(element);
      if (overlay) this.#fit(element, overlay);
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
    const room = captionRoom(timeline.output, timeline.captionLook);
    for (const [index, middle] of placeCaptions(plan.cues, heights, room)) {
      this.#elements[first + index].style.setProperty("--stacked", `${middle - room.middle}px`);
    }
  }

  /** @param {HTMLImageElement} element @param {PictureOverlay} overlay @param {Size} frame */
  #describePicture(element, overlay, frame) {
    const isGone = this.#gone.has(overlay.asset);
    const src = isGone ? NOTHING : at(this.assetUrl(overlay.asset));
    element.classList.toggle("gone", isGone);
    if (element.getAttribute("src") !== src) element.src = src;
    element.style.setProperty("--opacity", String(overlay.opacity));
    element.style.transform = overlay.rotation % 360 ? `rotate(${overlay.rotation}deg)` : "none";
    element.onload = () => placePicture(element, overlay, frame);
    placePicture(element, overlay, frame);
  }
}
