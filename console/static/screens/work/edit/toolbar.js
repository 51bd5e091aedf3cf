/** The bar above the timeline. */

import { useComputed } from "@preact/signals";
import { html } from "htm/preact";
import { IconButton } from "../../../components/button.js";
import { Toolbar as Bar } from "../../../components/toolbar.js";
import { t } from "../../../i18n.js";
import { AddBar } from "./add-bar.js";
import { clipAt, freeze, isMuted, removeLeavingGap, toggleMute } from "./clip-actions.js";
import { ZoomControls } from "./timeline/zoom-controls.js";

/**
 * @typedef {import("./editor.js").Editor} Editor
 * @typedef {import("../../../player/player.js").Player} Player
 */

/**
 * What can be added, the actions on what is selected, and the scale of the timeline.
 * @param {{editor: Editor, player: Player, zoom: import("./timeline/zoom.js").Zoom,  ownAudio: import("./own-audio.js").OwnAudio,
 *   library: import("./library.js").Library, hasBin: import("@preact/signals").Signal<boolean>}} props
 */
export function Toolbar({ editor, player, zoom, ownAudio, library, hasBin }) {
  const isShown = hasBin.value;
  return html`<${Bar} class="toolbar" label=${t("edit.bar")}>
    ${!editor.isReadOnly && html`<${IconButton} icon="panel-left" label=${t(isShown ? "edit.bin.hide" : "edit.bin.show")} aria-expanded=${isShown}
      aria-controls=${isShown ? "bin" : undefined} onClick=${() => (hasBin.value = !isShown)} />
    <${AddBar} ...${{ editor, player, ownAudio, library }} />
    <${ClipTools} ...${{ editor, player }} />`}
    <span class="spacer"></span>
    <${ZoomControls} zoom=${zoom} />
  <//>`;
}

/** @param {{editor: Editor, player: Player}} props */
function ClipTools({ editor, player }) {
  const nothing = editor.selected.value.length === 0;
  const now = () => player.time.peek();
  return html`<div class="clip-tools" role="group" aria-label=${t("edit.tools")}>
    <${IconButton} icon="scissors" label=${t("edit.split")} title=${withKey("edit.split", "S")} onClick=${() => editor.split(now())} />
    <${IconButton} icon="snowflake" label=${t("edit.freeze")} onClick=${() => freeze(editor, now())} />
    <${Mute} ...${{ editor, player }} />
    <${IconButton} icon="copy" label=${t("edit.duplicate")} title=${withKey("edit.duplicate", "Ctrl+D")} disabled=${nothing}
      onClick=${() => editor.duplicate()} />
    <${IconButton} icon="trash-2" label=${t("common.delete")} title=${withKey("common.delete", "Del")} disabled=${nothing}
      onClick=${() => removeLeavingGap(editor)} />
  </div>`;
}

/** Turns the sound of the selected clip off and on, or of that at the playhead. @param {{editor: Editor, player: Player}} props */
function Mute({ editor, player }) {
  const muted = useComputed(() => {
    const selected = editor.selection.value === null ? undefined : clipAt(editor, 0);
    return selected !== undefined && isMuted(selected);
  }).value;
  const toggle = () => {
    const clip = clipAt(editor, player.time.peek());
    if (clip) toggleMute(editor, clip);
  };
  return html`<${IconButton} icon=${muted ? "volume-x" : "volume-2"} label=${t(muted ? "edit.unmuteClip" : "edit.muteClip")} onClick=${toggle} />`;
}

/** A tooltip that says which key does the same. @param {string} name @param {string} key */
const withKey = (name, key) => `${t(name)} (${key})`;
