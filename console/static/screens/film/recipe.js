/** The steps of a film from photos. */

import "../../i18n/sound.js";
import { t } from "../../i18n.js";
import { hasDemoFor } from "../../state/providers.js";
import { exported } from "../making/steps.js";

/** The recipe's name. */
export const FILM = "film";

/** Scenes with a line. @param {any} work @returns {any[]} */
const linesOf = ({ scenes }) => scenes.filter((/** @type {any} */ { narration }) => narration?.text?.trim());

/** How many scenes have a kind of media. @param {any} work @param {string} url @param {any[]} [scenes] */
const countOf = ({ generatedScenes, scenes: all }, url, scenes = all) => {
  const indexes = new Set(scenes.map((/** @type {any} */ { scene_index }) => scene_index));
  return generatedScenes.filter((/** @type {any} */ made) => made[url] && indexes.has(made.sceneIndex)).length;
};

/** @param {any} work */
const photos = (work) => t("film.photosDone", { done: countOf(work, "imageUrl"), count: work.scenes.length });

/** @param {any} work */
const voices = (work) => t("film.voicesDone", { done: countOf(work, "voiceUrl", linesOf(work)), count: linesOf(work).length });

/** @type {import("../making/steps.js").Part[]} */
export const PARTS = [
  {
    kind: "scenes",
    title: "film.steps.photos",
    order: () => ({ redo: "image" }),
    isDone: (work) => countOf(work, "imageUrl") === work.scenes.length,
    detail: photos,
    summary: photos,
  },
  {
    kind: "narration",
    title: "film.steps.voice",
    isOptional: true,
    hasPercent: true,
    isNeeded: (work) => Boolean(work.sound?.narrator) && linesOf(work).length > 0,
    providers: ({ sound }) => ({ "x-speech-provider": sound.narrator.provider }),
    isDone: (work) => countOf(work, "voiceUrl", linesOf(work)) === linesOf(work).length,
    detail: voices,
    summary: voices,
  },
  {
    kind: "music",
    title: "film.steps.music",
    isOptional: true,
    isNeeded: ({ editorState }) => Boolean(editorState.audioUrl),
    providers: () => /** @type {Record<string, string>} */ (hasDemoFor("music") ? { "x-music-provider": "demo" } : {}),
    isDone: ({ editorState }) => Boolean(editorState.audioUrl),
    summary: () => t("film.musicDone"),
  },
  {
    kind: "export",
    title: "film.steps.export",
    hasPercent: true,
    order: ({ sound }) => ({ options: { captions: sound?.captions ? "burn" : "none", loudness: true } }),
    isDone: (_, exports) => exports.length > 0,
    summary: exported,
  },
];
