import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "../../api.js";
import { Icon } from "../../components/button.js";
import { DeleteDialog, FormDialog } from "../../components/dialogs.js";
import { SelectField, TextArea, TextField } from "../../components/field.js";
import { FileButton, useDrop } from "../../components/files.js";
import { Notice } from "../../components/notice.js";
import { VoiceSample, keyOf } from "../../components/voice-sample.js";
import { t } from "../../i18n.js";
import "../../i18n/sound.js";
import "../../i18n/work.js";
import { codeOf, englishNameOf, languagesOf, nameOf, speaks } from "../../languages.js";
import { navigate } from "../../router.js";
import { PICTURES, isPicture } from "../../state/assets.js";
import { useQuestionOnLeave } from "../../state/leaving.js";
import { useLoad } from "../../state/load.js";
import { hasDemo, hasDemoFor, loadProviders, providers } from "../../state/providers.js";
import { listVoices } from "../../state/voices.js";
import { SIZES } from "../../timeline/size.js";
import { workPage } from "../../urls.js";
import { DemoOffer } from "../demo/button.js";
import { WAYS, Ways } from "../projects.js";
import { createFilm, discardFilm, nothing as nothing2 } from "./create-film.js";
import { createVideo, discard, nothing, sayRefused } from "./create.js";
import { useClips } from "./clips.js";
import { FileTiles } from "./file-tiles.js";
import { FilmPhotos } from "./film-photos.js";
import { Captions, Length, PhotoFit } from "./film-options.js";
import { fitOf, shapeOf } from "./motions.js";

const SHAPES = ["portrait", "square", "landscape"];

/** The shape of a video. @param {{shape: string, onChange: (shape: string) => void}} props */
function Shape({ shape, onChange }) {
  return html`<fieldset class="field">
    <legend>${t("newVideo.shape")}</legend>
    <div class="segments">
      ${SHAPES.map(
        (value) =>
          html`<label class="segment">
            <input type="radio" name="shape" value=${value} checked=${shape === value} onChange=${() => onChange(value)} />
            <span><i class=${`shape ${value}`}></i>${t(`newVideo.shapes.${value}`)}</span>
          </label>`,
      )}
    </div>
  </fieldset>`;
}

/** @typedef {import("./create-film.js").Film} Film */

const NONE = "none"; // no voice
const OTHER = "other"; // a language that no voice is known to speak

/**
 * A hook: asks for photos, what is said with each, a voice, music and captions; and makes a film of
 * them, for which no vendor is needed.
 * @param {AbortSignal} closing
 * @param {(files: File[]) => void} toClips  begins a cut with files instead
 * @returns {Way}
 */
function useFilm(closing, toClips) {
  const [film, setFilm] = useState(() => ({
    name: t("film.standardName"),
    photos: /** @type {import("./create-film.js").Photo[]} */ ([]),
    shape: "", // that of the photos
    spoken: navigator.language.split("-")[0],
    voice: "",
    hasMusic: true,
    captions: "karaoke",
    fit: /** @type {import("../../timeline/timeline.js").Fit | ""} */ (""), // as suits the photos
    seconds: /** @type {number | null} */ (null),
  }));
  const [isReading, setReading] = useState(false);
  const [sent, setSent] = useState(0);
  const { current: made } = useRef(nothing2());
  const voices = useVoices(film.spoken);
  const change = (/** @type {Partial<typeof film>} */ changed) => setFilm((before) => ({ ...before, ...changed }));
  const chosen = film.voice === NONE ? undefined : (voices.own.find(({ id }) => id === film.voice) ?? voices.own[0]);
  const shape = film.shape || shapeOf(film.photos);
  const fit = film.fit || fitOf(film.photos, SIZES[shape]);
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
  const fields = html`<${FilmPhotos} photos=${film.photos} onChange=${(/** @type {typeof film.photos} */ photos) => change({ photos })} isReading=${isReading} onReading=${setReading} toClips=${toClips} />
    <div class="pair">
      <${SelectField} label=${t("film.language")} value=${voices.language} onInput=${(/** @type {string} */ spoken) => change({ spoken, voice: "" })}
        options=${voices.languages.map((code) => ({ value: code, label: code === OTHER ? t("film.otherLanguage") : nameOf(code) }))}
        hint=${voices.areKnown && !voices.own.length ? t("film.noVoices") : undefined} />
      <div class="with-sample">
        <${SelectField} label=${t("film.voice")} value=${chosen?.id ?? NONE} onInput=${(/** @type {string} */ voice) => change({ voice })}
        options=${[...voices.own.map(({ id, name }) => ({ value: id, label: name })), { value: NONE, label: t(voices.areKnown ? "film.noVoice" : "common.loading") }]} />
        ${chosen && html`<${VoiceSample} key=${keyOf(chosen)} voice=${chosen} language=${voices.language} />`}
      </div>
    </div>
    <${Captions} style=${film.captions} onChange=${(/** @type {string} */ captions) => change({ captions })} />
    <div class="pair">
      <${Length} lines=${film.photos.map(({ line }) => line)} wished=${film.seconds} onChange=${(/** @type {number | null} */ seconds) => change({ seconds })} />
      <${TextField} label=${t("film.name")} required maxlength="500" value=${film.name} onInput=${(/** @type {string} */ name) => change({ name })} />
    </div>
    <${Shape} shape=${shape} onChange=${(/** @type {string} */ shape) => change({ shape })} />
    <${PhotoFit} fit=${fit} onChange=${(/** @type {import("../../timeline/timeline.js").Fit} */ fit) => change({ fit })} />
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

/** What a photo is called in the order. @type {import("./file-tiles.js").NameOf} */
const nameOfPhoto = (name, number, count) => t("newVideo.photoAt", { name, number, count });

/**
 * Photos that are chosen or dropped, in their order, which dragging or the arrow keys change.
 * @param {{photos: File[], onChange: (photos: File[]) => void}} props
 */
function Photos({ photos, onChange }) {
  const [refused, setRefused] = useState(/** @type {string[]} */ ([]));
  const add = (/** @type {File[]} */ files) => {
    if (!files.length) return;
    const accepted = files.filter(isPicture);
    setRefused(files.filter((file) => !accepted.includes(file)).map(({ name }) => name));
    onChange([...photos, ...accepted]);
  };
  const { isOver, handlers } = useDrop(add);
  return html`<div class="field">
    <span class="label" id="new-video-photos">${t("newVideo.photos")} <span class="optional">${t("common.optional")}</span></span>
    <div class=${`photos ${isOver ? "over" : ""}`} role="group" aria-labelledby="new-video-photos" ...${handlers}>
      ${photos.length > 0 && html`<${FileTiles} files=${photos} nameOf=${nameOfPhoto} onChange=${onChange} />`}
      <div class="photos-add">
        ${photos.length === 0 && html`<${Icon} name="images" />`}
        <${FileButton} small icon="image-plus" accept=${PICTURES} multiple onFiles=${add}>${t("newVideo.addPhotos")}<//>
        <span class="hint drop-words">${t("newVideo.drop")}</span>
      </div>
    </div>
    ${refused.map((name) => html`<${Notice} key=${name} kind="error">${t("newVideo.noPhoto", { name })}<//>`)}
    <p class="hint">${t(photos.length > 1 ? "newVideo.photosOrder" : "newVideo.photosHint")}</p>
  </div>`;
}

/** @typedef {import("./create.js").Brief} Brief */

const LONGEST_NAME = 60; // characters of a name that is made from a text

const KINDS = ["blank", "social", "ecommerce", "saas", "educational", "news"];

/** @returns {Brief} */
const empty = () => ({
  name: "",
  about: "",
  photos: [],
  shape: "portrait",
  language: englishNameOf(navigator.language.split("-")[0]),
  projectType: "blank",
});

/**
 * A hook: asks for what a first video needs, and makes a project with a work of it.
 * @param {AbortSignal} closing
 * @returns {Way}
 */
export function useBrief(closing) {
  const [brief, setBrief] = useState(empty);
  const [isStepwise, setStepwise] = useState(false);
  const [sent, setSent] = useState(0);
  const { current: made } = useRef(nothing());
  const isMade = !isStepwise && hasDemo.value === true; // at once, for nothing
  const change = (/** @type {Partial<Brief>} */ changed) => setBrief((before) => ({ ...before, ...changed }));
  const submit = async () => {
    const about = brief.about.trim();
    if (!about && !brief.name.trim()) throw refusal(t("newVideo.needsAbout"));
    const asked = { ...brief, product: brief.name.trim(), name: brief.name.trim() || nameFrom(about), about };
    try {
      const work = await createVideo(asked, made, { signal: closing, onPhoto: setSent });
      if (closing.aborted) return discard(made);
      const hasBrief = about || work.selectedAssetIds.length;
      navigate(workPage(work.projectId, work.id, isMade ? "demo" : hasBrief ? "scenes" : ""));
      sayRefused(made.refused); // there: errors end with the screen
    } catch (error) {
      setSent(0);
      if (!closing.aborted) throw error;
      await discard(made);
    }
  };
  const fields = html`<${TextArea}
        label=${t("newVideo.about")}
        autofocus
        rows="2"
        placeholder=${t("newVideo.aboutHint")}
        value=${brief.about}
        onInput=${(/** @type {string} */ about) => change({ about })}
      />
      <${TextField}
        label=${t("common.name")}
        optional
        maxlength="500"
        autocomplete="off"
        hint=${t("newVideo.nameHint")}
        value=${brief.name}
        onInput=${(/** @type {string} */ name) => change({ name })}
      />
      <${Photos} photos=${brief.photos} onChange=${(/** @type {File[]} */ photos) => change({ photos })} />
      <${Shape} shape=${brief.shape} onChange=${(/** @type {string} */ shape) => change({ shape })} />
      <div class="pair">
        <${TextField}
          label=${t("brief.language")}
          optional
          maxlength="500"
          value=${brief.language}
          onInput=${(/** @type {string} */ language) => change({ language })}
        />
        <${SelectField}
          label=${t("projects.kind")}
          value=${brief.projectType}
          options=${KINDS.map((kind) => ({ value: kind, label: t(`projects.kinds.${kind}`) }))}
          onInput=${(/** @type {string} */ projectType) => change({ projectType })}
        />
      </div>
      ${hasDemo.value === true &&
      html`<label class="check">
          <input type="checkbox" checked=${!isStepwise} onChange=${() => setStepwise(!isStepwise)} />
          <span>${t("newVideo.atOnce")}</span>
        </label>
        <p class="hint">${t("newVideo.atOnceHint")}</p>`}
      <div role="status">
        ${sent > 0 && html`<${Notice}>${t("newVideo.sending", { number: sent, count: brief.photos.length })}<//>`}
      </div>`;
  return { submit, discard: () => discard(made), fields, submitText: t(isMade ? "film.make" : "projects.create"), isEmpty: !brief.name && !brief.about && !brief.photos.length };
}

/** A name for what a text is about: its first words. @param {string} text */
function nameFrom(text) {
  const [start] = text.split(/[.!?\n]/u);
  const name = start.trim() || text;
  return name.length <= LONGEST_NAME ? name : name.slice(0, LONGEST_NAME).replace(/\s\S*$/u, "");
}

/**
 * @typedef {object} Way to a first video: what a form asks for
 * @property {any} fields
 * @property {string} submitText
 * @property {() => Promise<any>} submit
 * @property {() => Promise<void>} discard deletes what a failed attempt has made
 * @property {boolean} isEmpty whether nothing is lost by closing it
 */

/**
 * Asks for what a first video needs: photos with what is said, clips to cut, or a brief for the models.
 * @param {{way: string, onClose: () => void}} props `way` is the first one that is shown
 */
export function NewVideo({ way: first, onClose }) {
  const [chosen, setChosen] = useState(first);
  const [isLeaving, setLeaving] = useState(false);
  const { current: closing } = useRef(new AbortController());
  const { add, ...clips } = useClips(closing.signal);
  const toClips = (/** @type {File[]} */ files) => {
    add(files);
    setChosen("clips");
  };
  /** @type {Record<string, Way>} */
  const ways = { film: useFilm(closing.signal, toClips), clips, brief: useBrief(closing.signal) };
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
      wide
      title=${t("projects.newTitle")}
      submit=${way.submitText}
      onSubmit=${way.submit}
      onClose=${close}
      onDone=${onClose}
    >
      <${Choice} chosen=${chosen} onChoose=${setChosen} />
      ${chosen === "brief" && html`<${DemoOffer} />`}
      ${way.fields}
    <//>
    ${isLeaving &&
    html`<${DeleteDialog} title=${t("film.leaveTitle")} submit=${t("film.leave")} onSubmit=${async () => leave()} onClose=${() => setLeaving(false)}>
      <p>${t("film.leaveText")}</p>
    <//>`}`;
}

/** @param {{chosen: string, onChoose: (way: string) => void}} props */
function Choice({ chosen, onChoose }) {
  const card = (/** @type {string} */ way, /** @type {any} */ content) =>
    html`<label class="way">
      <input type="radio" name="way" value=${way} checked=${chosen === way} onChange=${() => onChoose(way)} />
      ${content}
    </label>`;
  return html`<fieldset class="field">
    <legend class="visually-hidden">${t("film.ways")}</legend>
    <${Ways} card=${card} />
    <p class="hint way-needs" aria-hidden="true">${t(`ways.${chosen}Needs`)}</p>
  </fieldset>`;
}
