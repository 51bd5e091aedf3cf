import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { Icon } from "./icon.js";

/**
 * A picture of any shape on an area of one shape: whole, on a blurred copy of itself. Without a
 * picture, a colour that follows from the id.
 * @param {{src?: string | null, id: string, icon?: string}} props
 */
export function Poster({ src, id, icon = "clapperboard" }) {
  const [broken, setBroken] = useState("");
  if (!src || src === broken) {
    return html`<span class="poster none" style=${{ "--hue": hue(id) }}><${Icon} name=${icon} /></span>`;
  }
  const image = { src, alt: "", loading: "lazy", decoding: "async" };
  return html`<span class="poster">
    <img ...${image} class="poster-ground" />
    <img ...${image} class="poster-image" onError=${() => setBroken(src)} />
  </span>`;
}

/** @param {string} id */
function hue(id) {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + character.charCodeAt(0)) % 360;
  return sum;
}
