/** How loud the music is beside voices, and whether it is repeated. */

import { html } from "htm/preact";
import { Button } from "../../../../components/button.js";
import { Notice } from "../../../../components/notice.js";
import { formatDuration, formatNumber, t } from "../../../../i18n.js";
import { musicEnd } from "../../../../timeline/display.js";
import { actionsOf } from "../../../../timeline/editor-state.js";
import { MUSIC_LEVEL, MUSIC_LEVELS } from "../../../../timeline/facts.js";
import { SliderField } from "./playing.js";

const [MIN_LEVEL, MAX_LEVEL] = MUSIC_LEVELS;
const QUIETEST = -40; // LUFS, of the slider

/**
 * @param {{editor: import("../editor.js").Editor, seconds: number | undefined}} props
 *   `seconds`: how long the music is, as far as it is known
 */
export function MusicLevel({ editor, seconds }) {
  const { audioLoop = false } = editor.state.value;
  const end = seconds && !audioLoop ? musicEnd(actionsOf(editor.placed.value, "audioTrack"), seconds) : null;
  const repeat = (/** @type {boolean} */ loop) => editor.apply({ op: "music", loop });
  return html`<${Level} editor=${editor} />
    ${end !== null &&
    html`<${Notice}>
      <p>${t("edit.musicEnds", { at: formatDuration(end) })}</p>
      <div class="actions"><${Button} small onClick=${() => repeat(true)}>${t("mix.repeat")}<//></div>
    <//>`}
    <label class="check">
      <input type="checkbox" checked=${audioLoop} onChange=${(/** @type {any} */ event) => repeat(event.target.checked)} />
      <span>${t("mix.loop")}</span>
    </label>`;
}

/** @param {{editor: import("../editor.js").Editor}} props */
function Level({ editor }) {
  const { audioLevel = null } = editor.state.value;
  const operation = (/** @type {number | null} */ level) => ({ op: "music", level });
  const set = (/** @type {number | null} */ level) => editor.apply(operation(level));
  if (audioLevel === null) {
    return html`<div class="actions">
        <${Button} small icon="gauge" onClick=${() => set(MUSIC_LEVEL)}>${t("mix.levelMusic")}<//>
      </div>
      <p class="hint">${t("mix.levelMusicHint", { level: formatNumber(MUSIC_LEVEL) })}</p>`;
  }
  const told = `${formatNumber(audioLevel)} LUFS`;
  return html`<${SliderField} label=${t("mix.level")} unit="LUFS" editor=${editor} min=${MIN_LEVEL} max=${MAX_LEVEL} step="0.5"
      value=${audioLevel} position=${Math.max(audioLevel, QUIETEST)} range=${[QUIETEST, MAX_LEVEL]} told=${told}
      valueAt=${(/** @type {number} */ value) => value} operation=${operation}
      set=${(/** @type {number} */ level) => editor.apply(operation(level), "level")} />
    <p class="hint">${t("mix.levelHint")}</p>
    <div class="actions"><${Button} small icon="rotate-ccw" onClick=${() => set(null)}>${t("mix.unlevel")}<//></div>`;
}
