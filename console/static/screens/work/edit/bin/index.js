/** The bin: media of the work and of the project, to add to the timeline. */

import { html } from "htm/preact";
import { useId } from "preact/hooks";
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
/** @type {Record<string, number>} */
const STEPS = { ArrowLeft: -1, ArrowRight: 1 };

/** @param {BinProps} props */
export function Bin(props) {
  const id = useId();
  const name = binTab.value;
  const setName = (/** @type {string} */ next) => (binTab.value = next);
  const press = (/** @type {any} */ event) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const index = (NAMES.indexOf(name) + step + NAMES.length) % NAMES.length;
    setName(NAMES[index]);
    event.currentTarget.children[index].focus();
  };
  const Panel = TABS[name];
  return html`<div class="bin-tabs" role="tablist" aria-label=${t("edit.bin.title")} onKeyDown=${press}>
      ${NAMES.map(
        (each) =>
          html`<button type="button" role="tab" id=${`${id}-${each}`} class="inspector-tab" aria-selected=${each === name}
            aria-controls=${`${id}-panel`} tabindex=${each === name ? 0 : -1} onClick=${() => setName(each)}>
            ${t(`edit.bin.tabs.${each}`)}
          </button>`,
      )}
    </div>
    <div class="bin-panel" role="tabpanel" id=${`${id}-panel`} aria-labelledby=${`${id}-${name}`}>
      <${Panel} ...${props} />
    </div>`;
}
