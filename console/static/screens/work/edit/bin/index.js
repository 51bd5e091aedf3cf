/** The bin: media of the work and of the project, to add to the timeline. */

import { html } from "htm/preact";
import { useId } from "preact/hooks";
import { TabList } from "../../../../components/tab-list.js";
import { t } from "../../../../i18n.js";
import { sceneNumbers } from "../../../../timeline/editor-state.js";
import { sceneThumbnail, versioned } from "../../../../urls.js";
import { binTab } from "../kept.js";
import { add } from "./adding.js";
import { Library, Tile, Tiles } from "./tiles.js";

// The scenes of the work.

/** @param {BinProps} props */
function Scenes({ editor, player }) {
  const work = editor.document.value.value;
  const made = new Map(work.generatedScenes.map((/** @type {any} */ each) => [each.sceneIndex, each]));
  const planned = work.scenes.map((/** @type {any} */ each) => each.scene_index);
  const others = [...made.values()].filter((each) => each.imageUrl || each.videoUrl).map((each) => each.sceneIndex);
  const scenes = [...new Set([...planned, ...others])];
  const numbers = sceneNumbers(work);
  if (scenes.length === 0) return html`<p class="note">${t("edit.bin.noScenes")}</p>`;
  const tile = (/** @type {number} */ scene) => {
    const media = made.get(scene);
    const picture = sceneThumbnail(work, scene);
    const dragged = { kind: /** @type {const} */ ("scene"), scene, label: t("scenes.scene", { number: numbers[scene] }), picture };
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

/**
 * @typedef {object} BinProps
 * @property {import("../editor.js").Editor} editor
 * @property {import("../../../../player/player.js").Player | null} player
 * @property {import("../library.js").Library} library
 */

/** @type {Record<string, (props: BinProps) => any>} */
const TABS = { scenes: Scenes, media: Library };
const NAMES = Object.keys(TABS);

/** @param {BinProps} props */
export function Bin(props) {
  const id = useId();
  const { id: work, scenes, generatedScenes } = props.editor.document.value.value;
  const hasScenes = scenes.length > 0 || generatedScenes.length > 0;
  const name = hasScenes || binTab.value.work === work ? binTab.value.tab : "media";
  const Panel = TABS[name];
  return html`<${TabList} id=${id} class="bin-tabs" label=${t("edit.bin.title")} names=${NAMES} current=${name}
      textOf=${(/** @type {string} */ each) => t(`edit.bin.tabs.${each}`)} choose=${(/** @type {string} */ next) => (binTab.value = { work, tab: next })} />
    <div class="bin-panel" role="tabpanel" id=${`${id}-panel`} aria-labelledby=${`${id}-${name}`}>
      <${Panel} ...${props} />
    </div>`;
}
