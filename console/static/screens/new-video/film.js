import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../../api.js";
import { SelectField, TextField } from "../../components/field.js";
import { Notice } from "../../components/notice.js";
import { t } from "../../i18n.js";
import { codeOf, englishNameOf, languagesOf, nameOf, speaks } from "../../languages.js";
import { navigate } from "../../router.js";
import { useLoad } from "../../state/load.js";
import { hasDemoFor, loadProviders, providers } from "../../state/providers.js";
import { listVoices } from "../../state/voices.js";
import { workPage } from "../../urls.js";
import { createFilm, discardFilm, nothing } from "./create-film.js";
import { FilmPhotos } from "./film-photos.js";
import { shapeOf } from "./motions.js";
import { Shape } from "./shape.js";

/** @typedef {import("./create-film.js").Film} Film */

const NONE = "none"; // no voice
const OTHER = "other"; // a language that no voice is known to speak
const STYLES = ["karaoke", "box", "plain", "one-word"];

/**
 * A hook: asks for photos, what is said with each, a voice, music and captions; and makes a film of
 * them, for which no vendor is needed.
 * @param {AbortSignal} closing
 * @returns {import("./index.js").Way}
 */
export function useFilm(closing) {
  const [film, setFilm] = useState(() => ({
    name: t("film.standardName"),
    photos: /** @type {import("./create-film.js").Photo[]} */ ([]),
    shape: "", // that of the photos
    spoken: navigator.language.split("-")[0],
    voice: "",
    hasMusic: true,
    captions: "karaoke",
  }));
  const [isReading, setReading] = useState(false);
  const [sent, setSent] = useState(0);
  const { current: made } = useRef(nothing());
  const voices = useVoices(film.spoken);
  const change = (/** @type {Partial<typeof film>} */ changed) => setFilm((before) => ({ ...before, ...changed }));
  const chosen = film.voice === NONE ? undefined : (voices.own.find(({ id }) => id === film.voice) ?? voices.own[0]);
  const shape = film.shape || shapeOf(film.photos);
  const submit = async () => {
    if (isReading) throw refusal(t("film.photosUnread"));
    if (!film.photos.length) throw refusal(t("film.needsPhoto"));
    if (!voices.areKnown) throw voices.error ?? refusal(t("film.voicesUnknown"));
    const narrator = chosen ? { provider: chosen.provider, voice: chosen.id } : null;
    const asked = { ...film, shape, name: film.name.trim(), language: voices.language === OTHER ? "" : englishNameOf(voices.language), narrator };
    try {
      const work = await createFilm(asked, made, { signal: closing, onPhoto: setSent, refusalOf });
      if (!closing.aborted) navigate(workPage(work.projectId, work.id, "film"));
    } catch (error) {
      if (!closing.aborted) throw error;
      await discardFilm(made);
    } finally {
      setSent(0);
    }
  };
  const fields = html`<${FilmPhotos} photos=${film.photos} onChange=${(/** @type {typeof film.photos} */ photos) => change({ photos })} isReading=${isReading} onReading=${setReading} />
    <div class="pair">
      <${SelectField} label=${t("film.language")} value=${voices.language} onInput=${(/** @type {string} */ spoken) => change({ spoken, voice: "" })}
        options=${voices.languages.map((code) => ({ value: code, label: code === OTHER ? t("film.otherLanguage") : nameOf(code) }))}
        hint=${voices.areKnown && !voices.own.length ? t("film.noVoices") : undefined} />
      <${SelectField} label=${t("film.voice")} value=${chosen?.id ?? NONE} onInput=${(/** @type {string} */ voice) => change({ voice })}
        options=${[...voices.own.map(({ id, name }) => ({ value: id, label: name })), { value: NONE, label: t(voices.areKnown ? "film.noVoice" : "common.loading") }]} />
    </div>
    <div class="pair">
      <${SelectField} label=${t("film.captions")} value=${film.captions} onInput=${(/** @type {string} */ captions) => change({ captions })}
        options=${[...STYLES, ""].map((style) => ({ value: style, label: t(`film.captionStyles.${style || "none"}`) }))} />
      <${TextField} label=${t("film.name")} required maxlength="500" value=${film.name} onInput=${(/** @type {string} */ name) => change({ name })} />
    </div>
    <${Shape} shape=${shape} onChange=${(/** @type {string} */ shape) => change({ shape })} />
    ${hasDemoFor("music") &&
    html`<label class="check">
      <input type="checkbox" checked=${film.hasMusic} onChange=${() => change({ hasMusic: !film.hasMusic })} />
      <span>${t("film.music")}</span>
    </label>`}
    <p class="hint">${costOf(chosen)}</p>
    <div role="status">
      ${sent > 0 && html`<${Notice}>${t("film.sending", { number: sent, count: film.photos.length })}<//>`}
    </div>`;
  return { submit, discard: () => discardFilm(made), fields, submitText: t("film.make"), isEmpty: !film.photos.length && !isReading };
}

/** The voices that speak a language, and the languages to choose from, if they are known yet. @param {string} spoken */
function useVoices(spoken) {
  useEffect(() => {
    loadProviders();
  }, []);
  const { data, error } = useLoad(() => listVoices({}), ["voices"]);
  if (!data) return { areKnown: false, error, language: spoken, languages: [spoken], own: [] };
  const known = languagesOf(data);
  const language = codeOf(spoken, known) || OTHER;
  const own = data.filter((voice) => speaks(voice, language));
  return { areKnown: true, error, language, languages: [...known, OTHER], own };
}

/** Who is called and paid. @param {import("../../state/voices.js").Voice | undefined} voice */
function costOf(voice) {
  if (!voice || voice.provider === "demo") return t("film.free");
  const name = providers.value?.find(({ id }) => id === voice.provider)?.name ?? voice.provider;
  return t("film.paid", { provider: name });
}

/** @param {string} text */
const refusal = (text) => new ApiError(400, { error: text });

/** @param {File} file @param {ApiError} error */
const refusalOf = ({ name }, error) => t("film.refused", { name, reason: error.text });
