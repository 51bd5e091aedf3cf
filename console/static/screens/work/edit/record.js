/** Recording a voice at the playhead, while the film plays silently. */

import { html } from "htm/preact";
import { useEffect, useMemo } from "preact/hooks";
import { FileButton } from "../../../components/files.js";
import { t } from "../../../i18n.js";
import { assetRequest } from "../../../state/assets.js";
import { useUpload } from "../../../state/upload.js";
import { timecode } from "../../../timeline/display.js";
import { MIN_SECONDS } from "../../../timeline/facts.js";
import { recordingsOf } from "../../../timeline/work-sound.js";
import { ACCEPTED, RecorderDialog } from "../scenes/recording/index.js";
import { addVoice } from "./bin/adding.js";

/**
 * @typedef {import("./editor.js").Editor} Editor
 * @typedef {import("../../../player/player.js").Player} Player
 */

/**
 * Records takes from the playhead on, or takes a file; what is used becomes a voice there.
 * @param {{editor: Editor, player: Player, onClose: () => void}} props
 */
export function VoiceRecording({ editor, player, onClose }) {
  const upload = useUpload();
  const start = useMemo(() => startOf(player), [player]);
  useEffect(() => {
    player.pause();
    player.stage.root.scrollIntoView({ block: "nearest" });
  }, [player]);
  const store = async (/** @type {File} */ file, /** @type {string} */ name, /** @type {number | undefined} */ seconds) => {
    const { projectId } = editor.document.value.peek();
    const asset = await upload.start(...assetRequest(projectId, file, name), name);
    if (!asset) return;
    addVoice(editor, player, { ...asset, duration: asset.duration ?? seconds }, start);
    onClose();
  };
  const use = async (/** @type {import("../scenes/recording/index.js").Take} */ { blob, seconds }) => {
    const name = t("recording.named", { number: recordingsOf(editor.document.value.peek()).length + 1 });
    await store(new File([blob], name, { type: blob.type }), name, Math.max(seconds, MIN_SECONDS));
  };
  const choose = (/** @type {File[]} */ [file]) => file && store(file, file.name, undefined);
  const other = html`<${FileButton} icon="upload" accept=${ACCEPTED} onFiles=${choose}>${t("recording.upload")}<//>`;
  const time = timecode(start, editor.model.peek().plan.rate);
  return html`<${RecorderDialog} class="below" title=${t("recording.atPlayhead", { time })} accompany=${() => playSilently(player, start)}
    uses=${[{ label: t("recording.use"), use }]} ...${{ upload, other, onClose }}>
    <p class="quiet">${t("recording.film")}</p>
  <//>`;
}

/** Where a take begins: at the end, the film plays from its beginning. @param {Player} player */
function startOf(player) {
  const time = player.time.peek();
  return time < player.end.peek() - MIN_SECONDS ? time : player.first.peek();
}

/** Play the film without its sound; return how to end that. @param {Player} player @param {number} start  seconds */
function playSilently(player, start) {
  const isMuted = player.muted.peek();
  player.seek(start);
  if (!isMuted) player.toggleMuted();
  player.play();
  return () => {
    player.pause();
    if (!isMuted) player.toggleMuted();
    player.seek(start);
  };
}
