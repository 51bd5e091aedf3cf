/**
 * Texts as exports draw them: which characters are kept, and which are emoji. The rules are those
 * of media/drawing/layout.py and fonts.py.
 */

const SURROGATE = /\p{Cs}/gu;
const NEWLINE = /\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]/g;
const CONTROL = /[\0-\x08\x0e-\x1b\x1f\x7f-\x9f]/g;
const MARKS = /([\p{Mn}\p{Me}\p{Mc}\p{Cf}]{30})[\p{Mn}\p{Me}\p{Mc}\p{Cf}]+/gu;
const TRAILING = /[ \u1680\u2000-\u2006\u2008-\u200a\u205f\u3000]+$/gm; // a browser would centre them, too
const TAB = " ".repeat(8);
const EMPTY_LINE = "\u200b"; // a browser would leave out an empty line at the end
const TEXT_STYLE = "\ufe0e";
const EMOJI_STYLE = /[\ufe0f\u20e3]/;
const clusters = new Intl.Segmenter("und", { granularity: "grapheme" });

/**
 * Return a text as it is drawn, lines divided by "\n".
 * @param {string} text
 */
export function drawnText(text) {
  const lines = text
    .normalize("NFC")
    .replace(SURROGATE, "\ufffd")
    .replaceAll("\t", TAB)
    .replace(NEWLINE, "\n")
    .replace(CONTROL, (found) => (found === "\n" ? found : ""))
    .replace(MARKS, "$1")
    .replace(TRAILING, "");
  return lines === "" || lines.endsWith("\n") ? lines + EMPTY_LINE : lines;
}

/**
 * Divide a text into parts with emoji and parts without.
 * @param {string} text
 * @returns {{text: string, isEmoji: boolean}[]}
 */
export function parts(text) {
  /** @type {{text: string, isEmoji: boolean}[]} */
  const found = [];
  for (const { segment } of clusters.segment(text)) {
    const last = found.at(-1);
    const emoji = isEmoji(segment);
    if (last && last.isEmoji === emoji) last.text += segment;
    else found.push({ text: segment, isEmoji: emoji });
  }
  return found;
}

/** Return whether a grapheme cluster is shown as a coloured picture (UTS 51). @param {string} cluster */
function isEmoji(cluster) {
  if (/^[\0-\x7f]*$/.test(cluster) || cluster.includes(TEXT_STYLE)) return false;
  if (EMOJI_STYLE.test(cluster)) return /^\p{Emoji}/u.test(cluster);
  return /^\p{Emoji_Presentation}/u.test(cluster);
}
