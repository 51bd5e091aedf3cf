/** What part of a video a new comment is about: a frame, or the frames between two. */

import { computed, effect, signal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../api.js";
import { Button, IconButton } from "../components/button.js";
import { TextArea } from "../components/field.js";
import { ErrorNotice } from "../components/notice.js";
import { timeInWords } from "../components/ago.js";
import { t } from "../i18n.js";
import { timecode } from "../timeline/display.js";
import { toSeconds } from "../timeline/frames.js";
import { COMMENT } from "./drafts.js";
import { LONGEST } from "./threads.js";

export class Place {
  /** The first and the last frame, once they are chosen. */
  #start = signal(/** @type {number | null} */ (null));
  #end = signal(/** @type {number | null} */ (null));

  /**
   * @param {import("@preact/signals").ReadonlySignal<number>} frame that is shown
   * @param {() => import("../timeline/frames.js").Rate} rate
   */
  constructor(frame, rate) {
    this.frame = frame;
    this.rate = rate;
    /** Whether it does not follow what is shown. */
    this.isChosen = computed(() => this.#start.value !== null);
    this.value = computed(() => {
      const start = this.#start.value ?? frame.value;
      const end = this.#end.value;
      return { frame: start, endFrame: end !== null && end > start ? end : null };
    });
  }

  /** Begin at the frame that is shown. */
  startHere() {
    this.#start.value = this.frame.peek();
    if ((this.#end.peek() ?? Infinity) <= this.frame.peek()) this.#end.value = null;
  }

  /** End at the frame that is shown; before the start, the two change places. */
  endHere() {
    const [first, last] = [this.#start.peek() ?? this.frame.peek(), this.frame.peek()].sort((a, b) => a - b);
    this.#start.value = first;
    this.#end.value = last > first ? last : null;
  }

  /** @param {number} frame @param {number | null} endFrame */
  choose(frame, endFrame) {
    this.#start.value = frame;
    this.#end.value = endFrame;
  }

  /** Stay where a comment was begun, until there is none. @param {string} text */
  follow(text) {
    if (!text) this.release();
    else if (!this.isChosen.peek()) this.startHere();
  }

  /** Be about one frame. */
  withoutEnd() {
    this.#end.value = null;
  }

  /** Follow what is shown again. */
  release() {
    this.#start.value = null;
    this.#end.value = null;
  }
}

/** @param {{place: Place}} props */
function PlaceBar({ place }) {
  const { frame, endFrame } = place.value.value;
  return html`<div class="comment-form-place">
    <output class="comment-time" data-frame=${frame} data-end-frame=${endFrame} title=${placeTitle(frame, endFrame, place.rate())}>${placeText(frame, endFrame, place.rate())}</output>
    <${Button} kind="quiet" small title=${t("comments.startHint")} onClick=${() => place.startHere()}>${t("comments.startHere")}<//>
    <${Button} kind="quiet" small title=${t("comments.rangeHint")} onClick=${() => place.endHere()}>${t("comments.endHere")}<//>
    ${endFrame !== null && html`<${IconButton} icon="x" label=${t("comments.clearRange")} onClick=${() => place.withoutEnd()} />`}
  </div>`;
}

/** @typedef {(frame: number, endFrame: number | null, rate: import("../timeline/frames.js").Rate) => string} TextOfPlace */

/** @type {(write: typeof timecode) => TextOfPlace} */
const placeIn = (write) => (frame, endFrame, rate) => {
  const at = (/** @type {number} */ each) => write(toSeconds(each, rate), rate);
  return endFrame === null ? at(frame) : t("comments.range", { start: at(frame), end: at(endFrame) });
};

/** As timecodes. */
export const placeText = placeIn(timecode);
/** In words. */
export const placeTitle = placeIn(timeInWords);

/**
 * A text that is sent with a button or with Ctrl+Enter. It stays until that has succeeded.
 * What is typed while it is being sent stays as well.
 * @param {{label: string, submit: string, value?: string, placeholder?: string, focused?: boolean, rows?: number,
 *   onSend: (text: string) => Promise<any>, onCancel?: () => void, onType?: (text: string) => void,
 *   onFocus?: () => void, children?: any}} props  if `onSend` returns false, nothing was sent
 */
export function TextForm({ label, submit, value = "", placeholder, focused, rows = 2, onSend, onCancel, onType, onFocus, children }) {
  const [text, setText] = useState(value);
  const [busy, setBusy] = useState(false);
  const [sent, setSent] = useState(false);
  const [error, setError] = useState(/** @type {ApiError | null} */ (null));
  const latest = useRef(value);
  /** @type {{current: HTMLFormElement | null}} */
  const form = useRef(null);
  useEffect(() => {
    if (focused) focusEnd(form.current?.querySelector("textarea"));
  }, []);
  const type = (/** @type {string} */ typed) => {
    latest.current = typed;
    setText(typed);
    setSent(false);
    onType?.(typed);
  };
  const send = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (busy || !text.trim()) return;
    setBusy(true);
    setError(null);
    try {
      if ((await onSend(text.trim())) !== false) {
        type(latest.current.startsWith(text) ? latest.current.slice(text.length).trimStart() : latest.current);
        setSent(true);
      }
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setError(failure);
    }
    setBusy(false);
  };
  const press = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.current?.requestSubmit();
    if (event.key === "Escape" && onCancel) onCancel();
  };
  return html`<form ref=${form} class="comment-form hides-labels" onSubmit=${send} onKeyDown=${press}>
    ${children}
    <${TextArea} label=${label} placeholder=${placeholder} rows=${rows} limit=${LONGEST} value=${text} onInput=${type} onFocus=${onFocus} />
    ${error && html`<${ErrorNotice} error=${error} />`}
    <span class="visually-hidden" role="status">${sent && t("comments.sent")}</span>
    <div class="comment-form-actions">
      ${onCancel && html`<${Button} kind="quiet" small onClick=${onCancel}>${t("common.cancel")}<//>`}
      <${Button} type="submit" kind="primary" small busy=${busy} disabled=${!text.trim()}>${submit}<//>
    </div>
  </form>`;
}

/** @param {HTMLTextAreaElement | null | undefined} area */
function focusEnd(area) {
  area?.focus();
  area?.setSelectionRange(area.value.length, area.value.length);
}

/**
 * The form of a new comment on a place in a video. What is typed is kept until it is sent.
 * @param {{drafts: import("./drafts.js").Drafts, place: Place, frames: number, children?: any,
 *   onSend: (text: string) => Promise<any>, [prop: string]: any}} props  `frames`: how many the video
 *   has; others are those of `TextForm`
 */
export function CommentForm({ drafts, place, frames, children, ...form }) {
  const { kept, type } = useDraft(drafts, place, frames);
  return html`<${TextForm} label=${t("comments.label")} placeholder=${t("comments.placeholder")} submit=${t("comments.post")} value=${kept} onType=${type} ...${form}>
    <${PlaceBar} place=${place} />
    ${children}
  <//>`;
}

/**
 * The comment that was typed and not sent, with its place, and a function that takes what is typed.
 * @param {import("./drafts.js").Drafts} drafts @param {Place} place @param {number} frames
 */
function useDraft(drafts, place, frames) {
  const draft = useRef(drafts.get(COMMENT));
  const keep = () => drafts.keep(COMMENT, draft.current);
  useEffect(() => {
    const { text, frame = 0, endFrame = null } = draft.current;
    if (text) place.choose(Math.min(frame, frames - 1), endFrame && Math.min(endFrame, frames - 1));
    return effect(() => {
      draft.current = { ...draft.current, ...place.value.value };
      if (draft.current.text) keep();
    });
  }, []);
  const type = (/** @type {string} */ text) => {
    place.follow(text);
    draft.current = { ...place.value.peek(), text };
    keep();
  };
  return { kept: draft.current.text, type };
}
