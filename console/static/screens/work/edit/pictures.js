/** Choosing a picture of the project, or a file that becomes one. */

import { useSignal } from "@preact/signals";
import { html } from "htm/preact";
import { useRef } from "preact/hooks";
import { Icon } from "../../../components/button.js";
import { Dialog } from "../../../components/dialogs.js";
import { FileButton } from "../../../components/files.js";
import { t } from "../../../i18n.js";
import { addFiles, uploads } from "../../../state/asset-uploads.js";
import { PICTURES } from "../../../state/assets.js";
import { UploadList } from "../../project/assets/upload-list.js";
import { pictureOf } from "./bin/adding.js";
import { Tiles } from "./bin/tiles.js";

/** @typedef {import("../../../state/assets.js").Asset} Asset */

const VIDEOS = "video/mp4,video/webm,video/quicktime,video/x-msvideo,.avi,.mov";

/**
 * Pictures of the project, of which one is chosen, or a file; with `withVideos` also its videos.
 * @param {{editor: import("./editor.js").Editor, title: string, withVideos?: boolean,
 *   onChoose: (asset: Asset) => void, onClose: () => void}} props
 */
export function PictureDialog({ editor, title, withVideos = false, onChoose, onClose }) {
  const { projectId } = editor.document.value.value;
  const isOffered = (/** @type {Asset} */ { type }) => type === "image" || (withVideos && type === "video");
  const offered = (editor.library.assets.value ?? []).filter(isOffered);
  const sent = useSignal(/** @type {File[]} */ ([]));
  const isDone = useRef(false);
  const close = () => {
    isDone.current = true; // a file that is on its way still becomes an asset
    onClose();
  };
  const choose = (/** @type {Asset} */ asset) => {
    if (isDone.current) return;
    close();
    onChoose(asset);
  };
  const send = (/** @type {File[]} */ files) => {
    sent.value = [...sent.value, ...files];
    addFiles(projectId, files, choose);
  };
  const running = uploads.value.filter(({ file }) => sent.value.includes(file));
  const tile = (/** @type {Asset} */ asset) => html`<${PictureTile} key=${asset.id} ...${{ asset }} onChoose=${() => choose(asset)} />`;
  return html`<${Dialog} title=${title} wide onClose=${close}>
    <div class="picture-choice">
      <div class="actions">
        <${FileButton} icon="upload" accept=${withVideos ? `${PICTURES},${VIDEOS}` : PICTURES} onFiles=${send}>${t("edit.bin.upload")}<//>
      </div>
      <${UploadList} uploads=${running} />
      ${offered.length > 0
        ? html`<${Tiles} items=${offered} tile=${tile} label=${title} />`
        : html`<p class="note">${t("edit.noPictures")}</p>`}
    </div>
  <//>`;
}

/** @param {{asset: Asset, onChoose: () => void}} props */
function PictureTile({ asset, onChoose }) {
  return html`<div class="bin-tile" role="listitem">
    <button type="button" class="bin-add" title=${asset.name} onClick=${onChoose}>
      <span class="bin-picture">
        <img src=${pictureOf(asset)} alt="" loading="lazy" decoding="async" />
        ${asset.type === "video" && html`<span class="mark"><${Icon} name="video" /></span>`}
      </span>
      <span class="bin-name" dir="auto">${asset.name}</span>
    </button>
  </div>`;
}
