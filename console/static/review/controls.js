import { html } from "htm/preact";
import { IconButton } from "../components/button.js";
import { initialOf } from "../discussion/thread.js";
import { timeInWords } from "../components/time-in-words.js";
import { Toolbar } from "../components/toolbar.js";
import { t } from "../i18n.js";
import { timecode } from "../timeline/display.js";
import { toSeconds } from "../timeline/frames.js";

/**
 * @typedef {import("../discussion/guests.js").Guest} Guest
 * @typedef {import("./viewing.js").Viewing} Viewing
 */

/**
 * The position in the video with the comments there, and the buttons.
 * @param {{guest: Guest, viewing: Viewing, isPlaying: boolean,
 *   captions: {shown: boolean, show: (shown: boolean) => void} | null}} props
 */
export function Controls({ guest, viewing, isPlaying, captions }) {
  const player = viewing.player.value;
  const muted = player?.muted.value ?? false;
  return html`<div class="review-controls">
    <div class="scrubber">
      <${Marks} ...${{ guest, viewing }} />
      <${Position} viewing=${viewing} />
    </div>
    <${Toolbar} class="review-bar" label=${t("review.video")}>
      <${IconButton} icon="step-back" label=${t("review.frameBack")} onClick=${() => player?.step(-1)} />
      <${IconButton} icon=${isPlaying ? "pause" : "play"} class="play" label=${t(isPlaying ? "review.pause" : "review.play")} onClick=${() => player?.toggle()} />
      <${IconButton} icon="step-forward" label=${t("review.frameOn")} onClick=${() => player?.step(1)} />
      <${Time} viewing=${viewing} />
      <span class="spacer"></span>
      <${IconButton} icon=${muted ? "volume-x" : "volume-2"} label=${t("review.mute")} aria-pressed=${muted} onClick=${() => player?.toggleMuted()} />
      ${captions &&
      html`<${IconButton} icon="captions" label=${t("review.captions")} aria-pressed=${captions.shown} onClick=${() => captions.show(!captions.shown)} />`}
      <${IconButton} icon="maximize" label=${t("review.fullScreen")} onClick=${() => player?.toggleFullscreen()} />
    <//>
  </div>`;
}

/** The slider of the frame that is shown. @param {{viewing: Viewing}} props */
function Position({ viewing }) {
  const frame = viewing.frame.value;
  const time = timeInWords(toSeconds(frame, viewing.rate), viewing.rate);
  return html`<input
    type="range"
    min="0"
    max=${viewing.frames - 1}
    step="1"
    value=${frame}
    aria-label=${t("review.position")}
    aria-valuetext=${time}
    style=${{ "--done": String(frame / Math.max(1, viewing.frames - 1)) }}
    onInput=${(/** @type {any} */ { target }) => viewing.player.peek()?.seekFrame(Number(target.value))}
  />`;
}

/** @param {{viewing: Viewing}} props */
function Time({ viewing: { frame, frames, rate } }) {
  const at = (/** @type {number} */ each) => timecode(toSeconds(each, rate), rate);
  return html`<span class="review-time" title=${timeInWords(toSeconds(frame.value, rate), rate)}
    ><strong>${at(frame.value)}</strong> <span class="hint review-length"><span>/ </span>${at(frames)}</span>
    <span class="hint review-frame">${t("review.frame", { frame: frame.value })}</span></span
  >`;
}

/**
 * The comments at their frames, and the part that a new one is about. For pointers alone: the list of
 * comments has the same as buttons.
 * @param {{guest: Guest, viewing: Viewing}} props
 */
function Marks({ guest, viewing }) {
  const last = Math.max(1, viewing.frames - 1);
  const at = (/** @type {number} */ frame) => `${(100 * Math.min(frame, last)) / last}%`;
  const shown = guest.comments.value.filter(({ parentId, exportId, resolved }) => !parentId && !resolved && exportId === viewing.exportId);
  const { frame, endFrame } = viewing.place.value.value;
  const isPlaced = viewing.place.isChosen.value;
  return html`<div class="marks" aria-hidden="true">
    ${isPlaced && html`<span class="mark-new" style=${{ left: at(frame), right: `calc(100% - ${at(endFrame ?? frame)})` }}></span>`}
    ${shown.map(
      (comment) =>
        html`<span key=${comment.id} class="mark-place" style=${{ left: at(comment.frame), width: `calc(${at(comment.endFrame ?? comment.frame)} - ${at(comment.frame)})` }}>
          <span class=${`mark ${viewing.current.value === comment.id ? "current" : ""}`} title=${`${comment.author.name}: ${comment.text}`}
            onClick=${() => viewing.goTo(comment)}>${initialOf(comment.author.name)}</span>
        </span>`,
    )}
  </div>`;
}
