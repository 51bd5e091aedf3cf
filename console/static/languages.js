/** Names and codes of languages, and who speaks them. */

const LANGUAGE_NAMES = new Intl.DisplayNames("en", { type: "language" });

/** The name of a language. @param {string} code such as `de` or `deu` */
export function nameOf(code) {
  try {
    return LANGUAGE_NAMES.of(code) ?? code;
  } catch {
    return code;
  }
}

/** The languages of voices, by their names. @param {{languages: string[]}[]} voices @returns {string[]} codes */
export function languagesOf(voices) {
  const codes = new Set(voices.flatMap(({ languages }) => languages));
  return [...codes].sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
}

/**
 * The code of a language, among those of voices; empty if none of them is meant.
 * @param {string} language a code such as `de-AT`, or a name such as `German` or `Deutsch`
 * @param {string[]} codes
 */
export function codeOf(language, codes) {
  const wanted = language.trim().toLowerCase();
  const names = new Set([wanted, nameOf(wanted.split("-")[0] || "und").toLowerCase()]);
  return codes.find((code) => [code, nameOf(code), ownNameOf(code)].some((name) => names.has(name.toLowerCase()))) ?? "";
}

/** What a language is called in itself. @param {string} code */
function ownNameOf(code) {
  try {
    return new Intl.DisplayNames(code, { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** Whether a voice speaks a language; some speak all. @param {{languages: string[]}} voice @param {string} language a code; empty: any */
export const speaks = ({ languages }, language) => !language || !languages.length || languages.includes(language);
