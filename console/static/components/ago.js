import { signal } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect } from "preact/hooks";
import { formatAgo, formatTime } from "../i18n.js";

const PAUSE = 30_000; // milliseconds: minutes are shown

/** Counts up while a time is shown. */
const ticks = signal(0);
let shown = 0;
let timer = 0;

/** How long ago something was, which goes on while it is shown. @param {{at: number}} props  Unix milliseconds */
export function Ago({ at }) {
  ticks.value; // it is shown anew with each
  useEffect(() => {
    shown += 1;
    if (shown === 1) timer = setInterval(() => (ticks.value += 1), PAUSE);
    return () => {
      shown -= 1;
      if (shown === 0) clearInterval(timer);
    };
  }, []);
  return html`<time datetime=${new Date(at).toISOString()} title=${formatTime(at)}>${formatAgo(at)}</time>`;
}
