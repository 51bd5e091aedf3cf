/** What is known of the media that a work's clips show: of scenes, and of assets of the project. */

import { signal } from "@preact/signals";
import { voiceWordsOf } from "../../../documents/voice-words.js";
import { loadSources } from "../../../player/graph.js";
import { readAsset } from "../../../state/assets.js";
import { songOf } from "../../../state/songs.js";
import { readNarration, voicesKey } from "../../../state/voices.js";
import { loadPhrases } from "../../../timeline/phrases.js";
import { recordingsOf } from "../../../timeline/work-sound.js";
import { versionedAudio, workApi } from "../../../urls.js";

/** @typedef {import("../../../state/assets.js").Asset} Asset */

/** Assets by their ids; their files never change. @type {Map<string, Promise<Asset | null>>} */
const known = new Map();

/** Take an asset that was read elsewhere. @param {Asset} asset */
export function rememberAsset(asset) {
  if (asset.type !== "video" || asset.videoDuration !== undefined) known.set(asset.id, Promise.resolve(asset));
}

/** Return a text that changes with the media of a work's clips. @param {any} work @param {string[]} gone */
function mediaKey(work, gone) {
  const scenes = work.generatedScenes.map((/** @type {any} */ { status, error, ...media }) => media);
  return JSON.stringify([scenes, assetIds(work), gone]);
}

/**
 * Return the sources of a work's clips; assets that are gone have none.
 * @param {any} work @param {string[]} gone  the ids of these
 */
async function sourcesOf(work, gone) {
  const present = assetIds(work).filter((id) => !gone.includes(id));
  const assets = await Promise.all(present.map((id) => assetOf(work.projectId, id)));
  return loadSources(work, assets.flatMap((asset) => asset ?? []));
}

/** @param {any} work @returns {string[]} */
function assetIds({ editorState }) {
  const ids = (editorState.editorData?.videoTrack ?? []).map((/** @type {any} */ clip) => clip.assetId);
  return [...new Set(ids.filter(Boolean))].sort();
}

/** @param {string} project @param {string} id */
function assetOf(project, id) {
  const read = known.get(id) ?? readAsset(project, id);
  known.set(id, read);
  return read.catch(() => null).then((asset) => {
    if (!asset) known.delete(id); // it may be restored
    return asset;
  });
}

/** What is known of the media of a work: measured, and read, anew when they have changed. */
export class WorkMedia {
  sources = signal(/** @type {import("../../../timeline/placed-clips.js").Sources} */ ({}));
  /** What the voices say. */
  narration = signal(/** @type {import("../../../state/voices.js").Spoken[]} */ ([]));
  /** What is known of the music; null while it is measured. */
  song = signal(/** @type {import("../../../timeline/plan.js").Song|null} */ (null));
  /** What is known of recordings, by their addresses. */
  songs = signal(/** @type {Record<string, import("../../../timeline/plan.js").Song>} */ ({}));
  /** Whether the media were measured. */
  ready = signal(false);
  #media = "";
  #voices = "";
  #music = "-";
  /** @type {Set<string>} */
  #recordings = new Set();

  /**
   * Measure new media, and read what new voices say.
   * @param {import("../../../documents/document.js").Document} document @param {string[]} [gone]  ids of deleted assets
   */
  follow(document, gone = []) {
    const work = document.value.value;
    this.#hear(work, voiceWordsOf(document));
    this.#measureMusic(work, gone);
    this.#measureRecordings(work);
    const media = mediaKey(work, gone);
    if (media === this.#media) return;
    this.#media = media;
    sourcesOf(work, gone).then((sources) => {
      if (media !== this.#media) return;
      this.sources.value = sources;
      this.ready.value = true;
    });
  }

  /** @param {any} work @param {string[]} gone */
  #measureMusic(work, gone) {
    const { audioUrl } = work.editorState;
    const isThere = audioUrl?.startsWith("/api/") && !gone.some((id) => audioUrl.endsWith(`/${id}`));
    const url = isThere ? versionedAudio(work, audioUrl) : "";
    if (url === this.#music) return;
    this.#music = url;
    this.song.value = url ? null : {};
    if (url) songOf(url).then((song) => {
      if (url === this.#music) this.song.value = song;
    });
  }

  /** @param {any} work */
  #measureRecordings(work) {
    for (const { url } of recordingsOf(work)) {
      if (this.#recordings.has(url)) continue;
      this.#recordings.add(url);
      songOf(url).then((song) => (this.songs.value = { ...this.songs.peek(), [url]: song }));
    }
  }

  /** @param {any} work @param {import("../../../documents/voice-words.js").VoiceWords} corrections */
  #hear(work, corrections) {
    const voices = voicesKey(work);
    const key = `${voices} ${corrections.refused.value}`;
    if (key === this.#voices) return;
    this.#voices = key;
    const read = () => (voices ? readWithPhrases(work) : []);
    const reading = corrections.flush().then(read);
    reading.then(
      (narration) => {
        if (key === this.#voices) this.narration.value = corrections.over(narration);
      },
      () => (this.#voices = ""), // read again when something changes
    );
  }
}

/** Read what is spoken, and load what its captions need. @param {any} work */
async function readWithPhrases(work) {
  const narration = await readNarration(workApi(work.projectId, work.id));
  await loadPhrases(narration.map(({ spokenText, words }) => spokenText ?? words.map(({ text }) => text).join("")).join(" "));
  return narration;
}
