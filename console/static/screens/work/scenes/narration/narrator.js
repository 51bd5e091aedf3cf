import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { Button } from "../../../../components/button.js";
import { Lazy } from "../../../../components/lazy.js";
import { useMayCall } from "../../../../components/paid-button.js";
import { equal } from "../../../../documents/merge.js";
import { useDocument } from "../../../../documents/open-documents.js";
import { t } from "../../../../i18n.js";
import { providerOf } from "../../../../state/choices.js";
import { toast, toastError } from "../../../../state/toasts.js";
import { useVoiceName, voicesKey } from "../../../../state/voices.js";
import { projectApi } from "../../../../urls.js";
import { editSound, speak } from "./actions.js";

/** @typedef {import("../../../../state/voices.js").Narrator} Narrator */

/** @type {import("../../../../state/providers.js").Role[]} */
const SPEECH = ["speech"];

const PICKER = () => import("../../../../components/voice-picker.js");

/**
 * Who speaks where a line says nothing else: of the work, or else of the project.
 * @param {any} work @param {any} project
 * @returns {Narrator | null}
 */
const narratorOf = (work, project) => work.sound?.narrator ?? project?.styleGuide?.narrator ?? null;

/**
 * Says who speaks in the work, and lets one choose.
 * @param {{work: import("../../../../documents/document.js").Document, project: any}} props
 */
export function NarratorButton({ work, project }) {
  const [isOpen, setOpen] = useState(false);
  const value = work.value.value;
  const narrator = narratorOf(value, project);
  const name = useVoiceName(narrator);
  const mayCall = useMayCall(SPEECH);
  const { document: parent } = useDocument(projectApi(value.projectId));
  const use = async (/** @type {Narrator | null} */ chosen, /** @type {boolean} */ forProject) => {
    editSound(work, { narrator: chosen });
    if (!equal(chosen, narrator) && voicesKey(value)) sayKept(work, mayCall);
    if (forProject) parent?.edit({ styleGuide: { ...parent.value.value.styleGuide, narrator: chosen } });
  };
  return html`<${Button} class="narrator" icon="audio-lines" onClick=${() => setOpen(true)}>
      ${t("soundBar.narrator", { name: narrator ? name : t("soundBar.standard") })}
    <//>
    ${isOpen &&
    html`<${Lazy} load=${PICKER}
      title=${t("voices.title")}
      narrator=${narrator}
      language=${value.language}
      offersProject
      onUse=${use}
      onClose=${() => setOpen(false)}
    />`}`;
}

/**
 * Voices that are there stay those of the narrator before.
 * @param {import("../../../../documents/document.js").Document} work @param {boolean} mayCall  models that speak
 */
function sayKept(work, mayCall) {
  const run = () => void speak(work, { only: "changed" }).catch(toastError);
  toast(t("soundBar.narratorChanged"), mayCall ? { action: { label: t("soundBar.speakAll"), run } } : {});
}

/**
 * Lets one choose who speaks a scene's line.
 * @param {{work: import("../../../../documents/document.js").Document, project: any, scene: any, number: number,
 *   onUse: (voice: string | null) => void, onClose: () => void}} props
 */
export function LineVoice({ work, project, scene, number, onUse, onClose }) {
  const value = work.value.value;
  const narrator = narratorOf(value, project);
  const voice = scene?.narration?.voice ?? narrator?.voice;
  return html`<${Lazy} load=${PICKER}
    title=${t("voices.titleLine", { number })}
    narrator=${voice ? { ...narrator, voice } : null}
    provider=${narrator?.provider ?? providerOf("speech")?.id}
    language=${value.language}
    onUse=${async (/** @type {Narrator | null} */ chosen) => onUse(chosen && chosen.voice !== narrator?.voice ? chosen.voice : null)}
    onClose=${onClose}
  />`;
}
