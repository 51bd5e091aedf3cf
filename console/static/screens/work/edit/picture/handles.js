/**
 * The handles around what is selected on the picture, and the lines that it snaps to. They are beside
 * the frame, so that they have one size at each scale.
 *
 * @typedef {{x: number, y: number}} Point
 * @typedef {{left: number, top: number, width: number, height: number}} Area  pixels of the stage
 */

const CORNERS = ["-1 -1", "1 -1", "1 1", "-1 1"];
const SIDES = ["-1 0", "1 0"];
const TURN = "turn";

export class Handles {
  #box = element("picture-box");
  #lines = element("picture-lines");

  /** @param {HTMLElement} stage */
  constructor(stage) {
    this.#box.append(...[...CORNERS, ...SIDES, TURN].map((name) => element("picture-handle", { handle: name })));
    stage.append(this.#lines, this.#box);
    this.hide();
  }

  /** @param {"text"|"picture"} kind @param {Area} area @param {number} rotation  degrees */
  show(kind, { left, top, width, height }, rotation) {
    this.#box.dataset.kind = kind;
    Object.assign(this.#box.style, {
      left: `${left}px`,
      top: `${top}px`,
      width: `${width}px`,
      height: `${height}px`,
      rotate: `${rotation}deg`,
    });
    this.#box.hidden = false;
  }

  hide() {
    this.#box.hidden = true;
  }

  /**
   * Show lines over the frame.
   * @param {{axis: "x"|"y", at: number}[]} lines  shares of the frame @param {Area} frame
   */
  showLines(lines, { left, top, width, height }) {
    Object.assign(this.#lines.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
    this.#lines.replaceChildren(
      ...lines.map(({ axis, at }) => {
        const line = element("picture-line", { axis });
        line.style.setProperty(axis === "x" ? "left" : "top", `${at * 100}%`);
        return line;
      }),
    );
  }

  destroy() {
    this.#box.remove();
    this.#lines.remove();
  }
}

/** The handle at an element: which side it moves, or that it turns; undefined: none. @param {Element} target */
export function handleOf(target) {
  const name = target instanceof HTMLElement ? target.dataset.handle : undefined;
  if (name === undefined || name === TURN) return name;
  const [x, y] = name.split(" ").map(Number);
  return { x, y };
}

/** @param {string} className @param {Record<string, string>} [data] */
function element(className, data = {}) {
  const made = document.createElement("div");
  made.className = className;
  made.setAttribute("aria-hidden", "true"); // the inspector has fields for the same
  Object.assign(made.dataset, data);
  return made;
}
