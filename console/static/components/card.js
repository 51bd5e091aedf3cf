import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { Icon } from "./button.js";
import { Menu } from "./menu.js";

const RETRIES = 3;
const PAUSE = 4000; // milliseconds: thumbnails are made when they are asked for, a few at a time

/**
 * A project, work, asset or template in a grid: its poster, its name, a line about it and its menu.
 * `picture` replaces the poster.
 * @param {{href: string, id: string, name: string, poster?: string | null, icon?: string,
 *   note: any, picture?: any, menuLabel: string, items: import("./menu.js").MenuItem[], children?: any}} props
 */
export function Card({ href, id, name, poster, icon, note, picture, menuLabel, items, children }) {
  return html`<li class="card">
    ${picture ?? html`<${Poster} src=${poster} id=${id} icon=${icon} />`}
    ${children}
    <div class="card-text">
      <h2 class="card-name" dir="auto"><a href=${href} title=${name}>${name}</a></h2>
      <p class="card-note" dir="auto">${note}</p>
    </div>
    ${items.length > 0 && html`<${Menu} reading label=${menuLabel} items=${items} class="icon-button card-menu" />`}
  </li>`;
}

/**
 * A whole picture on a blurred copy of itself, in an area of fixed shape. Without a picture, a colour
 * that depends on the id.
 * @param {{src?: string | null, id: string, icon?: string}} props
 */
export function Poster({ src, id, icon = "clapperboard" }) {
  const { isBroken, onError } = useRetries(src ?? "");
  if (!src || isBroken) {
    return html`<span class="poster none" style=${{ "--hue": hue(id) }}><${Icon} name=${icon} /></span>`;
  }
  const image = { src, alt: "", loading: "lazy", decoding: "async" };
  return html`<span class="poster">
    <img ...${image} class="poster-ground" />
    <img ...${image} class="poster-image" onError=${onError} />
  </span>`;
}

/** Whether a picture has failed to load; it is tried again. @param {string} src */
function useRetries(src) {
  const [failures, setFailures] = useState(0);
  const [isBroken, setBroken] = useState(false);
  useEffect(() => {
    setFailures(0);
    setBroken(false);
  }, [src]);
  useEffect(() => {
    if (!isBroken || failures > RETRIES) return undefined;
    const timer = setTimeout(() => setBroken(false), PAUSE);
    return () => clearTimeout(timer);
  }, [isBroken, failures]);
  const onError = () => {
    setFailures(failures + 1);
    setBroken(true);
  };
  return { isBroken, onError };
}

/** A colour that depends on an id. @param {string} id */
export function hue(id) {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + character.charCodeAt(0)) % 360;
  return sum;
}
