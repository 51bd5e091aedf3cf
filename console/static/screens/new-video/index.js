import { html } from "htm/preact";
import { useRef, useState } from "preact/hooks";
import { DeleteDialog, FormDialog } from "../../components/dialogs.js";
import { t } from "../../i18n.js";
import "../../i18n/sound.js";
import { useQuestionOnLeave } from "../../state/leaving.js";
import { useBrief } from "./brief.js";
import { useFilm } from "./film.js";

/**
 * @typedef {object} Way to a first video: what a form asks for
 * @property {any} fields
 * @property {string} submitText
 * @property {() => Promise<any>} submit
 * @property {() => Promise<void>} discard deletes what a failed attempt has made
 * @property {boolean} isEmpty whether nothing is lost by closing it
 */

const WAYS = ["film", "brief"];

/**
 * Asks for what a first video needs: photos with what is said, or a brief for the models.
 * @param {{way: string, onClose: () => void}} props `way` is the first one that is shown
 */
export function NewVideo({ way: first, onClose }) {
  const [chosen, setChosen] = useState(first);
  const [isLeaving, setLeaving] = useState(false);
  const { current: closing } = useRef(new AbortController());
  /** @type {Record<string, Way>} */
  const ways = { film: useFilm(closing.signal), brief: useBrief(closing.signal) };
  const way = ways[chosen];
  const isEmpty = WAYS.every((each) => ways[each].isEmpty);
  useQuestionOnLeave(!isEmpty);
  const leave = () => {
    closing.abort();
    for (const each of WAYS) ways[each].discard();
    onClose();
  };
  const close = () => (isEmpty ? leave() : setLeaving(true));
  return html`<${FormDialog}
      wide=${chosen === "film"}
      title=${t("projects.newTitle")}
      submit=${way.submitText}
      onSubmit=${way.submit}
      onClose=${close}
      onDone=${onClose}
    >
      <${Ways} chosen=${chosen} onChoose=${setChosen} />
      ${way.fields}
    <//>
    ${isLeaving &&
    html`<${DeleteDialog} title=${t("film.leaveTitle")} submit=${t("film.leave")} onSubmit=${async () => leave()} onClose=${() => setLeaving(false)}>
      <p>${t("film.leaveText")}</p>
    <//>`}`;
}

/** @param {{chosen: string, onChoose: (way: string) => void}} props */
function Ways({ chosen, onChoose }) {
  return html`<fieldset class="field">
    <legend class="visually-hidden">${t("film.ways.label")}</legend>
    <div class="segments">
      ${WAYS.map(
        (way) =>
          html`<label key=${way} class="segment">
            <input type="radio" name="way" value=${way} checked=${chosen === way} onChange=${() => onChoose(way)} />
            <span>${t(`film.ways.${way}`)}</span>
          </label>`,
      )}
    </div>
  </fieldset>`;
}
