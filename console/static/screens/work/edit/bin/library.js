/** The assets of the project: searched, chosen by type, uploaded. */

import { html } from "htm/preact";
import { useMemo, useState } from "preact/hooks";
import { Icon } from "../../../../components/button.js";
import { FileButton } from "../../../../components/files.js";
import { t } from "../../../../i18n.js";
import { addFiles } from "../../../../state/asset-uploads.js";
import { ACCEPTED } from "../../../../state/assets.js";
import { add, draggedAsset } from "./adding.js";
import { Tile } from "./tile.js";
import { Tiles } from "./tiles.js";

/** @typedef {import("../../../../state/assets.js").Asset} Asset */

const TYPES = ["video", "image", "audio"];
/** @type {Record<string, string>} */
const ICONS = { video: "video", image: "image", audio: "music" };

/** @param {import("./index.js").BinProps} props */
export function Library({ editor, player, library }) {
  const { projectId } = editor.document.value.value;
  const [query, setQuery] = useState("");
  const [type, setType] = useState("");
  const assets = library.assets.value;
  const shown = useMemo(() => chosen(assets ?? [], type, query), [assets, type, query]);
  const tile = (/** @type {Asset} */ asset) => html`<${AssetTile} key=${asset.id} ...${{ asset, editor, player }} />`;
  return html`<div class="bin-tools" role="search">
      <span class="search">
        <${Icon} name="search" />
        <input type="search" class="input" dir="auto" aria-label=${t("edit.bin.search")} placeholder=${t("edit.bin.search")}
          value=${query} onInput=${(/** @type {any} */ { target }) => setQuery(target.value)} />
      </span>
      <select class="input" aria-label=${t("library.type")} value=${type} onInput=${(/** @type {any} */ { target }) => setType(target.value)}>
        ${["", ...TYPES].map((each) => html`<option value=${each} selected=${each === type}>${t(`edit.bin.types.${each || "all"}`)}</option>`)}
      </select>
      <${FileButton} small icon="upload" accept=${ACCEPTED} multiple onFiles=${(/** @type {File[]} */ files) => addFiles(projectId, files)}>
        ${t("edit.bin.upload")}
      <//>
    </div>
    ${assets && shown.length === 0 && html`<p class="note">${t(query || type ? "edit.bin.noMatch" : "edit.bin.noAssets")}</p>`}
    ${shown.length > 0 && html`<${Tiles} items=${shown} tile=${tile} label=${t("edit.bin.tabs.media")} />`}`;
}

/** @param {{asset: Asset, editor: import("../editor.js").Editor, player: import("../../../../player/player.js").Player | null}} props */
function AssetTile({ asset, editor, player }) {
  const dragged = draggedAsset(asset);
  const put = (/** @type {any} */ place) => add(editor, player, dragged, place);
  const over = () => put({ as: "picture", time: player?.time.peek() ?? 0 });
  /** @type {Record<string, import("../../../../components/menu.js").MenuItem[]>} */
  const actions = {
    image: [
      { label: t("edit.bin.asClip"), icon: "film", onSelect: () => put(undefined) },
      { label: t("edit.bin.asPicture"), icon: "layers", onSelect: over },
    ],
    audio: [
      { label: t("heard.asSound"), icon: "audio-lines", onSelect: () => put({ as: "sound", time: player?.time.peek() ?? 0 }) },
      { label: t("heard.asMusic"), icon: "music", onSelect: () => put(null) },
    ],
  };
  return html`<${Tile}
    ...${{ dragged, actions: actions[asset.type] }}
    icon=${ICONS[asset.type] ?? "file-text"}
    seconds=${asset.videoDuration ?? asset.duration}
    video=${asset.type === "video" ? asset.url : undefined}
    onAdd=${put}
  />`;
}

/** @param {Asset[]} assets @param {string} type @param {string} query */
function chosen(assets, type, query) {
  const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return assets.filter((asset) => {
    if (type ? asset.type !== type : !TYPES.includes(asset.type)) return false;
    const text = [asset.name, ...(asset.tags ?? []), asset.filename].join("\n").toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  });
}
