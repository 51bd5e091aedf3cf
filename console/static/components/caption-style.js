import { html } from "htm/preact";

/**
 * A style of captions to choose, with a sample of it. An empty style has none.
 * @param {{style: string, name: string, sample: string, onChoose: (style: string) => void,
 *   look: {style: string, color: string, accent: string}}} props
 *   `look` is the chosen one; `sample` has two words, of which the second is spoken
 */
export function CaptionStyle({ style, name, sample, look, onChoose }) {
  const [first, second] = sample.split(" ");
  return html`<label class="caption-style">
    <input type="radio" name="caption-style" value=${style} checked=${look.style === style} onChange=${() => onChoose(style)} />
    <span class=${`caption-sample ${style}`} aria-hidden="true" style=${{ color: look.color, "--spoken": look.accent }}>
      ${style && html`${style !== "one-word" && html`<span>${first}</span> `}<span class="spoken">${second}</span>`}
    </span>
    <span>${name}</span>
  </label>`;
}
