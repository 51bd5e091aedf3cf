/** When a scene's media have changed: their addresses have not, so pictures get a number to be loaded anew. */

import { useEffect, useRef, useState } from "preact/hooks";
import { equal } from "../../../state/merge.js";

/**
 * @param {import("../../../state/document.js").Document} work
 * @returns {{versionOf: (index: number) => number, renew: (index: number) => void}}
 */
export function useVersions(work) {
  const [versions, setVersions] = useState(/** @type {Record<number, number>} */ ({}));
  const all = useRef(0);
  const received = work.received.value;
  const renew = (/** @type {number[]} */ indexes) =>
    setVersions((before) => {
      const changed = indexes.map((index) => [index, (before[index] ?? 0) + 1]);
      return { ...before, ...Object.fromEntries(changed) };
    });
  useEffect(() => {
    if (!received) return;
    const { before, after } = received;
    if (equal({ ...before, updatedAt: 0 }, { ...after, updatedAt: 0 })) {
      all.current += 1; // only media have changed, and nothing says which
      setVersions((versions) => ({ ...versions }));
    } else renew(changedScenes(before, after));
  }, [received]);
  return {
    versionOf: (index) => (versions[index] ?? 0) * 1000 + all.current,
    renew: (index) => renew([index]),
  };
}

/** @param {any} before @param {any} after @returns {number[]} */
function changedScenes(before, after) {
  const known = new Map(before.generatedScenes.map((/** @type {any} */ made) => [made.sceneIndex, made]));
  return after.generatedScenes
    .filter((/** @type {any} */ made) => !equal(made, known.get(made.sceneIndex)))
    .map((/** @type {any} */ made) => made.sceneIndex);
}
