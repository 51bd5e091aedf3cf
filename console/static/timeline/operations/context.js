/**
 * What operations need to know of a work beyond its timeline.
 *
 * @typedef {object} Scene
 * @property {number} scene  its index
 * @property {number|null} seconds  how long its media last; null for an image, and without media
 * @property {number} stillSeconds  how long an image is shown
 * @property {string} transition  to the next scene
 * @property {string} text  its caption; "" without
 * @property {number} [voiceSeconds]  how long its voice lasts
 * @property {import("../framing.js").StoredMotion} [motion]  of its image
 * @property {boolean} [plays]  false: it has media, but no place among the others
 *
 * @typedef {object} Context
 * @property {string} projectId
 * @property {string} workId
 * @property {{width: number, height: number}} resolution  of the brief
 * @property {Scene[]} scenes  in playing order
 * @property {Record<string, {type: string, width?: number, height?: number, seconds?: number}>} [assets]
 *   by their ids; without it, ids of assets are not checked. `seconds` is how long a video or a sound lasts
 * @property {boolean} [hasAudio]  whether the work has audio of its own; left out: unknown
 */

import { clipsOfScenes } from "../clips.js";
import { DEFAULT_SCENE_SECONDS } from "../facts.js";
import { sourceOf } from "../placed-clips.js";
import { voiceSeconds } from "../voices.js";

/**
 * @param {any} work  as the API answers it
 * @param {import("../placed-clips.js").Sources} sources  what is known of the scenes' media
 * @param {Context["assets"]} [assets]
 * @returns {Context}
 */
export function contextOf(work, sources, assets) {
  const { projectId, id: workId, resolution } = work;
  const voices = voiceSeconds(work);
  const scenes = [...scenesInOrder(work), ...otherScenes(work)].map((scene) => ({
    ...scene,
    seconds: sourceOf(sources, scene.scene).seconds,
    ...(voices.has(scene.scene) && { voiceSeconds: voices.get(scene.scene) }),
  }));
  return { projectId, workId, resolution, scenes, ...(assets && { assets }) };
}

/**
 * Return how long the media of a clip's action last; null for an image, or if it is not known.
 * @param {Context} context @param {{sceneIndex?: number, assetId?: string}} shown
 * @returns {number|null}
 */
export function secondsOf({ scenes, assets }, { sceneIndex, assetId }) {
  if (assetId) return (assets && Object.hasOwn(assets, assetId) && assets[assetId].seconds) || null;
  return scenes.find(({ scene }) => scene === sceneIndex)?.seconds ?? null;
}

/** @param {any} work */
function scenesInOrder(work) {
  const planned = new Map((work.scenes ?? []).map((/** @type {any} */ scene) => [scene.scene_index, scene]));
  return clipsOfScenes(work).map(({ scene, stillSeconds, transition, motion }) => ({
    scene,
    stillSeconds,
    transition,
    text: (planned.get(scene)?.text_overlay ?? "").trim(),
    ...(motion && { motion: planned.get(scene).motion }),
  }));
}

/** Return the scenes with media that do not play by themselves. @param {any} work */
function otherScenes(work) {
  const playing = new Set(clipsOfScenes(work).map(({ scene }) => scene));
  return (work.generatedScenes ?? [])
    .filter((/** @type {any} */ each) => each.imageUrl || each.videoUrl || each.voiceUrl)
    .map((/** @type {any} */ each) => each.sceneIndex)
    .filter((/** @type {number} */ scene) => !playing.has(scene))
    .map((/** @type {number} */ scene) => ({
      scene,
      stillSeconds: DEFAULT_SCENE_SECONDS,
      transition: "cut",
      text: "",
      plays: false,
    }));
}
