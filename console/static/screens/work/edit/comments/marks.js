import { html } from "htm/preact";
import { initialOf } from "../../../../discussion/thread.js";

const stop = (/** @type {Event} */ event) => event.stopPropagation(); // in the ruler, it would move the playhead

/**
 * The open comments at their times, above the ruler. For pointers alone: the panel has the same as buttons.
 * @param {{review: import("./review.js").TimelineReview}} props
 */
export function Marks({ review }) {
  const show = (/** @type {import("./review.js").Comment} */ comment) => {
    review.show(true);
    review.goTo(comment);
  };
  return html`<div class="comment-marks" aria-hidden="true">
    ${review.open.value.map(({ comment }) => {
      const { id, author, text, endFrame } = comment;
      const [start, end] = [review.timeOf(comment), review.endOf(comment)];
      return html`<span key=${id} class=${`comment-mark ${review.current.value === id ? "current" : ""}`}
        style=${`--start:${start};--length:${endFrame === null ? 0 : end - start}`}>
        <span class="comment-flag" title=${`${author.name}: ${text}`} onPointerDown=${stop} onClick=${() => show(comment)}>${initialOf(author.name)}</span>
      </span>`;
    })}
  </div>`;
}
