/** The bin: media of the work and of the project, to add to the timeline. */

import { html } from "htm/preact";
import { useId } from "preact/hooks";
import { TabList } from "../../../../components/tab-list.js";
import { t } from "../../../../i18n.js";
import { binTab } from "../kept.js";
import { Library } from "./library.js";
import { Scenes } from "./scenes.js";

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
  const name = binTab.value;
  const Panel = TABS[name];
  return html`<${TabList} id=${id} class="bin-tabs" label=${t("edit.bin.title")} names=${NAMES} current=${name}
      textOf=${(/** @type {string} */ each) => t(`edit.bin.tabs.${each}`)} choose=${(/** @type {string} */ next) => (binTab.value = next)} />
    <div class="bin-panel" role="tabpanel" id=${`${id}-panel`} aria-labelledby=${`${id}-${name}`}>
      <${Panel} ...${props} />
    </div>`;
}
