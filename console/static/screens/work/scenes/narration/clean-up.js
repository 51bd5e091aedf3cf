import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { useReadOnly } from "../../../../components/access.js";
import { Icon } from "../../../../components/button.js";
import { isListenedTo, listen } from "../../../../components/listening.js";
import { t } from "../../../../i18n.js";
import { toastError } from "../../../../state/toasts.js";
import { versionedVoice } from "../../../../urls.js";
import { madeOf } from "../actions.js";
import { cleanUp } from "./actions.js";

/** Whether a voice is a recording: of what was generated, the speaker is known. @param {any} made */
export const isRecording = (made) => Boolean(made?.voiceUrl && !made.voiceSpeakerHash);

/**
 * The switch that cleans up a scene's recording. A voice that is played goes on as it is then.
 * @param {{work: import("../../../../documents/document.js").Document, index: number, made: any, number: number}} props
 */
export function CleanUp({ work, index, made, number }) {
  const isReadOnly = useReadOnly();
  const [wanted, setWanted] = useState(/** @type {boolean | null} */ (null)); // while it is switched
  const isBusy = wanted !== null;
  const change = async (/** @type {any} */ { target }) => {
    const isPlayed = isListenedTo(addressOf(made));
    setWanted(target.checked);
    try {
      await cleanUp(work, index, target.checked);
      const now = madeOf(work.value.value, index);
      if (isPlayed) await listen(addressOf(now), addressOf(now), now.voiceGain);
    } catch (error) {
      toastError(error);
    } finally {
      setWanted(null);
    }
  };
  return html`<label class="check" title=${t("narration.cleanUpHint")}>
    <input
      type="checkbox"
      aria-label=${t("narration.cleanUpName", { number })}
      aria-busy=${isBusy ? "true" : undefined}
      disabled=${isReadOnly || isBusy}
      checked=${wanted ?? Boolean(made.voiceCleanUp)}
      onChange=${change}
    />
    <span>${t(wanted ? "narration.cleaningUp" : "narration.cleanUp")}</span>
    ${isBusy && html`<${Icon} name="loader-circle" class="spin" />`}
  </label>`;
}

/** @param {any} made */
const addressOf = (made) => versionedVoice(made.voiceUrl, made.voiceUpdatedAt);
