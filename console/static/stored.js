/** What this browser keeps between visits: choices, and texts that are not sent yet. */

/**
 * Return a value that was kept; what can't be read, or is of another kind, counts as none.
 * @template T
 * @param {string} key
 * @param {T} none  what is returned without a value
 * @param {(value: any) => boolean} fits  whether a value is of the kind that is read
 * @returns {T}
 */
export function readStored(key, none, fits) {
  try {
    const value = JSON.parse(localStorage.getItem(key) ?? "null");
    return value !== null && fits(value) ? value : none;
  } catch {
    return none;
  }
}

/** Keep a value; `undefined` removes it. @param {string} key @param {any} value */
export function store(key, value) {
  if (value === undefined) localStorage.removeItem(key);
  else localStorage.setItem(key, JSON.stringify(value));
}

/** @param {any} value */
export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
