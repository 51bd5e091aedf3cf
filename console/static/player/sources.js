/**
 * What is known of a work's media: measured by the service, as exports do, or else in the browser.
 *
 * @typedef {import("../timeline/placed-clips.js").Source} Source
 * @typedef {import("../timeline/placed-clips.js").Sources} Sources
 */

import { at } from "../base.js";
import { versioned } from "../urls.js";

const AT_ONCE = 4; // files that are measured
/** @type {Map<string, Promise<Source>>} by their addresses */
const measured = new Map();

/**
 * Return the sources of the scenes that have media, their clip or else their image, and of assets.
 * @param {any} work  as the API answers it
 * @param {import("../state/assets.js").Asset[]} [assets]  that clips show
 * @returns {Promise<Sources>}
 */
export async function loadSources(work, assets = []) {
  const scenes = (work.generatedScenes ?? []).filter(
    (/** @type {any} */ scene) => scene.videoUrl || scene.imageUrl,
  );
  /** @type {Sources} */
  const sources = {};
  const ofScenes = scenes.map((/** @type {any} */ made) => ({
    media: made.sceneIndex,
    url: versioned(made.videoUrl ?? made.imageUrl, made),
    isVideo: Boolean(made.videoUrl),
    made,
  }));
  const ofAssets = assets.map((made) => ({ media: made.id, url: made.url, isVideo: made.type === "video", made }));
  const next = [...ofScenes, ...ofAssets].values();
  const worker = async () => {
    for (const { media, url, isVideo, made } of next) {
      sources[media] = isVideo ? (measuredClip(url, made) ?? (await clip(url))) : still(url);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return sources;
}

/** @param {string} url @returns {Source} */
function still(url) {
  return { url, seconds: null, soundSeconds: null };
}

/**
 * Return a clip that the service has measured; undefined if it has not.
 * @param {string} url @param {any} made
 * @returns {Source|undefined}
 */
function measuredClip(url, { videoDuration, videoSoundDuration, videoFps }) {
  if (videoDuration === undefined) return undefined;
  return { url, seconds: videoDuration, soundSeconds: videoSoundDuration ?? null, fps: videoFps };
}

/** @param {string} url */
function clip(url) {
  const known = measured.get(url) ?? measureClip(url);
  measured.set(url, known);
  return known;
}

/**
 * Measure a clip. One that cannot be read counts as one without a length.
 * @param {string} url
 * @returns {Promise<Source>}
 */
function measureClip(url) {
  const video = document.createElement("video");
  video.preload = "metadata";
  video.muted = true;
  return new Promise((resolve) => {
    video.addEventListener("loadedmetadata", () => {
      const { duration, videoWidth, videoHeight } = video;
      const seconds = Number.isFinite(duration) ? duration : 0;
      release(video);
      resolve({ url, seconds, soundSeconds: seconds, width: videoWidth, height: videoHeight });
    });
    video.addEventListener("error", () => {
      measured.delete(url);
      resolve({ url, seconds: 0, soundSeconds: null });
    });
    video.src = at(url);
  });
}

/** Let a video forget its file. @param {HTMLVideoElement} video */
function release(video) {
  video.removeAttribute("src");
  video.load();
}
