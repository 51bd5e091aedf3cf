/**
 * Further shapes that a work is exported in, and a still of each video before it is made.
 *
 * @typedef {import("../../../timeline/geometry.js").Size} Size
 * @typedef {import("../../../timeline/model.js").Model} Model
 * @typedef {Record<string, any> & Size} Order  the options of an export, as the API takes them
 * @typedef {Size & {name: string}} Shape  such as `9:16`
 */

import { effect } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { SHAPES } from "../../../facts.js";
import { t } from "../../../i18n.js";
import { loadStyles } from "../../../player/overlays.js";
import { Stage } from "../../../player/stage.js";
import { shapeOf } from "../../../state/exports.js";
import { MAX_SIZE, MIN_SIZE } from "../../../timeline/facts.js";
import { toSeconds } from "../../../timeline/frames.js";
import { createModel, frameAt } from "../../../timeline/model.js";
import { projectApi } from "../../../urls.js";
import { WorkMedia } from "../edit/media.js";

const OFFERED = 4; // of the shapes in use

/**
 * The shapes that a video can be made in as well, with the same shorter side.
 * @param {Size} main  its size @returns {Shape[]}
 */
function shapesBeside(main) {
  const shorter = Math.min(main.width, main.height);
  const side = (/** @type {number} */ part, /** @type {number} */ least) => 2 * Math.round((shorter * part) / least / 2);
  return SHAPES.slice(0, OFFERED)
    .map(([across, down]) => {
      const least = Math.min(across, down);
      return { name: `${across}:${down}`, width: side(across, least), height: side(down, least) };
    })
    .filter((shape) => shape.name !== shapeOf(main) && isPossible(shape));
}

/**
 * The exports to order: one in the size of the options, and one in each further shape that is chosen.
 * @param {Order} options @param {string[]} chosen  names of shapes @returns {Order[]}
 */
export function ordersOf(options, chosen) {
  const further = shapesBeside(options).filter(({ name }) => chosen.includes(name));
  return [options, ...further.map(({ width, height }) => ({ ...options, width, height }))];
}

/**
 * The choice of further shapes.
 * @param {{main: Size, chosen: string[], onChange: (chosen: string[]) => void}} props
 */
export function Shapes({ main, chosen, onChange }) {
  const toggle = (/** @type {string} */ name, /** @type {boolean} */ isChosen) =>
    onChange([...chosen.filter((each) => each !== name), ...(isChosen ? [name] : [])]);
  return html`<fieldset class="field export-shapes">
    <legend>${t("export.furtherShapes")}</legend>
    ${shapesBeside(main).map(
      ({ name, width, height }) =>
        html`<label class="check" key=${name}>
          <input
            type="checkbox"
            checked=${chosen.includes(name)}
            onChange=${(/** @type {any} */ event) => toggle(name, event.target.checked)}
          />
          <span>${name} <span class="hint">${width} × ${height}</span></span>
        </label>`,
    )}
  </fieldset>`;
}

/**
 * A still of each video that is ordered.
 * @param {{document: import("../../../documents/document.js").Document, orders: Order[]}} props
 */
export function Stills({ document, orders }) {
  const media = useMemo(() => new WorkMedia(), [document]);
  useEffect(() => effect(() => media.follow(document)), [media]);
  return html`<ul class="export-stills" aria-label=${t("export.stillsOf")}>
    ${media.ready.value && orders.filter(isPossible).map((order) => html`<${Still} key=${nameOf(order)} ...${{ document, media, order }} />`)}
  </ul>`;
}

/** @param {Size} size */
const isPossible = ({ width, height }) => Math.min(width, height) >= MIN_SIZE && Math.max(width, height) <= MAX_SIZE;

/** @param {Size} size */
const nameOf = ({ width, height }) => `${width} × ${height}`;

/** @param {{document: import("../../../documents/document.js").Document, media: WorkMedia, order: Order}} props */
function Still({ document, media, order }) {
  /** @type {{current: HTMLDivElement | null}} */
  const root = useRef(null);
  const stage = useStage(root, document.value.value.projectId);
  const { width, height, fit, captions } = order;
  const work = document.value.value;
  const [sources, narration] = [media.sources.value, media.narration.value];
  const model = useMemo(
    () => createModel(work, sources, { width, height, fit, captions, narration }),
    [work, sources, narration, width, height, fit, captions],
  );
  useEffect(() => {
    if (!stage) return;
    stage.load(model);
    stage.show(frameAt(model, fullestTime(model)), 0);
  }, [stage, model]);
  return html`<li>
    <div class="export-still" ref=${root} style=${{ aspectRatio: `${width} / ${height}` }} aria-hidden="true"></div>
    <span>${shapeOf(order)} <span class="hint">${nameOf(order)}</span></span>
  </li>`;
}

/** @param {{current: HTMLDivElement | null}} root @param {string} project */
function useStage(root, project) {
  const [stage, setStage] = useState(/** @type {Stage | null} */ (null));
  useEffect(() => {
    if (!root.current) return undefined;
    loadStyles();
    const made = new Stage(root.current, (id) => `${projectApi(project)}/assets/${id}`);
    setStage(made);
    return () => made.destroy();
  }, [project]);
  return stage;
}

/** A time at which most lies over the picture. @param {Model} model */
function fullestTime({ plan }) {
  const most = Math.max(...plan.segments.map(({ overlays }) => overlays.length));
  const segment = plan.segments.find(({ overlays }) => overlays.length === most);
  return segment ? toSeconds(segment.start + Math.floor(segment.frames / 2), plan.rate) : 0;
}
