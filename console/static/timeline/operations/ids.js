/**
 * Ids of what is on a timeline.
 *
 * @typedef {"clip"|"text"|"picture"|"caption"|"music"|"sound"|"operation"|"step"} Prefix
 * @typedef {{start: number, end: number, text: string, id?: string, [field: string]: any}} Caption
 */

import { limited } from "../frames.js";

const CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
const LENGTH = 8;
const ENCODER = new TextEncoder();
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** Of captions and lists of them, which are not changed once they are made. */
/** @type {WeakMap<object, string>} */
const bases = new WeakMap();
/** @type {WeakMap<object, string[]>} */
const listed = new WeakMap();

/** Return a random id for something new. @param {Prefix} prefix */
export function newId(prefix) {
  const numbers = [...crypto.getRandomValues(new Uint32Array(LENGTH))];
  return `${prefix}-${numbers.map((number) => CHARACTERS[number % CHARACTERS.length]).join("")}`;
}

/**
 * Return ids of which none is there twice: a later one becomes `id~2`, `id~3`.
 * @param {string[]} ids
 */
export function distinct(ids) {
  const used = new Set(ids);
  if (used.size === ids.length) return ids;
  const seen = new Set();
  return ids.map((id) => {
    if (!seen.has(id)) {
      seen.add(id);
      return id;
    }
    let number = 2;
    while (used.has(`${id}~${number}`)) number += 1;
    used.add(`${id}~${number}`);
    return `${id}~${number}`;
  });
}

/**
 * Return the ids of captions: those that are stored, or else ones that follow from their contents.
 * @param {Caption[]} captions
 */
export function captionIds(captions) {
  const known = listed.get(captions);
  if (known) return known;
  const stored = captions.map(({ id }) => id).filter(Boolean);
  const given = distinct(/** @type {string[]} */ (stored))[Symbol.iterator]();
  const ids = captions.map(({ id }) => (id ? /** @type {string} */ (given.next().value) : ""));
  const used = new Set(ids);
  captions.forEach((caption, index) => {
    if (caption.id) return;
    const base = captionBase(caption);
    let id = base;
    for (let number = 2; used.has(id); number += 1) id = `${base}-${number}`;
    used.add(id);
    ids[index] = id;
  });
  listed.set(captions, ids);
  return ids;
}

/** Return the id that follows from a caption's contents. @param {Caption} caption */
export function captionBase(caption) {
  const known = bases.get(caption);
  if (known) return known;
  const times = [caption.start, caption.end].map((seconds) => Math.floor(limited(seconds) * 1000 + 0.5));
  const base = `c${crc32(`${times[0]}|${times[1]}|${caption.text}`).toString(16).padStart(8, "0")}`;
  bases.set(caption, base);
  return base;
}

/** @param {string} text */
function crc32(text) {
  let value = 0xffffffff;
  for (const byte of ENCODER.encode(text)) value = TABLE[(value ^ byte) & 255] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}
