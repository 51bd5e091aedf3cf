/** Voices of providers, and the narration of a work. */

import { get, post, postForBlob } from "../api.js";
import { requestHeaders } from "./choices.js";
import { useLoad } from "./load.js";
import { keysOfProject } from "./providers.js";

/**
 * @typedef {{id: string, name: string, provider: string, languages: string[], gender?: string,
 *   style?: string, previewUrl?: string}} Voice
 * @typedef {{provider?: string, model?: string, voice: string, speed?: number}} Narrator
 * @typedef {{sceneIndex: number, text: string | null, textHash: string | null, voiceUrl: string | null,
 *   voiceDuration: number | null, spokenText: string | null, isCurrent: boolean | null,
 *   voice: string | null, changed: ("text" | "voice")[],
 *   words: {text: string, start: number, end: number}[], source: string | null}} Spoken
 */

/**
 * The voices that can be used.
 * @param {{provider?: string, language?: string, q?: string}} filter `language` is a code or a name
 * @returns {Promise<Voice[]>} Throws ApiError.
 */
export async function listVoices(filter) {
  const query = new URLSearchParams(Object.entries({ ...filter, ...keysOfProject() }).filter(([, value]) => value));
  const headers = await requestHeaders(["speech"]);
  return (await get(`/api/voices?${query}`, { headers })).data.voices;
}

/** The name of a voice, its id until that is known. @param {Narrator | null} narrator */
export function useVoiceName(narrator) {
  const provider = narrator?.provider;
  const { data } = useLoad(async () => (narrator ? listVoices({ provider }) : []), [`${provider} ${narrator?.voice}`]);
  return data?.find(({ id }) => id === narrator?.voice)?.name ?? narrator?.voice ?? "";
}

/** Samples by their voices and languages: each is paid for once. @type {Map<string, Promise<Blob>>} */
const samples = new Map();

/**
 * A sample of a voice: the provider's own, else a paid call unless the provider is free.
 * @param {Voice} voice
 * @param {string} language
 * @returns {Promise<Blob>} Throws ApiError.
 */
export function sampleOf({ provider, id }, language) {
  const key = `${provider} ${id} ${language}`;
  const sample = samples.get(key) ?? readSample(provider, id, language);
  samples.set(key, sample);
  sample.catch(() => samples.delete(key));
  return sample;
}

/** @param {string} provider @param {string} id @param {string} language */
async function readSample(provider, id, language) {
  const headers = await requestHeaders(["speech"], { "x-speech-provider": provider });
  const body = { provider, voice: id, language: language || undefined, ...keysOfProject() };
  return postForBlob("/api/voices/preview", body, { headers });
}

/**
 * The lines that a narrator cannot speak, and why; nothing is paid for the check.
 * @param {Narrator} narrator
 * @param {string} language
 * @param {string[]} texts
 * @returns {Promise<{index: number, reason: string}[]>} Throws ApiError.
 */
export async function checkLines({ provider, voice }, language, texts) {
  const headers = await requestHeaders(["speech"], provider ? { "x-speech-provider": provider } : {});
  const body = { provider, voice, language: language || undefined, texts, ...keysOfProject() };
  return (await post("/api/voices/check", body, { headers })).data.problems;
}

/** Return a text that changes with the voices of a work; "" without voices. @param {any} work @returns {string} */
export function voicesKey({ generatedScenes }) {
  const voices = generatedScenes.filter((/** @type {any} */ { voiceUrl }) => voiceUrl);
  return voices.map((/** @type {any} */ made) => `${made.sceneIndex} ${made.voiceUpdatedAt}`).join();
}

/** Return a text that changes with who is to speak in a work. @param {any} work @param {any} project @returns {string} */
export function speakersKey({ language, scenes, sound }, project) {
  const own = scenes.map((/** @type {any} */ { scene_index, narration }) => [scene_index, narration?.voice, narration?.style]);
  return JSON.stringify([language, sound?.narrator ?? project?.styleGuide?.narrator, own]);
}

/** What is spoken in each scene. @param {string} work its path in the API @returns {Promise<Spoken[]>} Throws ApiError. */
export const readNarration = async (work) => (await get(`${work}/narration`)).data.scenes;
