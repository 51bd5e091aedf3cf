import { effect } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../i18n.js";
import { COMMENT } from "./drafts.js";
import { PlaceBar } from "./place.js";
import { TextForm } from "./text-form.js";

/**
 * The form of a new comment on a place in a video. What is typed is kept until it is sent.
 * @param {{drafts: import("./drafts.js").Drafts, place: import("./place.js").Place, frames: number, children?: any,
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
 * @param {import("./drafts.js").Drafts} drafts @param {import("./place.js").Place} place @param {number} frames
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
