/** Where a picture over the video is, in time and in the frame, and what to do when a file was deleted. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { Button } from "../../../../components/button.js";
import { Notice } from "../../../../components/notice.js";
import { t } from "../../../../i18n.js";
import { restore } from "../../../../state/deletion.js";
import { toast, toastError } from "../../../../state/toasts.js";
import { actionsOf, clipsInOrder, settingsOf } from "../../../../timeline/editor-state.js";
import { MIN_SECONDS } from "../../../../timeline/facts.js";
import { PictureDialog } from "../pictures.js";

/**
 * @typedef {import("../editor.js").Editor} Editor
 * @typedef {import("../../../../timeline/editor-state.js").Action} Action
 * @typedef {import("../../../../state/assets.js").Asset} Asset
 */

const MARGIN = 0.04; // of the frame's shorter side
const NEAR = 1; // pixels
/** Which way each corner is from the middle. @type {Record<string, [number, number]>} */
const CORNERS = { topLeft: [-1, -1], topRight: [1, -1], bottomLeft: [-1, 1], bottomRight: [1, 1] };

/** @param {{editor: Editor, action: Action}} props */
export function PicturePlaces({ editor, action }) {
  const { id, start, end } = action;
  const length = editor.model.value.duration;
  const isWhole = start === 0 && Math.abs(end - length) < MIN_SECONDS;
  const overlay = editor.state.value.imageOverlays[id];
  const toWhole = () => {
    editor.changeItem(id, { start: 0, end: length });
    editor.announce("chosen", { what: t("edit.picture"), value: t("edit.wholeFilm") });
  };
  return html`<div class="picture-places">
    <${Button} small icon="film" aria-pressed=${isWhole} onClick=${toWhole}>${t("edit.wholeFilm")}<//>
    <span class="corners" role="group" aria-label=${t("edit.corner")}>
      ${Object.keys(CORNERS).map((name) => {
        const place = cornerOf(editor, overlay, CORNERS[name]);
        const isThere = Math.abs(place.x - overlay.centerX) < NEAR && Math.abs(place.y - overlay.centerY) < NEAR;
        const label = t(`edit.corners.${name}`);
        return html`<button key=${name} type="button" class=${`corner ${name}`} title=${label} aria-label=${label} aria-pressed=${isThere}
          onClick=${() => editor.changeItem(id, place)}></button>`;
      })}
    </span>
  </div>`;
}

/**
 * The middle of a picture in a corner of the frame.
 * @param {Editor} editor @param {any} overlay @param {[number, number]} corner
 */
function cornerOf(editor, overlay, [right, down]) {
  const frame = settingsOf(editor.state.value);
  const { width, height } = drawnSize(editor, overlay);
  const margin = MARGIN * Math.min(frame.width, frame.height);
  const away = (/** @type {number} */ whole, /** @type {number} */ side) => Math.max(0, Math.round((whole - side) / 2 - margin));
  return { x: right * away(frame.width, width) || 0, y: down * away(frame.height, height) || 0 };
}

/** How large a picture is drawn: in the shape of its file, if that is kept. @param {Editor} editor @param {any} overlay */
function drawnSize({ library }, { assetId, width, height, maintainAspectRatio = true }) {
  const file = library.assets.value?.find(({ id }) => id === assetId);
  if (!maintainAspectRatio || !file?.width || !file.height) return { width, height };
  const factor = Math.min(width / file.width, height / file.height);
  return { width: file.width * factor, height: file.height * factor };
}

/**
 * Says that the file of a clip, a picture or a sound was deleted, with the ways out of that.
 * @param {{editor: Editor, asset: string|undefined}} props
 */
export function GoneNotice({ editor, asset = "" }) {
  const [isChoosing, setChoosing] = useState(false);
  const [busy, setBusy] = useState(false);
  const gone = editor.library.gone.value.get(asset);
  if (!gone) return null;
  const { name, trashId } = gone;
  const clips = clipsInOrder(editor.state.value).filter(({ assetId }) => assetId === asset);
  const pictures = actionsOf(editor.state.value, "imageTrack").filter(({ id }) => editor.state.value.imageOverlays[id]?.assetId === asset);
  const putBack = async () => {
    setBusy(true);
    try {
      const { message } = await restore(/** @type {string} */ (trashId));
      if (message) toast(message);
    } catch (error) {
      toastError(error);
    }
    setBusy(false);
  };
  const replace = (/** @type {Asset} */ found) => editor.apply(replacing(clips, pictures, found));
  const isShown = clips.length + pictures.length > 0;
  return html`<${Notice} kind="warning">
      <p dir="auto">${name ? t("edit.gone.named", { name }) : t("edit.gone.unnamed")}</p>
      <p class="hint">${t("edit.gone.hint")}</p>
      <div class="actions">
        ${isShown && html`<${Button} small icon="image-plus" aria-haspopup="dialog" onClick=${() => setChoosing(true)}>${t("edit.gone.replace")}<//>`}
        ${trashId && html`<${Button} small icon="rotate-ccw" busy=${busy} onClick=${putBack}>${t("edit.gone.restore")}<//>`}
      </div>
    <//>
    ${isChoosing && html`<${PictureDialog} editor=${editor} title=${t("edit.gone.replace")} withVideos=${pictures.length === 0}
      onChoose=${replace} onClose=${() => setChoosing(false)} />`}`;
}

/**
 * The operations that let clips and pictures show another asset.
 * @param {Action[]} clips @param {Action[]} pictures @param {Asset} asset
 * @returns {import("../../../../timeline/operations/operations.js").Operation[]}
 */
function replacing(clips, pictures, asset) {
  const lasting = asset.type === "video" ? (asset.videoDuration ?? asset.duration ?? Infinity) : Infinity;
  const inserted = clips.flatMap(({ id, start, end, transitionType = "cut", transitionDuration }) => [
    {
      ...{ op: "insert", asset: asset.id, after: id, seconds: Math.max(MIN_SECONDS, Math.min(end - start, lasting)) },
      ...(transitionType !== "cut" && { transition: transitionType, transitionSeconds: transitionDuration }),
    },
    { op: "delete", kind: "clip", id },
  ]);
  return asset.type === "video" ? inserted : [...inserted, ...pictures.map(({ id }) => ({ op: "picture", id, asset: asset.id }))];
}
