import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { FormDialog } from "../../../../components/dialogs.js";
import { NumberField, TextArea } from "../../../../components/field.js";
import { t } from "../../../../i18n.js";
import { providerOf } from "../../../../state/choices.js";
import { startJob } from "../../../../state/jobs.js";
import { pathOf } from "../actions.js";

const LONGEST_PROMPT = 2000; // characters
/** How long music and sounds can be, in seconds. @type {Record<string, {least: number, most: number}>} */
const LENGTHS = { music: { least: 3, most: 600 }, sound: { least: 0.5, most: 30 } };

/**
 * Asks what music or sound is to be made.
 * @param {{kind: string, work: import("../../../../documents/document.js").Document, onClose: () => void}} props
 */
export function MakeSound({ kind, work, onClose }) {
  const { least, most } = LENGTHS[kind];
  const isMusic = kind === "music";
  const [prompt, setPrompt] = useState("");
  const [seconds, setSeconds] = useState(/** @type {number | null} */ (isMusic ? null : 2));
  const [isInstrumental, setInstrumental] = useState(true);
  const provider = providerOf(/** @type {any} */ (kind), [/** @type {any} */ (kind)]);
  const submit = async () => {
    await work.flush();
    const music = isMusic ? { instrumental: isInstrumental } : {};
    await startJob(pathOf(work), { kind, prompt: prompt.trim() || undefined, seconds: seconds ?? undefined, ...music });
  };
  const texts = isMusic
    ? { title: "music.title", submit: "music.submit", prompt: "music.prompt", hint: "music.promptHint" }
    : { title: "music.effectTitle", submit: "music.effectSubmit", prompt: "music.effectPrompt", hint: "music.effectHint" };
  return html`<${FormDialog} title=${t(texts.title)} submit=${t(texts.submit)} onSubmit=${submit} onClose=${onClose}>
    <${TextArea} rows="2" label=${t(texts.prompt)} optional=${isMusic} required=${!isMusic} limit=${LONGEST_PROMPT}
      placeholder=${t(texts.hint)} value=${prompt} onInput=${setPrompt} />
    <${NumberField} label=${t("music.seconds")} optional=${isMusic} hint=${isMusic && t("music.secondsHint")} unit="s"
      min=${least} max=${most} step="any" required=${!isMusic} value=${seconds} onInput=${setSeconds} />
    ${isMusic &&
    html`<label class="check">
      <input type="checkbox" checked=${isInstrumental} onChange=${() => setInstrumental(!isInstrumental)} />
      <span>${t("music.instrumental")}</span>
    </label>`}
    ${isMusic && work.value.value.editorState.audioUrl && html`<p class="hint">${t("music.replaces")}</p>`}
    ${provider && html`<p class="hint">${t(provider.id === "demo" ? "music.free" : "music.paid", { provider: provider.name })}</p>`}
  <//>`;
}
