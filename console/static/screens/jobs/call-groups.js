/** Calls of a job that went alike, so that forty failures for one reason are one entry. */

const TROUBLE = ["failed", "interrupted", "cancelled"];
const ACTIVE = ["submitting", "submitted", "waiting"];
const SAME = ["role", "provider", "model", "state", "error", "note", "url"];

/** Whether something has to be done about a call. @param {{state: string}} call */
export const isTrouble = ({ state }) => TROUBLE.includes(state);

/**
 * Those that need attention first.
 * @param {any[]} calls
 * @returns {{call: any, scenes: number[]}[]} `call` is one of them, `scenes` are the numbers of their scenes
 */
export function groupCalls(calls) {
  /** @type {Map<string, {call: any, scenes: number[]}>} */
  const groups = new Map();
  for (const call of calls) {
    const key = JSON.stringify(SAME.map((name) => call[name]));
    const group = groups.get(key) ?? { call, scenes: [] };
    if (call.sceneIndex !== null) group.scenes.push(call.sceneIndex + 1);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => rank(a.call) - rank(b.call));
}

/** Write numbers with their ranges, such as `1–3, 5`. @param {number[]} numbers @returns {string} */
export function asRanges(numbers) {
  /** @type {number[][]} */
  const ranges = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && last[1] + 1 === number) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(", ");
}

/** @param {{state: string}} call */
const rank = (call) => (isTrouble(call) ? 0 : ACTIVE.includes(call.state) ? 1 : 2);
