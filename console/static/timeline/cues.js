/**
 * The captions of a work: its own, or what its voices say, or the scenes' texts. The rules are those of
 * export/plan/work_captions.py.
 *
 * @typedef {import("./spoken-words.js").Word} Word
 * @typedef {import("./voices.js").Voice} Voice
 * @typedef {{sceneIndex: number, spokenText: string|null, words: Word[]}} Spoken  what the voice of a scene says
 *
 * @typedef {object} Cue  a caption; without times it is shown while its scene is
 * @property {string} text
 * @property {number|null} start
 * @property {number|null} end
 * @property {number|null} scene
 * @property {Word[]} words  of its text, if their times are known
 * @property {number|null} voice  the scene with whose voice its times begin
 * @property {number} [from]  of a voice: the first of its parts of words, see spoken-words.js
 */

import { captionLook, lineColumns } from "./caption-looks.js";
import { linesOf } from "./caption-lines.js";
import { lasts } from "./clips.js";
import { fitted } from "./fitted-words.js";
import { partsOf } from "./spoken-words.js";

/** Captions of what a voice says, by how much of it is heard. @type {WeakMap<Word[], Map<string, Cue[]>>} */
const known = new WeakMap();

/**
 * @param {any} work @param {Voice[]} voices @param {Spoken[]} narration
 * @param {{width: number, height: number}} frame
 * @returns {Cue[]}
 */
export function cuesOf(work, voices, narration, frame) {
  const captions = work.editorState?.captions ?? [];
  if (captions.length > 0) return captions.filter(lasts).map(ownCue);
  const columns = lineColumns(frame, captionLook(work));
  const spoken = new Map(narration.map((each) => [each.sceneIndex, each]));
  const said = voices.flatMap((voice) => captionsOfVoice(voice, spoken.get(voice.scene), columns));
  if (said.length > 0) return said;
  return (work.scenes ?? [])
    .filter((/** @type {any} */ scene) => (scene.text_overlay ?? "").trim() !== "")
    .map((/** @type {any} */ scene) => ({
      text: scene.text_overlay, start: null, end: null, scene: scene.scene_index, words: [], voice: null,
    }));
}

/** @param {any} caption @returns {Cue} */
function ownCue({ text, start, end, words }) {
  const found = words?.length ? fitted(text, words).map(bare) : [];
  return { text, start, end, scene: null, words: found, voice: null };
}

/** Return the captions of a voice, whose clock begins with it. @param {Voice} voice @param {Spoken|undefined} spoken @param {number} columns */
function captionsOfVoice(voice, spoken, columns) {
  const { scene, trim, speed, length, volume } = voice;
  if (!spoken?.words.length || volume === 0 || length === 0) return [];
  const key = JSON.stringify([scene, trim, speed, length, columns, spoken.spokenText]);
  const before = known.get(spoken.words) ?? new Map();
  known.set(spoken.words, before);
  if (!before.has(key)) {
    const all = partsOf(fitted(spoken.spokenText, spoken.words));
    const heard = all
      .filter((word) => word.end > trim && word.start < trim + length * speed)
      .map((word) => ({
        ...word,
        start: Math.max((word.start - trim) / speed, 0),
        end: Math.min((word.end - trim) / speed, length),
      }));
    let from = all.filter((word) => word.end <= trim).length;
    const cues = linesOf(heard, columns).map((line) => {
      const cue = { ...line, words: line.words.map(bare), scene: null, voice: scene, from };
      from += line.words.length;
      return cue;
    });
    before.set(key, cues);
  }
  return before.get(key);
}

/** @param {Word} word @returns {Word} */
function bare({ text, start, end }) {
  return { text, start, end };
}
