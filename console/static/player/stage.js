/**
 * The frame of the video: two decks, and the overlays above them. It has the exported frame's size
 * in CSS pixels, and is scaled into its element, so that texts have the same lines at each size.
 *
 * @typedef {import("../timeline/model.js").Model} Model
 * @typedef {import("../timeline/model.js").Moment} Moment
 * @typedef {import("../timeline/model.js").View} View
 */

import { t } from "../i18n.js";
import "../i18n/edit.js";
import { onReachable } from "../state/connection.js";
import { FREEZE, mediaAt, mediaOf, runStarts, sourceOf, timeMapOf } from "../timeline/placed-clips.js";
import { Deck } from "./deck.js";
import { Overlays } from "./overlays.js";

/**
 * How two pictures look in a transition, as in exports: most are the movements of FFmpeg's xfade.
 *
 * @typedef {{opacity: string, clipPath: string, transform: string}} Look
 * @typedef {{outgoing: Look, incoming: Look, background: string, blur: number}} Looks  `background`:
 *   colour behind both pictures; `blur`: of both together, its deviation in pixels
 */

const ABOVE = "2"; // the z-index of what is seen above the moment's pictures
const ZOOM = 2;
const BLUR_SHARE = 0.03;

/** @type {Look} */
export const STILL = { opacity: "1", clipPath: "none", transform: "none" };
/** @type {Looks} */
const ALONE = { outgoing: STILL, incoming: STILL, background: "#000", blur: 0 };

/**
 * @typedef {import("../timeline/geometry.js").Size} Size
 * @typedef {{outgoing?: Partial<Look>, incoming: Partial<Look>, background?: string, blur?: number}} Change
 * @type {Record<string, (progress: number, frame: Size) => Change>}
 */
const MOVEMENTS = {
  fade,
  wiperight: (progress, { width }) => uncovered(0, Math.ceil(rest(progress, width)) - 1, 0, 0),
  wipeleft: (progress, { width }) => uncovered(0, 0, 0, Math.trunc(rest(progress, width)) + 1),
  wipeup: (progress, { height }) => uncovered(Math.trunc(rest(progress, height)) + 1, 0, 0, 0),
  wipedown: (progress, { height }) => uncovered(0, 0, Math.ceil(rest(progress, height)) - 1, 0),
  slideleft: (progress, { width }) => moved("translateX", Math.trunc(rest(progress, width)) - width, width),
  slideup: (progress, { height }) => moved("translateY", Math.trunc(rest(progress, height)) - height, height),
  slidedown: (progress, { height }) => moved("translateY", height - Math.trunc(rest(progress, height)), -height),
  zoom: (progress) => ({
    ...fade(progress),
    outgoing: { transform: `scale(${1 + (ZOOM - 1) * progress ** 2})` },
  }),
  blur: (progress, { width, height }) => ({
    ...fade(progress),
    blur: BLUR_SHARE * Math.min(width, height) * (1 - Math.abs(2 * progress - 1)),
  }),
  fadeblack: (progress) => throughColor("#000", progress),
  fadewhite: (progress) => throughColor("#fff", progress),
};

/**
 * Return the looks of the outgoing and of the incoming picture, which lies above.
 * @param {{movement: string, progress: number}} transition @param {Size} frame
 * @returns {Looks}
 */
export function looksOf({ movement, progress }, frame) {
  const { outgoing, incoming, ...both } = MOVEMENTS[movement](progress, frame);
  return { ...ALONE, ...both, outgoing: { ...STILL, ...outgoing }, incoming: { ...STILL, ...incoming } };
}

/** @param {number} progress @returns {Change} */
function fade(progress) {
  return { incoming: { opacity: String(progress) } };
}

/** @param {...number} inset  pixels that are not uncovered yet: top, right, bottom, left @returns {Change} */
function uncovered(...inset) {
  return { incoming: { clipPath: `inset(${inset.map((pixels) => `${pixels}px`).join(" ")})` } };
}

/** @param {string} background @param {number} progress @returns {Change} */
function throughColor(background, progress) {
  return {
    background,
    outgoing: { opacity: String(Math.max(0, 1 - 2 * progress)) },
    incoming: { opacity: String(Math.max(0, 2 * progress - 1)) },
  };
}

/** @param {string} move @param {number} by  pixels @param {number} from  pixels, of the incoming one @returns {Change} */
function moved(move, by, from) {
  return {
    outgoing: { transform: `${move}(${by}px)` },
    incoming: { transform: `${move}(${from + by}px)` },
  };
}

/**
 * Return how many pixels of a side are still to go, in single precision as xfade computes it.
 * @param {number} progress @param {number} side
 */
function rest(progress, side) {
  return Math.fround(Math.fround(1 - Math.fround(progress)) * side);
}

export class Stage {
  decks = Array.from({ length: 2 }, () => this.#newDeck());
  /** Takes the place of a deck that has to show something else, so that this is seen until then. */
  #spare = this.#newDeck();
  /** Those that show the moment. @type {Deck[]} */
  #shown = [];
  /** Those that are seen above them, until these have pictures. @type {Deck[]} */
  #kept = [];
  /** @type {Moment|null} */
  #moment = null;
  /** @type {Model|null} */
  #model = null;
  /** The one that is shown. @type {string|null} */
  #problem = null;
  /** What is to be shown and has no media: a scene's index, or an asset's id. @type {number|string|null} */
  #missing = null;
  /** The names of deleted assets. @type {Map<string, string>} */
  #gone = new Map();
  #again = Object.assign(document.createElement("button"), {
    type: "button",
    className: "button plain small",
    textContent: t("common.tryAgain"),
    onclick: () => this.#reload(),
  });
  /** Above the decks: their picture, blurred. */
  #blur = Object.assign(document.createElement("div"), { className: "player-blur", hidden: true });
  /** @type {number[]} by the index of the clip */
  #deckNumbers = [];
  #resized = new ResizeObserver(() => this.#scale());
  #stopReloading = onReachable(() => this.#reload());
  /** The size that the frame was scaled for, so that edits need no layout. */
  #scaled = { width: 0, height: 0 };

  /** @param {HTMLElement} root @param {(assetId: string) => string} assetUrl */
  constructor(root, assetUrl) {
    this.root = root;
    this.frame = Object.assign(document.createElement("div"), { className: "player-frame" });
    const layer = Object.assign(document.createElement("div"), { className: "player-overlays" });
    this.frame.append(...this.#allDecks.map((deck) => deck.root), this.#blur, layer);
    this.overlays = new Overlays(layer, assetUrl);
    this.problem = Object.assign(document.createElement("div"), { className: "player-problem" });
    this.problem.setAttribute("role", "status");
    root.classList.add("player-stage");
    root.append(this.frame, this.problem);
    this.#resized.observe(root);
  }

  /** @param {Model} model */
  load(model) {
    this.#model = model;
    const { width, height, fit } = model.timeline.output;
    Object.assign(this.frame.style, { width: `${width}px`, height: `${height}px` });
    for (const deck of this.#allDecks) deck.setFrame({ width, height }, fit);
    this.#deckNumbers = deckNumbers(model.plan);
    this.overlays.load(model);
    if (width === this.#scaled.width && height === this.#scaled.height) return;
    this.#scaled = { width, height };
    this.#scale();
  }

  /** @param {Map<string, string>} gone  the names of deleted assets, by their ids */
  showGone(gone) {
    this.#gone = gone;
    this.overlays.showGone(gone);
    this.#showProblem();
  }

  /** The deck that a clip is shown in. @param {number} clip  index into `plan.clips` */
  deckOf(clip) {
    return this.decks[this.#deckNumbers[clip] ?? 0];
  }

  /**
   * Show a moment, and make the next clip ready.
   * @param {Moment} moment
   * @param {number} speed  at which it plays; 0 while it stands still
   */
  show(moment, speed) {
    const { views, transition } = moment;
    const looks = transition
      ? looksOf(transition, this.#model?.timeline.output ?? { width: 0, height: 0 })
      : ALONE;
    const before = [...this.#shown, ...this.#kept].filter((deck) => !deck.isBlank);
    const shown = views.map((view) => this.#deckWith(view.clip, view.source));
    views.forEach((view, number) => {
      const deck = shown[number];
      deck.frameBy(view.framing);
      if (speed <= 0 || view.speed === FREEZE) deck.seek(view.sample);
      else deck.play(view.at, speed * view.speed);
      deck.paintBackdrop();
      Object.assign(deck.root.style, number ? looks.incoming : looks.outgoing, { zIndex: String(number) });
    });
    this.frame.style.background = looks.background;
    this.#blur.hidden = looks.blur === 0;
    this.#blur.style.backdropFilter = `blur(${looks.blur}px)`;
    this.#moment = moment;
    this.#shown = shown;
    this.#kept = before.filter((deck) => !shown.includes(deck));
    this.#missing = views.find(({ source }) => !source.url)?.media ?? this.overlays.goneOf(moment.overlays);
    this.#reveal();
    this.overlays.show(moment.overlays, moment.frame);
  }

  /**
   * Return the decks that show a moment and cannot play on.
   * @param {Moment} moment
   */
  unready({ views }) {
    return views.map((view) => this.deckOf(view.clip)).filter((deck) => !deck.isReady);
  }

  /** Wait until what is shown can be painted. */
  async ready() {
    await Promise.all([...this.#shown.map((deck) => deck.ready()), this.overlays.ready()]);
    this.#kept = [];
    this.#reveal();
  }

  destroy() {
    this.#resized.disconnect();
    this.#stopReloading();
    this.overlays.destroy();
    for (const deck of this.#allDecks) deck.clear();
    this.frame.remove();
    this.problem.remove();
  }

  #newDeck() {
    return new Deck(() => this.#reveal());
  }

  get #allDecks() {
    return [...this.decks, this.#spare];
  }

  /**
   * Return the deck that shows a clip, with its media.
   * @param {number} clip @param {import("../timeline/model.js").Source} source
   */
  #deckWith(clip, source) {
    const number = this.#deckNumbers[clip] ?? 0;
    const deck = this.decks[number];
    if (deck.has(source)) return deck;
    const isSeen = this.#isSeen(deck) && !deck.isBlank;
    if (isSeen || this.#spare.has(source)) [this.decks[number], this.#spare] = [this.#spare, deck];
    this.decks[number].load(source);
    return this.decks[number];
  }

  /** @param {Deck} deck */
  #isSeen(deck) {
    return this.#shown.includes(deck) || this.#kept.includes(deck);
  }

  /** Show the moment, as soon as it has pictures; until then, what was shown before. */
  #reveal() {
    if (!this.#shown.some((deck) => deck.isBlank)) this.#kept = [];
    for (const deck of this.#allDecks) {
      deck.root.style.visibility = this.#isSeen(deck) ? "visible" : "hidden";
      if (this.#kept.includes(deck)) deck.root.style.zIndex = ABOVE;
      if (!this.#shown.includes(deck)) deck.pause();
    }
    this.#showProblem();
    if (this.#kept.length === 0) this.#prepare();
  }

  /** Say so if a clip cannot be shown. */
  #showProblem() {
    const problem = this.#shown.find((deck) => deck.problem)?.problem ?? null;
    const name = this.#gone.get(String(this.#missing));
    const shown = problem ?? (this.#missing === null ? null : `missing ${this.#missing} ${name}`);
    if (shown === this.#problem) return;
    this.#problem = shown;
    if (problem === "file") this.problem.replaceChildren(t("failure.other"), this.#again);
    else if (problem) this.problem.replaceChildren(t("edit.unplayable"));
    else this.problem.replaceChildren(...missingText(this.#missing, name));
  }

  #reload() {
    for (const deck of this.#allDecks) deck.reload();
  }

  /** Make the next clip ready. */
  #prepare() {
    if (!this.#model || !this.#moment) return;
    const { plan, sources } = this.#model;
    const { views, frame } = this.#moment;
    const last = views.at(-1)?.clip;
    const next = plan.clips.findIndex((placed, clip) =>
      last === undefined ? placed.begin > frame : clip > last && !this.#shown.includes(this.deckOf(clip)),
    );
    const placed = plan.clips[next];
    if (!placed) return;
    const deck = this.#deckWith(next, sourceOf(sources, mediaOf(placed.clip)));
    deck.seek(mediaAt(timeMapOf(placed, plan.rate), placed.begin + 0.25));
  }

  #scale() {
    if (!this.#model) return;
    const { width, height } = this.#model.timeline.output;
    const { clientWidth, clientHeight } = this.root;
    const factor = Math.min(clientWidth / width, clientHeight / height);
    const across = wholePixels(clientWidth, width * factor);
    const down = wholePixels(clientHeight, height * factor);
    this.frame.style.transform =
      `translate(${across.from}px, ${down.from}px) scale(${across.length / width}, ${down.length / height})`;
  }
}

/**
 * Return where something lies in the middle of a space, between whole pixels of the screen: its black ground
 * would show in a part of a pixel. Browsers draw the space itself from a whole pixel on.
 * @param {number} space @param {number} length
 */
function wholePixels(space, length) {
  const whole = (/** @type {number} */ at) => Math.round(at * devicePixelRatio) / devicePixelRatio;
  const from = whole((space - length) / 2);
  return { from, length: whole((space + length) / 2) - from };
}

/**
 * Return what says that a clip has no media, with a link to where a scene gets them.
 * @param {number|string|null} media @param {string} [name]  of a deleted asset
 * @returns {(string|Node)[]}
 */
function missingText(media, name) {
  if (media === null) return [];
  if (typeof media === "string") return [name ? t("edit.gone.named", { name }) : t("edit.gone.unnamed")];
  const link = Object.assign(document.createElement("a"), { href: "scenes", textContent: t("edit.toScenes") });
  return [`${t("edit.noPicture", { number: media + 1 })} `, link];
}

/**
 * Return which of two decks shows each clip. They take turns, but a clip that was split goes on in
 * the same one.
 * @param {import("../timeline/plan.js").Plan} plan
 */
function deckNumbers({ clips, rate }) {
  const starts = runStarts(clips, rate);
  let number = 1;
  return starts.map((start, clip) => (number = start === clip ? 1 - number : number));
}
