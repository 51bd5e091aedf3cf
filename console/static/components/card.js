import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { Icon } from "./button.js";
import { Menu } from "./menu.js";

const RETRIES = 3;
const PAUSE = 4000; // milliseconds: thumbnails are made when they are asked for, a few at a time

/**
 * A project, work, asset or template in a grid: its poster, its name, a line about it and its menu.
 * `picture` replaces the poster, `size` is that of the film which it is of.
 * @param {{href: string, id: string, name: string, poster?: string | null, size?: {width: number, height: number}, icon?: string,
 *   note: any, picture?: any, menuLabel: string, items: import("./menu.js").MenuItem[], children?: any}} props
 */
export function Card({ href, id, name, poster, size, icon, note, picture, menuLabel, items, children }) {
  return html`<li class="card">
    ${picture ?? html`<${Poster} src=${poster} id=${id} icon=${icon} size=${size} />`}
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
 * that depends on the id. With the size of a film, it is shown whole in a frame of that shape.
 * @param {{src?: string | null, id: string, icon?: string, size?: {width: number, height: number}}} props
 */
export function Poster({ src, id, icon = "clapperboard", size }) {
  const { isBroken, onError } = useRetries(src ?? "");
  if (!src || isBroken) {
    return html`<span class="poster none" style=${{ "--hue": hue(id) }}><${Icon} name=${icon} /></span>`;
  }
  const image = { src, alt: "", loading: "lazy", decoding: "async" };
  const ground = html`<img ...${image} class="poster-ground" />`;
  const whole = html`<img ...${image} class="poster-image" onError=${onError} />`;
  return html`<span class="poster">
    ${ground}
    ${size ? html`<span class="poster-film" style=${{ "--shape": size.width / size.height }}>${ground}${whole}</span>` : whole}
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
