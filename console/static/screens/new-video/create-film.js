/**
 * Creates a film from photos: a project, a work with a scene for each photo, and the job that makes the
 * film of them. Each step is stored before the next one begins, the lines first, so that another attempt
 * goes on where it stopped.
 */

import { ApiError, patch } from "../../api.js";
import { t } from "../../i18n.js";
import { uploadAsset } from "../../state/assets.js";
import { createProject } from "../../state/projects.js";
import { checkLines } from "../../state/voices.js";
import { createWork } from "../../state/works.js";
import { SIZES } from "../../timeline/size.js";
import { workApi } from "../../urls.js";
import { FILM, PARTS } from "../film/recipe.js";
import { orderSteps } from "../making/run.js";
import { discard, isRefusal } from "./create.js";
import { plannedSeconds, shownSeconds } from "./lengths.js";
import { fitOf, motionOf } from "./motions.js";

/**
 * @typedef {{id: number, file: File, line: string, width: number, height: number}} Photo
 * @typedef {object} Film what is asked for
 * @property {string} name
 * @property {Photo[]} photos
 * @property {string} shape
 * @property {string} language
 * @property {import("../../state/voices.js").Narrator | null} narrator
 * @property {boolean} hasMusic
 * @property {string} captions a style; empty: none
 * @property {import("../../timeline/timeline.js").Fit | ""} fit how photos of another shape are shown; empty: as suits them
 * @property {number | null} seconds how long it is to be, if the lines leave time
 *
 * @typedef {object} Made what there is already: another attempt goes on from there
 * @property {{id: string} | null} project
 * @property {{id: string} | null} work
 * @property {Map<File, string>} assets the ids of the photos
 * @property {boolean} isOrdered whether something of it may have been ordered, and paid
 */

/** An error that a photo causes. */
class PhotoError extends ApiError {
  /** @param {ApiError} error @param {string} text */
  constructor(error, text) {
    super(error.status, { error: text });
  }
}

/** @returns {Made} */
export const nothing = () => ({ project: null, work: null, assets: new Map(), isOrdered: false });

/**
 * Create what is not there yet. Throws ApiError, and AbortError if `signal` is aborted.
 * @param {Film} film
 * @param {Made} made
 * @param {{signal: AbortSignal, onPhoto: (number: number) => void, refusalOf: (file: File, error: ApiError) => string}} options
 *   `onPhoto` gets the number of each photo that is sent, from 1
 * @returns {Promise<any>} the work
 */
export async function createFilm(film, made, { signal, onPhoto, refusalOf }) {
  const { name, language } = film;
  await checkFilm(film);
  const project = (made.project ??= await createProject({ name, projectType: "blank" }));
  const { id } = (made.work ??= await createWork(project.id, { name, language, resolution: SIZES[film.shape] }));
  const path = workApi(project.id, id);
  await patch(path, contentsOf(film));
  for (const [index, { file }] of film.photos.entries()) {
    signal.throwIfAborted();
    onPhoto(index + 1);
    await addPhoto(file, made, signal, refusalOf);
  }
  signal.throwIfAborted();
  const selectedAssetIds = film.photos.map(({ file }) => made.assets.get(file));
  const { data: work } = await patch(path, { selectedAssetIds, assetUsageMode: "direct" });
  made.isOrdered = true;
  const wanted = PARTS.filter(({ kind }) => isWanted(kind, film));
  await orderSteps(FILM, work, path, wanted);
  return work;
}

/** Throw ApiError if the voice cannot speak a line: nothing has been made then. @param {Film} film */
async function checkFilm({ narrator, language, photos }) {
  const spoken = photos.map(({ line }, index) => ({ text: line.trim(), number: index + 1 })).filter(({ text }) => text);
  if (!narrator || !spoken.length) return;
  const problems = await checkLines(narrator, language, spoken.map(({ text }) => text));
  if (!problems.length) return;
  const reasons = problems.map(({ index, reason }) => t("film.unspeakable", { number: spoken[index].number, reason }));
  throw new ApiError(400, { error: reasons.join(" ") });
}

/** Delete what was made, unless something was ordered. @param {Made} made */
export async function discardFilm(made) {
  if (!made.isOrdered) await discard(made);
}

/** The fields of the work. @param {Film} film */
function contentsOf({ photos, shape, narrator, captions, name, fit, seconds }) {
  const frame = SIZES[shape];
  const planned = (narrator ? plannedSeconds : shownSeconds)(photos.map(({ line }) => line), seconds);
  const scenes = photos.map((photo, index) => ({
    scene_index: index,
    duration_seconds: planned[index],
    narration: photo.line.trim() ? { text: photo.line.trim() } : null,
    text_overlay: narrator ? null : photo.line.trim() || null, // is the caption, as long as nobody speaks
    motion: motionOf(index),
  }));
  return {
    name,
    resolution: frame,
    scenes,
    sound: { narrator, captions: captions ? { style: captions } : null },
    editorState: { exportSettings: { ...frame, fps: 30, fit: fit || fitOf(photos, frame) } },
  };
}

/** Whether a film has a step. @param {string} kind @param {Film} film */
function isWanted(kind, { photos, hasMusic, narrator }) {
  if (kind === "narration") return narrator !== null && photos.some(({ line }) => line.trim());
  return kind !== "music" || hasMusic;
}

/** @param {File} file @param {Made} made @param {AbortSignal} signal @param {(file: File, error: ApiError) => string} refusalOf */
async function addPhoto(file, made, signal, refusalOf) {
  if (made.assets.has(file) || !made.project) return;
  try {
    made.assets.set(file, (await uploadAsset(made.project.id, file, { signal })).id);
  } catch (error) {
    if (!(error instanceof ApiError) || !isRefusal(error)) throw error;
    throw new PhotoError(error, refusalOf(file, error));
  }
}
