/** Captions of a recording: of what a vendor writes down, or of a text that is typed. */

import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { FormDialog } from "../../../../components/dialogs.js";
import { TextArea } from "../../../../components/field.js";
import { Reason } from "../../../../components/notice.js";
import { PaidButton } from "../../../../components/paid-button.js";
import { t } from "../../../../i18n.js";
import { estimateWords } from "../../../../state/assets.js";
import { hasVendor } from "../../../../state/choices.js";
import { isActive, jobsOf, startJob } from "../../../../state/jobs.js";
import { loadProviders } from "../../../../state/providers.js";
import { useRequest } from "../../../../state/request.js";
import { captionLook, lineColumns } from "../../../../timeline/caption-looks.js";
import { settingsOf } from "../../../../timeline/editor-state.js";
import { MAX_NARRATION } from "../../../../timeline/facts.js";
import { newId } from "../../../../timeline/operations/index.js";
import { loadPhrases } from "../../../../timeline/phrases.js";
import { captionsOfVoice } from "../../../../timeline/timeline.js";
import { workApi } from "../../../../urls.js";
import { ownCaptions } from "../compound-operations.js";
import { chooseCaptions } from "../kept.js";

/**
 * @typedef {import("../editor.js").Editor} Editor
 * @typedef {import("../../../../timeline/editor-state.js").Action} Action
 * @typedef {import("../../../../timeline/spoken-words.js").Word} Word
 * @typedef {{text: string, words: Word[]}} Said
 */

/** @type {import("../../../../state/providers.js").Role[]} */
const TRANSCRIPTION = ["transcription"];

/**
 * Asks what is said in a recording, and makes captions of it.
 * @param {{editor: Editor, action: Action, onClose: () => void}} props
 */
export function RecordedCaptions({ editor, action, onClose }) {
  const { projectId } = editor.document.value.peek();
  const [text, setText] = useState("");
  const heard = useTranscript(editor, action.assetId);
  useEffect(() => void loadProviders(), []);
  useEffect(() => {
    if (heard.said) setText(heard.said.text);
  }, [heard.said]);
  const submit = async () => {
    const isHeard = heard.said?.text === text && heard.said.words.length > 0;
    const words = isHeard ? /** @type {Said} */ (heard.said).words : await estimateWords(projectId, action.assetId, text);
    await loadPhrases(text);
    addCaptions(editor, action, { text, words });
  };
  return html`<${FormDialog} title=${t("heard.captionsTitle")} submit=${t("heard.makeCaptions")} onSubmit=${submit} onClose=${onClose}>
    ${hasVendor("transcription") &&
    html`<div class="actions">
      <${PaidButton} roles=${TRANSCRIPTION} icon="captions" busy=${heard.isBusy} onClick=${heard.start}>${t("heard.transcribe")}<//>
    </div>`}
    ${heard.reason && html`<${Reason} text=${heard.reason} />`}
    <${TextArea} label=${t("heard.said")} hint=${t("heard.saidHint")} limit=${MAX_NARRATION} required autofocus value=${text} onInput=${setText} />
  <//>`;
}

/**
 * What a vendor writes down of a recording, once that was asked for.
 * @param {Editor} editor @param {string} assetId
 */
function useTranscript({ document }, assetId) {
  const { projectId, id } = document.value.peek();
  const request = useRequest();
  const [ordered, setOrdered] = useState("");
  const job = jobsOf(id).find((each) => each.id === ordered);
  const start = () =>
    request.run(async () => setOrdered((await startJob(workApi(projectId, id), { kind: "transcript", assetId })).id));
  const isBusy = request.busy || Boolean(job && isActive(job));
  /** @type {Said | null} */
  const said = (job && !isActive(job) && job.result?.text !== undefined && job.result) || null;
  return { start, isBusy, said, reason: isBusy ? "" : (request.error?.text ?? job?.reason ?? "") };
}

/**
 * Add the captions of what is said in a recording; the video's own ones at its time are replaced.
 * @param {Editor} editor @param {Action} action @param {Said} said
 */
function addCaptions(editor, { start, end, trimStart: trim = 0 }, { text, words }) {
  const length = end - start;
  const spoken = words.length > 0 ? words : [{ text, start: trim, end: trim + length }];
  const columns = lineColumns(settingsOf(editor.state.peek()), captionLook(editor.document.value.peek()));
  const voice = { scene: -1, trim, speed: 1, length, volume: 1 };
  const cues = captionsOfVoice(voice, { spokenText: text, words: spoken }, columns);
  const { all, isOwn } = editor.captions.peek();
  const replaced = isOwn ? all.filter((each) => each.start >= start && each.start < end) : [];
  const at = (/** @type {number | null} */ time) => start + (time ?? 0);
  const added = cues.map((cue) => ({
    op: "caption",
    new: newId("caption"),
    text: cue.text,
    start: at(cue.start),
    end: at(cue.end),
    words: cue.words.map((word) => ({ ...word, start: at(word.start), end: at(word.end) })),
  }));
  const removed = replaced.map(({ id }) => ({ op: "delete", kind: "caption", id }));
  if (editor.apply([...ownCaptions(editor), ...removed, ...added])) chooseCaptions(true);
}
