/** A hook that reads what is spoken in the scenes of a work. */

import { useRef } from "preact/hooks";
import { workApi } from "../urls.js";
import { jobsOf } from "./jobs.js";
import { useLoad } from "./load.js";
import { readNarration, speakersKey, voicesKey } from "./voices.js";

/** @typedef {import("./voices.js").Spoken} Spoken */

/**
 * What is spoken in each scene, by the scenes' indexes; read again when a voice or its words have changed, and when
 * somebody else is to speak, once that is saved. A work without voices is not asked for them.
 * @param {any} work @param {any} project @param {boolean} isSaved
 * @returns {Map<number, Spoken>}
 */
export function useNarration(work, project, isSaved) {
  const speakers = useRef("");
  if (isSaved || !speakers.current) speakers.current = speakersKey(work, project);
  const path = workApi(work.projectId, work.id);
  const version = voicesKey(work);
  const timed = jobsOf(work.id).find(({ kind, state }) => kind === "captions" && state === "succeeded")?.id;
  const { data } = useLoad(async () => (version ? readNarration(path) : []), [path, version, timed, speakers.current]);
  return new Map((data ?? []).map((spoken) => [spoken.sceneIndex, spoken]));
}
