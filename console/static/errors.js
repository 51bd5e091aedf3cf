/** What errors of the service are called on the page, where its own words are for programs. */

import { formatAlternatives, t } from "./i18n.js";

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
const UNSUPPORTED = 415;

/**
 * What to show for an answer of the service; undefined if its own words are fine.
 * @param {number} status
 * @param {{error?: string, details?: any} | null} body
 * @returns {string | undefined}
 */
export function wordsFor(status, body) {
  const details = typeof body?.details === "string" ? body.details : "";
  if (status === UNSUPPORTED) return wordsForFile(details);
  if (/multipart|incomplete body|timed out/i.test(body?.error ?? "") && status < 500) return t("failure.upload");
  if (body?.error === "No file uploaded") return t("failure.noFile");
  return undefined;
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
