/** What ties a field to a work: its value, what is wrong with it, and where typing goes. */

/** @typedef {import("../../../state/document.js").Document} Document */

/** @param {Document} work @returns {(field: string) => Record<string, any>} */
export const textProps = (work) => (field) => ({
  value: work.value.value[field] ?? "",
  error: work.error.value?.fields[field],
  onInput: (/** @type {string} */ typed) => work.edit({ [field]: typed }),
});

/** @param {Document} work @returns {(field: string) => Record<string, any>} */
export const numberProps = (work) => (field) => ({
  value: work.value.value[field],
  error: work.error.value?.fields[field],
  onInput: (/** @type {number | null} */ typed) => work.edit({ [field]: typed }),
});
