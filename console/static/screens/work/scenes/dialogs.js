import { html } from "htm/preact";
import { t } from "../../../i18n.js";
import { DeleteDialog } from "../../../parts/delete-dialog.js";
import { FormDialog } from "../../../parts/form-dialog.js";
import { toast } from "../../../state/toasts.js";
import { makeClipAnew, removeScene } from "./actions.js";
import { Takes } from "./takes.js";

/**
 * What a scene's menu opens: its takes, and questions.
 * @param {{work: import("../../../state/document.js").Document,
 *   action: {kind: string, index: number, number: number}, onClose: () => void}} props
 */
export function Dialogs({ work, action, onClose }) {
  const { kind, index, number } = action;
  if (kind === "takes") return html`<${Takes} ...${{ work, index, number, onClose }} />`;
  if (kind === "clipAnew") {
    return html`<${FormDialog}
      title=${t("scenes.clipAnewTitle", { number })}
      submit=${t("scenes.clipAnewSubmit")}
      danger
      onSubmit=${() => makeClipAnew(work, index)}
      onClose=${onClose}
    >
      <p>${t("scenes.clipAnewText")}</p>
    <//>`;
  }
  const remove = async () => {
    await removeScene(work, index);
    toast(t("scenes.removed", { number }));
  };
  return html`<${DeleteDialog} title=${t("scenes.removeTitle", { number })} onSubmit=${remove} onClose=${onClose}>
    <p>${t("scenes.removeText")}</p>
  <//>`;
}
