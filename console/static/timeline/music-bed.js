/**
 * The music as it is heard in a video: at its loudness, repeated, and faded out. The rules are those of
 * export/plan/music_bed.py. All times are seconds.
 *
 * @typedef {import("./timeline.js").Music} Music
 *
 * @typedef {object} Song  what is known of a file with music, if it can be measured
 * @property {number} [seconds]  how long it sounds
 * @property {number|null} [loudness]  in LUFS
 *
 * @typedef {object} Bed
 * @property {Music[]} music
 * @property {number|null} musicLevel  in LUFS, beside voices; null: the music stays as its file is
 * @property {boolean} loopsMusic
 * @property {Song|null} song  null: it is being measured
 */

import { gainOf } from "./ducking.js";
import { MUSIC_BED } from "./facts.js";

const { fade: FADE, join: JOIN, turns: MAX_TURNS, gain: MAX_GAIN, silence: SILENCE } = MUSIC_BED;

/**
 * Return the music of a video that ends at a time. It is brought to its loudness if somebody speaks, and
 * is not heard until that is known.
 * @param {Bed} bed @param {number} end @param {boolean} isSpoken
 * @returns {Music[]}
 */
export function heardMusic({ music, musicLevel, loopsMusic, song }, end, isSpoken) {
  if (musicLevel === null && !loopsMusic) return music;
  if (song === null) return [];
  const gain = musicLevel !== null && isSpoken ? gainOf(bedGain(musicLevel, song.loudness)) : 1;
  /** @type {Music[]} */
  const heard = [];
  for (const each of music) {
    const levelled = { ...each, volume: each.volume * gain };
    const turns = loopsMusic ? turnsOf(levelled, song.seconds, end, MAX_TURNS - heard.length) : [levelled];
    const last = /** @type {Music} */ (turns.at(-1));
    heard.push(...turns.slice(0, -1), musicLevel === null ? last : faded(last, song.seconds, end));
  }
  return heard;
}

/**
 * Return the decibels that bring music to a level in LUFS; 0 for silence, or if unknown.
 * @param {number} level @param {number|null|undefined} loudness
 */
export function bedGain(level, loudness) {
  if (loudness === null || loudness === undefined || loudness < SILENCE) return 0;
  return Math.max(-MAX_GAIN, Math.min(level - loudness, MAX_GAIN));
}

/**
 * Return music as often as its place needs: each turn is blended with the one before.
 * @param {Music} music @param {number|undefined} seconds @param {number} end @param {number} most
 */
function turnsOf(music, seconds, end, most) {
  if (!seconds) return [music];
  const stop = Math.min(music.end ?? end, end);
  const join = Math.min(JOIN, seconds / 4);
  const trim = music.trim >= seconds ? music.trim % (seconds - join) : music.trim;
  const turns = [];
  let turn = { ...music, trim };
  while (turns.length + 1 < most) {
    const over = turn.start + seconds - turn.trim;
    if (over >= stop || over - join <= turn.start) break;
    turns.push({ ...turn, end: over, fadeOut: join });
    turn = { ...music, start: over - join, trim: 0, fadeIn: join };
  }
  return [...turns, turn];
}

/**
 * Return music that ends in the last second of a video with a fade, unless it has one.
 * @param {Music} music @param {number|undefined} seconds @param {number} end
 */
function faded(music, seconds, end) {
  const { start, trim, fadeOut } = music;
  const stop = Math.min(music.end ?? end, end, seconds === undefined ? Infinity : start + seconds - trim);
  if (fadeOut || stop <= end - FADE || stop <= start) return music;
  return { ...music, end: stop, fadeOut: Math.min(FADE, stop - start) };
}
