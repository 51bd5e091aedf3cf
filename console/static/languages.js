/** Names and codes of languages, and who speaks them. */

import { LANGUAGE } from "./i18n.js";

/** @param {string} language */
const namesIn = (language) => new Intl.DisplayNames(language, { type: "language" });
const names = namesIn(LANGUAGE);
const englishNames = LANGUAGE === "en" ? names : namesIn("en");

/** The name of a language, to show. @param {string} code such as `de` or `deu` */
export const nameOf = (code) => nameIn(names, code);

/** The name of a language in documents, whatever the language of the page. @param {string} code */
export const englishNameOf = (code) => nameIn(englishNames, code);

/** What a language is called in itself. @param {string} code */
export function ownNameOf(code) {
  try {
    const name = nameIn(namesIn(code), code);
    return name.charAt(0).toLocaleUpperCase(code) + name.slice(1);
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
  const called = new Set([wanted, nameOf(wanted.split("-")[0] || "und").toLowerCase()]);
  const namesOf = (/** @type {string} */ code) => [code, nameOf(code), englishNameOf(code), ownNameOf(code)];
  return codes.find((code) => namesOf(code).some((name) => called.has(name.toLowerCase()))) ?? "";
}

/** @param {Intl.DisplayNames} names @param {string} code */
function nameIn(names, code) {
  try {
    return names.of(code) ?? code;
  } catch {
    return code;
  }
}

/** Whether a voice speaks a language; some speak all. @param {{languages: string[]}} voice @param {string} language a code; empty: any */
export const speaks = ({ languages }, language) => !language || !languages.length || languages.includes(language);
