import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "./button.js";
import { t } from "../i18n.js";

const SHOWN = 2000; // milliseconds

/**
 * A text to be copied, such as a token or a line for a terminal.
 * @param {{label: string, text: string, autofocus?: boolean}} props
 */
export function CopyText({ label, text, autofocus }) {
  /** @type {{current: HTMLElement | null}} */
  const element = useRef(null);
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), SHOWN);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    if (element.current) setCopied(await copyFrom(element.current, text));
  };
  return html`<div class="copy-text">
    <pre ref=${element} dir="ltr" tabindex="0" aria-label=${label}><code>${text}</code></pre>
    <${Button} small autofocus=${autofocus} icon=${copied ? "check" : "copy"} aria-label=${`${t("common.copy")}: ${label}`} onClick=${copy}>
      ${t(copied ? "common.copied" : "common.copy")}
    <//>
    <span class="visually-hidden" role="status">${copied && t("common.copied")}</span>
  </div>`;
}

/**
 * Copy a text that an element shows; it is selected as well, for browsers that refuse to copy.
 * @param {HTMLElement} element
 * @param {string} text
 */
async function copyFrom(element, text) {
  getSelection()?.selectAllChildren(element);
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return document.execCommand("copy"); // the only way without TLS
  }
}
