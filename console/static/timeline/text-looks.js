/**
 * How texts look beyond size and colour, and how they come and go: the fields of overlays, and the same
 * as arguments of the operation `text`. Those of the service are in schemas/text_looks.py.
 *
 * @typedef {object} TextLook  lengths in pixels of the frame that texts were arranged in
 * @property {number} weight
 * @property {number|null} width  of the area that it stands in; null: half of the frame
 * @property {"left"|"center"|"right"} align
 * @property {number} lineHeight  of the font's size
 * @property {string} outlineColor
 * @property {number} outlineWidth
 * @property {boolean} shadow
 * @property {string|null} background
 *
 * @typedef {object} Animated
 * @property {string} enter  the animation by which it comes; "" for none
 * @property {number} enterSeconds
 * @property {string} leave
 * @property {number} leaveSeconds
 *
 * @typedef {TextLook & Animated} Look
 */

/** The fields of overlays, by the names of the arguments. @type {Record<string, string>} */
export const LOOK_ARGUMENTS = {
  weight: "fontWeight",
  width: "width",
  align: "align",
  lineHeight: "lineHeight",
  outlineColor: "outlineColor",
  outlineWidth: "outlineWidth",
  shadow: "shadow",
  background: "backgroundColor",
  animationIn: "animationIn",
  animationOut: "animationOut",
};

export const ANIMATION_ARGUMENTS = ["animationIn", "animationOut"]; // of pictures too

/**
 * How a text or picture comes and goes.
 * @param {any} overlay @returns {Animated}
 */
export function animationsIn({ animationIn, animationOut }) {
  return {
    enter: animationIn?.type ?? "",
    enterSeconds: animationIn?.seconds ?? 0,
    leave: animationOut?.type ?? "",
    leaveSeconds: animationOut?.seconds ?? 0,
  };
}

/** @param {any} overlay  a text overlay @returns {Look} */
export function lookOf(overlay) {
  return {
    weight: overlay.fontWeight ?? 700,
    width: overlay.width ?? null,
    align: overlay.align ?? "center",
    lineHeight: overlay.lineHeight ?? 1.2,
    outlineColor: overlay.outlineColor ?? "#000000",
    outlineWidth: overlay.outlineWidth ?? 0,
    shadow: overlay.shadow ?? true,
    background: overlay.backgroundColor ?? null,
    ...animationsIn(overlay),
  };
}

/** The look of captions. */
export const PLAIN = lookOf({});

/**
 * Return the arguments that give another text the look of an overlay.
 * @param {any} overlay
 */
export function lookArguments(overlay) {
  const given = Object.entries(LOOK_ARGUMENTS).filter(([, field]) => (overlay[field] ?? null) !== null);
  return Object.fromEntries(given.map(([name, field]) => [name, overlay[field]]));
}
