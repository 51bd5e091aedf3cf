/**
 * Set fields; undefined leaves one as it is, and null removes it.
 * @template {Record<string, any>} T
 * @param {T} object @param {Record<string, any>} values
 * @returns {T}
 */
export function withValues(object, values) {
  const result = { ...object };
  for (const [name, value] of Object.entries(values)) {
    if (value === null) delete result[name];
    else if (value !== undefined) /** @type {any} */ (result)[name] = value;
  }
  return result;
}
