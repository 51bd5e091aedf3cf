/** Texts in the reader's language. */

import en from "./i18n/en.js";

/** The language of the page, whose texts the service puts in place of the English ones. */
export const LANGUAGE = document.documentElement.lang || "en";
const plurals = new Intl.PluralRules(LANGUAGE);
/** @type {Record<string, any>} */
const texts = { ...en };

/** Add texts to groups, which are loaded with the screens that need them. @param {Record<string, any>} groups */
export function addTexts(groups) {
  for (const [name, group] of Object.entries(groups)) texts[name] = { ...texts[name], ...group };
}

/**
 * Return a text, with `{name}` replaced by the values.
 *
 * A text that depends on a number has the forms of `Intl.PluralRules`, chosen by `count`. Without a text, the
 * key is returned: one missing text hides nothing else.
 * @param {string} key such as `projects.title`
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export function t(key, values = {}) {
  let text = find(key);
  if (text && typeof text === "object") text = text[plurals.select(Number(values.count))];
  return String(text ?? key).replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** Whether there is a text. @param {string} key */
export const hasText = (key) => find(key) !== undefined;

/** A key if it has a text, otherwise the other one. @param {string} key @param {string} other */
export const known = (key, other) => (hasText(key) ? key : other);

/**
 * The name of a value that the service gives, such as the state of a job. A value that this page does not
 * know is shown as it is.
 * @param {string} group of texts, such as `jobs.states`
 * @param {string} value
 */
export const nameIn = (group, value) => (hasText(`${group}.${value}`) ? t(`${group}.${value}`) : value.replaceAll("_", " "));

/** @param {string} key */
function find(key) {
  /** @type {any} */
  let text = texts;
  for (const name of key.split(".")) text = Object.hasOwn(text ?? {}, name) ? text[name] : undefined;
  return text;
}

const numbers = new Intl.NumberFormat(LANGUAGE);
const sizes = new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 1 });
const dates = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "medium" });
const times = new Intl.DateTimeFormat(LANGUAGE, { dateStyle: "medium", timeStyle: "short" });
const ago = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: "auto" });
const lists = new Intl.ListFormat(LANGUAGE);
const alternatives = new Intl.ListFormat(LANGUAGE, { type: "disjunction" });

/** @param {(string | number)[]} values such as `2, 5, and 7` */
export const formatList = (values) => lists.format(values.map(String));

/** @param {string[]} values such as `PNG, JPEG, or WebP` */
export const formatAlternatives = (values) => alternatives.format(values);

/** @param {number} value */
export const formatNumber = (value) => numbers.format(value);

/** @param {number} ms Unix milliseconds */
export const formatTime = (ms) => times.format(ms);

/** @param {number} bytes */
export function formatSize(bytes) {
  const units = ["B", "KB", "MB", "GB"];
  let unit = 0;
  for (; bytes >= 1000 && unit < units.length - 1; unit += 1) bytes /= 1000;
  return `${sizes.format(bytes)} ${units[unit]}`;
}

/** @param {number} seconds */
export function formatDuration(seconds) {
  if (seconds > 0 && seconds < 1) return `${numbers.format(Math.round(seconds * 10) / 10)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/**
 * Say how long ago something was, and the date after a week.
 * @param {number} ms Unix milliseconds
 */
export function formatAgo(ms) {
  const minutes = (ms - Date.now()) / 60_000;
  if (minutes > -1) return t("time.now");
  if (minutes > -60) return ago.format(Math.round(minutes), "minute");
  if (minutes > -24 * 60) return ago.format(Math.round(minutes / 60), "hour");
  if (minutes > -7 * 24 * 60) return ago.format(Math.round(minutes / 60 / 24), "day");
  return dates.format(ms);
}
