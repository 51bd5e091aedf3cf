/** The scenes of the work. */

import { html } from "htm/preact";
import { t } from "../../../../i18n.js";
import { sceneThumbnail, versioned } from "../../../../urls.js";
import { add } from "./adding.js";
import { Tile } from "./tile.js";
import { Tiles } from "./tiles.js";

/** @param {import("./index.js").BinProps} props */
export function Scenes({ editor, player }) {
  const work = editor.document.value.value;
  const made = new Map(work.generatedScenes.map((/** @type {any} */ each) => [each.sceneIndex, each]));
  const planned = work.scenes.map((/** @type {any} */ each) => each.scene_index);
  const others = [...made.values()].filter((each) => each.imageUrl || each.videoUrl).map((each) => each.sceneIndex);
  const scenes = [...new Set([...planned, ...others])];
  if (scenes.length === 0) return html`<p class="note">${t("edit.bin.noScenes")}</p>`;
  const tile = (/** @type {number} */ scene) => {
    const media = made.get(scene);
    const picture = sceneThumbnail(work, scene);
    const dragged = { kind: /** @type {const} */ ("scene"), scene, label: t("scenes.scene", { number: scene + 1 }), picture };
    return html`<${Tile}
      key=${scene}
      dragged=${dragged}
      icon="clapperboard"
      seconds=${media?.videoDuration}
      video=${media?.videoUrl && versioned(media.videoUrl, media)}
      onAdd=${(/** @type {any} */ place) => add(editor, player, dragged, place)}
    />`;
  };
  return html`<${Tiles} items=${scenes} tile=${tile} label=${t("edit.bin.tabs.scenes")} />`;
}
