/** A hook that reads what is spoken in the scenes of a work. */

import { workApi } from "../urls.js";
import { jobsOf } from "./jobs.js";
import { useLoad } from "./load.js";
import { readNarration, voicesKey } from "./voices.js";

/** @typedef {import("./voices.js").Spoken} Spoken */

/**
 * What is spoken in each scene, by the scenes' indexes; read again when a voice or its words have changed. A work
 * without voices is not asked for them.
 * @param {any} work
 * @returns {Map<number, Spoken>}
 */
export function useNarration(work) {
  const path = workApi(work.projectId, work.id);
  const version = voicesKey(work);
  const timed = jobsOf(work.id).find(({ kind, state }) => kind === "captions" && state === "succeeded")?.id;
  const { data } = useLoad(async () => (version ? readNarration(path) : []), [path, version, timed]);
  return new Map((data ?? []).map((spoken) => [spoken.sceneIndex, spoken]));
}
