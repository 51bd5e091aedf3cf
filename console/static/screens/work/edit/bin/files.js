/** Files that are dropped anywhere on the screen: uploaded, and put where they fell. */

import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { addFiles, uploads } from "../../../../state/asset-uploads.js";
import { actionsOf } from "../../../../timeline/editor-state.js";
import { UploadList } from "../../../project/assets/upload-list.js";
import { Drop } from "../drag.js";
import { add, draggedAsset, isEffect } from "./adding.js";

/**
 * @typedef {import("../drag.js").Place} Place
 * @typedef {import("../editor.js").Editor} Editor
 * @typedef {import("../../../../player/player.js").Player} Player
 */

const KINDS = ["video", "image", "audio"];

/** @param {{editor: Editor, player: Player|null}} props  without a player, they begin the cut */
export function FileDrops({ editor, player }) {
  const { projectId } = editor.document.value.value;
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    /** @type {Drop|null} */
    let drop = null;
    const end = () => {
      drop?.end();
      drop = null;
      setOver(false);
    };
    const over = (/** @type {DragEvent} */ event) => {
      if (!hasFiles(event)) return;
      if (event.defaultPrevented) return end(); // something on the screen takes them itself
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
      drop ??= new Drop({ kind: kindOf(event), label: "" });
      drop.move({ x: event.clientX, y: event.clientY });
      setOver(true);
    };
    const leave = (/** @type {DragEvent} */ event) => {
      if (!event.relatedTarget) end(); // not to another element of the page
    };
    const fall = (/** @type {DragEvent} */ event) => {
      const place = drop?.place ?? null;
      end();
      if (!hasFiles(event) || event.defaultPrevented) return;
      event.preventDefault();
      take(editor, player, [...(event.dataTransfer?.files ?? [])], place);
    };
    document.addEventListener("dragover", over);
    document.addEventListener("dragleave", leave);
    document.addEventListener("drop", fall);
    return () => {
      end();
      document.removeEventListener("dragover", over);
      document.removeEventListener("dragleave", leave);
      document.removeEventListener("drop", fall);
    };
  }, [editor, player]);
  const running = uploads.value.filter(({ project }) => project === projectId);
  return html`${isOver && html`<div class="files-over" aria-hidden="true"></div>`}
    <div class="bin-uploads"><${UploadList} uploads=${running} /></div>`;
}

/**
 * Upload files; those that fell on the timeline are put there, in their order.
 * @param {Editor} editor @param {Player|null} player @param {File[]} files @param {Place|null} fallen
 */
function take(editor, player, files, fallen) {
  const place = player ? fallen : { as: /** @type {const} */ ("clip"), time: 0, after: null };
  /** The ids of what was added, by the numbers of the files. @type {(string|null)[]} */
  const added = files.map(() => null);
  addFiles(editor.document.value.peek().projectId, files, (asset, number) => {
    if (!place) return;
    const dragged = draggedAsset(asset);
    const before = added.slice(0, number).findLast((id) => id !== null && isClip(editor, id));
    const after = before ?? place.after;
    const isThere = typeof after !== "string" || isClip(editor, after);
    added[number] = add(editor, player, dragged, isThere ? { ...place, as: fitting(dragged, place), after } : undefined);
  });
}

/**
 * A place that suits what the file turned out to be.
 * @param {import("../drag.js").Dragged} dragged @param {Place} place @returns {Place["as"]}
 */
function fitting({ kind, asset }, { as }) {
  if (kind === "audio") return as === "sound" || isEffect(asset) ? "sound" : "place";
  return kind === "image" && as === "picture" ? "picture" : "clip";
}

/** @param {Editor} editor @param {string} id */
function isClip(editor, id) {
  return actionsOf(editor.state.peek(), "videoTrack").some((each) => each.id === id);
}

/** @param {DragEvent} event */
const hasFiles = ({ dataTransfer }) => dataTransfer?.types.includes("Files") ?? false;

/** What files are, as far as the browser says before they are dropped. @param {DragEvent} event */
function kindOf({ dataTransfer }) {
  const type = dataTransfer?.items[0]?.type.split("/")[0] ?? "";
  return /** @type {import("../drag.js").Dragged["kind"]} */ (KINDS.includes(type) ? type : "file");
}
