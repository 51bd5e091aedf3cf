import { html } from "htm/preact";
import { Icon } from "./icon.js";

const ICONS = {
  queued: "clock",
  running: "loader-circle",
  waiting: "clock",
  succeeded: "circle-check",
  failed: "circle-alert",
  interrupted: "triangle-alert",
  cancelled: "circle-x",
};

/** The state of a job as an icon; its words have to be beside it. @param {{state: string}} props */
export function JobIcon({ state }) {
  const name = ICONS[/** @type {keyof typeof ICONS} */ (state)] ?? "circle-help";
  return html`<span class=${`job-icon ${state}`}>
    <${Icon} name=${name} class=${state === "running" ? "spin" : ""} />
  </span>`;
}
