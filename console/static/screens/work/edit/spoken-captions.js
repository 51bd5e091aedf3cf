/**
 * Captions that are made from the words of voices: their texts are corrected in these words, so that they
 * follow the voices.
 *
 * @typedef {import("./editor.js").Editor} Editor
 * @typedef {import("../../../state/voices.js").Spoken} Spoken
 * @typedef {import("../../../timeline/display.js").Caption & {id: string}} Caption
 */

import { voiceWordsOf } from "../../../documents/voice-words.js";
import { correctedSpeech } from "../../../timeline/voice-words.js";

/**
 * Return what corrects the text of a caption, as it is typed: each time, what the voice said before is
 * changed. Null: the caption is not made from a voice.
 * @param {Editor} editor @param {Caption} caption
 * @returns {((text: string) => void) | null}
 */
export function correctionOf(editor, { said }) {
  const before = said && editor.narration.peek().find(({ sceneIndex }) => sceneIndex === said.scene);
  return before ? (text) => correct(editor, before, said, text) : null;
}

/**
 * @param {Editor} editor @param {Spoken} before @param {NonNullable<Caption["said"]>} said @param {string} text
 */
function correct(editor, before, said, text) {
  const after = correctedSpeech(before, said, text);
  if (!after) return; // a caption without words: it is deleted in another way
  const { document, narration } = editor;
  const made = document.value.peek().generatedScenes.find((/** @type {any} */ { sceneIndex }) => sceneIndex === said.scene);
  // The line that was spoken is the same, even if it is written differently.
  const textHash = made?.voiceTextHash;
  voiceWordsOf(document).correct(said.scene, { words: after.words, ...(textHash && { text: after.text, textHash }) });
  const shown = { spokenText: textHash ? after.text : null, words: after.words };
  narration.value = narration.peek().map((each) => (each.sceneIndex === said.scene ? { ...each, ...shown } : each));
}
