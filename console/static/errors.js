/** What errors of the service are called on the page, where its own words are for programs. */

import { formatAlternatives, hasText, LANGUAGE, t } from "./i18n.js";

/** Media types as people know them. @type {Record<string, string>} */
const FORMATS = {
  "audio/mp4": "M4A",
  "audio/mpeg": "MP3",
  "audio/webm": "WebM",
  "audio/x-m4a": "M4A",
  "image/webp": "WebP",
  "video/quicktime": "MOV",
  "video/webm": "WebM",
  "video/x-msvideo": "AVI",
};
const MEDIA_TYPE = /\b(?:image|video|audio|font)\/[\w+-]+(?:\.\w+)*/g;
const TOO_LARGE = 413; // which a proxy answers as well, without a code
const UNSUPPORTED = 415;
const INVALID_FIELDS = "invalid_fields"; // whose messages are with the fields
export const isEnglish = LANGUAGE === "en"; // as the service's own words, which are more exact

/** Load the texts of errors, if the page needs any; without a connection it does without. */
export async function loadWords() {
  if (isEnglish) return;
  try {
    await import("./i18n/errors.js");
  } catch {
    // the first texts have a general one
  }
}

/**
 * What to show for an answer of the service; undefined if its own words are fine.
 * @param {number} status
 * @param {{error?: string, code?: string, details?: any} | null} body
 * @returns {string | undefined}
 */
export function wordsFor(status, body) {
  const details = typeof body?.details === "string" ? body.details : "";
  if (status === UNSUPPORTED) return wordsForFile(details);
  if (/multipart|incomplete body|timed out/i.test(body?.error ?? "") && status < 500) return t("failure.upload");
  if (body?.error === "No file uploaded") return t("failure.noFile");
  if (isEnglish || body?.code === INVALID_FIELDS) return undefined;
  return status === 0 ? t("failure.offline") : t(keyFor(body?.code ?? (status === TOO_LARGE ? "too_large" : "")));
}

/** What an error is called in the language of the page. @param {string | null} [code] */
export const wordsOfCode = (code) => t(keyFor(code ?? ""));

/** @param {string} code */
const keyFor = (code) => [`errors.${code}`, "errors.internal_error"].find(hasText) ?? "failure.other";

/** The messages of invalid fields, in the language of the page. @param {Record<string, string>} messages */
export function fieldsIn(messages) {
  if (isEnglish) return messages;
  return Object.fromEntries(Object.keys(messages).map((path) => [path, t(keyFor("field"))]));
}

/** @param {string} details such as `text/plain; expected image/png or image/jpeg.` */
function wordsForFile(details) {
  const [, expected = ""] = /(?:expected|recognised as) (.*)/.exec(details) ?? [];
  const formats = new Set((expected.match(MEDIA_TYPE) ?? []).map(formatOf));
  if (!formats.size) return t("failure.damagedFile");
  return t("failure.otherFile", { formats: formatAlternatives([...formats]) });
}

/** @param {string} type */
function formatOf(type) {
  return FORMATS[type] ?? type.replace(/^\w+\/(x-)?/, "").toUpperCase();
}

/**
 * Whether the same request may succeed at another time.
 * @param {{status: number, message: string}} error
 */
export const mayPass = ({ status, message }) =>
  status === 0 || [408, 409, 423, 425, 429].includes(status) || status >= 500 || /API key/i.test(message);
