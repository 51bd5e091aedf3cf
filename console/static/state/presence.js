/** Who else has the work open that is shown, and what they edit; this page says the same of its user. */

import { signal } from "@preact/signals";
import { ApiError, del, put } from "../api.js";
import { on } from "./events.js";
import { coalesced, oneAtATime } from "./load.js";
import { user } from "./session.js";

const PAUSE = 15_000; // milliseconds between heartbeats
const SOON = 300; // after something else is edited

/**
 * @typedef {"scene"|"clip"|"text"|"picture"|"caption"|"music"|"voice"|"sound"} EditedKind
 * @typedef {{kind: EditedKind, id: string}} Edited  `id`: the number of a scene, or that of the timeline
 * @typedef {{userId: string, name: string, editing: Edited | null, tabs: number}} Person
 */

/** The others in the work that is shown. @type {import("@preact/signals").Signal<Person[]>} */
export const others = signal(/** @type {Person[]} */ ([]));

/** What the user edits. @type {import("@preact/signals").Signal<Edited | null>} */
const edited = signal(/** @type {Edited | null} */ (null));

/** The id of this tab; without TLS, browsers make no UUIDs. */
const tab = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** Say what the user edits; nothing without a kind. @param {EditedKind | null} kind @param {string} [id] */
export function setEdited(kind, id = "") {
  const { kind: known = null, id: knownId = "" } = edited.peek() ?? {};
  if (kind !== known || (kind && id !== knownId)) edited.value = kind && { kind, id };
}

/** Those who edit something. @param {EditedKind} kind @param {string} id */
export const editorsOf = (kind, id) => others.value.filter(({ editing }) => editing?.kind === kind && editing.id === id);

/**
 * Tell the others that the user has a work open, and follow who else has.
 * @param {string} path  of the work in the API @param {string} work  its id
 * @returns {() => void} says that it was closed
 */
export function enterWork(path, work) {
  let isOpen = true;
  const show = (/** @type {Person[]} */ people) => {
    if (isOpen) others.value = people.filter(({ userId }) => userId !== user.peek()?.id);
  };
  const beat = oneAtATime(async () => {
    try {
      if (isOpen) show((await put(`${path}/presence`, { tab, editing: edited.peek() })).data.people);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // the next one may succeed
    }
  });
  const leave = () => void del(`${path}/presence?tab=${tab}`, { keepalive: true }).catch(() => {});
  const soon = coalesced(beat, SOON);
  const timer = setInterval(beat, PAUSE);
  const stops = [
    on("presence", (event) => event.workId === work && show(event.people)),
    on("reset", beat),
    edited.subscribe(() => soon()), // at first as well
  ];
  addEventListener("pagehide", leave);
  addEventListener("pageshow", beat);
  return () => {
    isOpen = false;
    clearInterval(timer);
    for (const stop of stops) stop();
    removeEventListener("pagehide", leave);
    removeEventListener("pageshow", beat);
    others.value = [];
    edited.value = null;
    leave();
  };
}
