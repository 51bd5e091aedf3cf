/** Music whose file ends before its place on the timeline does, and what helps. */

import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { Button } from "../../../../components/button.js";
import { Notice } from "../../../../components/notice.js";
import { PaidButton } from "../../../../components/paid-button.js";
import { formatDuration, t } from "../../../../i18n.js";
import { isActive, jobsOf } from "../../../../state/jobs.js";
import { loadProviders } from "../../../../state/providers.js";
import { musicEnd } from "../../../../timeline/display.js";
import { actionsOf } from "../../../../timeline/editor-state.js";
import { newId } from "../../../../timeline/operations/index.js";
import { MakeSound } from "../../scenes/narration/sound-bar.js";

/** @typedef {import("../editor.js").Editor} Editor */

/** @type {import("../../../../state/providers.js").Role[]} */
const MUSIC = ["music"];

/**
 * Offers to repeat the music, to give it a place of its own, and to make longer music, as long as it ends early.
 * @param {{editor: Editor, seconds: number | undefined}} props  `seconds`: how long it is, as far as it is known
 */
export function MusicEnds({ editor, seconds }) {
  const [isAsking, setAsking] = useState(false);
  useEffect(() => void loadProviders(), []);
  const { audioLoop = false } = editor.state.value;
  const end = seconds && !audioLoop ? musicEnd(actionsOf(editor.placed.value, "audioTrack"), seconds) : null;
  const isWhole = actionsOf(editor.state.value, "audioTrack").length === 0;
  const isMaking = jobsOf(editor.document.value.value.id).some((job) => job.kind === "music" && isActive(job));
  const dialog = isAsking && html`<${MakeSound} kind="music" work=${editor.document} onClose=${() => setAsking(false)} />`;
  if (end === null || seconds === undefined) return dialog;
  return html`<${Notice} kind="warning">
      <p>${t("edit.musicEnds", { at: formatDuration(end) })}</p>
      <div class="actions">
        <${Button} small onClick=${() => editor.apply({ op: "music", loop: true })}>${t("mix.repeat")}<//>
        ${isWhole && html`<${Button} small onClick=${() => givePlace(editor, seconds)}>${t("mix.place")}<//>`}
        <${PaidButton} roles=${MUSIC} small icon="music" busy=${isMaking} onClick=${() => setAsking(true)}>${t("mix.longer")}<//>
      </div>
    <//>
    ${dialog}`;
}

/** Give music under the whole video a place that is as long as its file, and select it. @param {Editor} editor @param {number} seconds */
function givePlace(editor, seconds) {
  const id = newId("music");
  if (editor.apply({ op: "place", new: id, start: 0, end: seconds, from: 0 })) editor.select([id]);
}
