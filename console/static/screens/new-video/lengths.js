/** How long photos are shown: at least until their lines have ended. The film is as long as all of them. */

const USUAL_SECONDS = 4; // of a photo
const SHORTEST_SECONDS = 1.5; // in which a photo is recognized
const CLOSING_SECONDS = 1.5; // for which the last photo is to be seen after its line
const PAUSES = 0.4; // seconds before and after a line
const LETTERS_PER_SECOND = 14; // that a slow voice speaks
const SIGNS_PER_SECOND = 3.5; // of scripts in which a sign is a syllable or more
const SIGNS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu;

/** How long a line is heard, about, with its pauses. @param {string} line */
function spokenSeconds(line) {
  const text = line.trim();
  if (!text) return 0;
  const signs = text.match(SIGNS)?.length ?? 0;
  return signs / SIGNS_PER_SECOND + (text.length - signs) / LETTERS_PER_SECOND + PAUSES;
}

/**
 * How long each photo is to be shown at least.
 * @param {string[]} lines what is said with each
 * @param {number | null} wished how long the film is to be, if the lines leave time; null: as usual
 * @returns {number[]} seconds
 */
export function plannedSeconds(lines, wished) {
  const last = lines.length - 1;
  const needed = lines.map((line, index) => (index === last && line.trim() ? spokenSeconds(line) + CLOSING_SECONDS : 0));
  const least = wished === null ? USUAL_SECONDS : Math.max(SHORTEST_SECONDS, shareOf(wished, neededBy(lines)));
  return needed.map((seconds) => Math.round(Math.max(least, seconds) * 10) / 10);
}

/**
 * How long each photo will be shown, about; where nobody speaks the lines, to be able to read them.
 * @param {string[]} lines @param {number | null} wished @returns {number[]}
 */
export function shownSeconds(lines, wished) {
  const needed = neededBy(lines);
  return plannedSeconds(lines, wished).map((seconds, index) => Math.max(seconds, Math.round(needed[index] * 10) / 10));
}

/** How long each photo has to be shown for its line. @param {string[]} lines */
const neededBy = (lines) =>
  lines.map((line, index) => spokenSeconds(line) + (index === lines.length - 1 && line.trim() ? CLOSING_SECONDS : 0));

/**
 * How long those photos are shown whose lines leave time, so that all together last as long as wished.
 * @param {number} wished @param {number[]} needed
 */
function shareOf(wished, needed) {
  let rest = wished;
  let count = needed.length;
  for (const seconds of needed.toSorted((one, other) => other - one)) {
    if (seconds <= rest / count) break;
    rest -= seconds;
    count -= 1;
  }
  return count ? rest / count : 0;
}
