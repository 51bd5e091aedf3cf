import { html } from "htm/preact";
import { useState } from "preact/hooks";
import "../i18n/sound.js";
import { t } from "../i18n.js";
import { codeOf, languagesOf, nameOf, speaks } from "../languages.js";
import { useLoad } from "../state/load.js";
import { providers } from "../state/providers.js";
import { listVoices } from "../state/voices.js";
import { Icon } from "./button.js";
import { FormDialog } from "./dialogs.js";
import { Failure, Loading } from "./fallbacks.js";
import { NumberField, SelectField } from "./field.js";
import { Notice } from "./notice.js";
import { VoiceSample, keyOf } from "./voice-sample.js";

const SHOWN = 60; // voices at once
const UNKNOWN = "unknown"; // stands for a narrator who is not among the voices, and stays
const SPEED = { least: 0.7, most: 1.25 };

/**
 * @typedef {import("../state/voices.js").Voice} Voice
 * @typedef {import("../state/voices.js").Narrator} Narrator
 */

/**
 * A dialog that chooses a voice: search, languages, samples, speed.
 * @param {{title: string, narrator: Narrator | null, language: string, provider?: string, offersProject?: boolean,
 *   onUse: (chosen: Narrator | null, forProject: boolean) => Promise<any>, onClose: () => void}} props
 *   `language` is the work's, empty without one; `provider`: only its voices; `offersProject`: also whether the project gets it,
 *   and its speed
 */
export default function VoicePicker({ title, narrator, language, provider, offersProject, onUse, onClose }) {
  const [picked, setPicked] = useState(/** @type {string | null} */ (null));
  const [speed, setSpeed] = useState(/** @type {number | null} */ (narrator?.speed ?? 1));
  const [forProject, setForProject] = useState(false);
  const [spoken, setSpoken] = useState(/** @type {string | null} */ (null));
  const [query, setQuery] = useState("");
  const { data, error } = useLoad(() => listVoices({ provider }), [provider ?? ""]);
  const all = data ?? [];
  const languages = languagesOf(all);
  const own = codeOf(language, languages);
  const before = all.find((each) => isVoiceOf(each, narrator));
  const voice = picked === null ? before : all.find((each) => keyOf(each) === picked);
  const current = spoken ?? (before && !speaks(before, own) ? "" : own); // so that it is seen
  const found = all.filter((voice) => matches(voice, query));
  const voices = found.filter((each) => speaks(each, current));
  const chosen = picked ?? (voice ? keyOf(voice) : narrator ? UNKNOWN : "");
  const submit = () => {
    const { speed: _, ...kept } = narrator ?? { voice: "" };
    const speaker = picked === null ? kept : { provider: voice?.provider, voice: voice?.id ?? "" };
    const atSpeed = speed && speed !== 1 ? { speed } : {};
    return onUse(speaker.voice ? { ...speaker, ...atSpeed } : null, forProject);
  };
  return html`<${FormDialog} wide title=${title} submit=${t("voices.use")} onSubmit=${submit} onClose=${onClose}>
    <div class="voice-filters">
      <span class="search">
        <${Icon} name="search" />
        <input type="search" class="input" dir="auto" aria-label=${t("voices.search")} placeholder=${t("voices.search")}
          value=${query} onInput=${(/** @type {any} */ event) => setQuery(event.target.value)} />
      </span>
      <${SelectField} label=${t("voices.language")} value=${current} onInput=${setSpoken}
        options=${[{ value: "", label: t("voices.allLanguages") }, ...languages.map((code) => ({ value: code, label: nameOf(code) }))]} />
    </div>
    ${!data && (error ? html`<${Failure} error=${error} />` : html`<${Loading} />`)}
    ${data && html`<${List} ...${{ voices, chosen, language: current }} onChoose=${setPicked} />`}
    ${data && !voices.length && html`<${Nobody} query=${query} language=${current} others=${found.length} />`}
    ${voice && !speaks(voice, own) && html`<${Notice} kind="warning">${t("voices.otherLanguage", { name: voice.name, language: nameOf(own) })}<//>`}
    ${offersProject &&
    html`<div class="voice-options">
      <${NumberField} label=${t("voices.speed")} hint=${t("voices.speedHint")} min=${SPEED.least} max=${SPEED.most} step="0.05" value=${speed} onInput=${setSpeed} />
      <label class="check">
        <input type="checkbox" checked=${forProject} onChange=${() => setForProject(!forProject)} />
        <span>${t("voices.forProject")}</span>
      </label>
    </div>`}
    <${Costs} voices=${voices} />
  <//>`;
}

/** @param {{voices: Voice[], chosen: string, language: string, onChoose: (key: string) => void}} props */
function List({ voices, chosen, language, onChoose }) {
  const shown = voices.slice(0, SHOWN);
  const row = (/** @type {string} */ key, /** @type {any} */ text, /** @type {Voice | null} */ voice = null) =>
    html`<li key=${key} class="voice">
      <label>
        <input type="radio" name="voice" value=${key} checked=${chosen === key} onChange=${() => onChoose(key)} />
        <span>${text}</span>
      </label>
      ${voice && html`<${VoiceSample} voice=${voice} language=${language} />`}
    </li>`;
  return html`<fieldset class="voices">
    <legend class="visually-hidden">${t("voices.list")}</legend>
    <ul>
      ${row("", html`<strong>${t("voices.standard")}</strong> <small>${t("voices.standardHint")}</small>`)}
      ${shown.map((voice) => row(keyOf(voice), html`<strong dir="auto">${voice.name}</strong> <small>${aboutOf(voice)}</small>`, voice))}
      ${voices.length > SHOWN && html`<li class="hint">${t("voices.more", { count: voices.length - SHOWN })}</li>`}
    </ul>
  </fieldset>`;
}

/** @param {{query: string, language: string, others: number}} props `others` speak another language */
function Nobody({ query, language, others }) {
  if (query && others) return html`<p class="quiet">${t("voices.noneOfLanguage", { count: others, language: nameOf(language) })}</p>`;
  if (query || !language) return html`<p class="quiet">${t("voices.none")}</p>`;
  return html`<p class="quiet">
    ${t("voices.noneSpeaks", { language: nameOf(language) })} ${t("voices.noneHelp")}${" "}
    <a href="/settings/providers">${t("voices.toSettings")}</a>
  </p>`;
}

/** What samples cost, and whose voices sound like a machine. @param {{voices: Voice[]}} props */
function Costs({ voices }) {
  const ids = [...new Set(voices.map(({ provider }) => provider))];
  const paid = ids.filter((id) => id !== "demo").map(providerName);
  return html`${ids.includes("demo") && html`<p class="hint">${t("voices.machine")}</p>`}
    ${paid.map((provider) => html`<p key=${provider} class="hint">${t("voices.paid", { provider })}</p>`)}`;
}

/** @param {Voice} voice */
function aboutOf({ provider, languages, gender, style }) {
  const spoken = languages.length > 3 ? t("voices.languages", { count: languages.length }) : languages.map(nameOf).join(", ");
  const about = [gender && (t(`voices.genders.${gender}`)), style, spoken, providerName(provider)];
  return about.filter(Boolean).join(" · ");
}

/** @param {string} id */
const providerName = (id) => providers.value?.find((each) => each.id === id)?.name ?? id;

/** @param {Voice} voice @param {Narrator | null} narrator its provider may be left out */
const isVoiceOf = (voice, narrator) => voice.id === narrator?.voice && (!narrator.provider || narrator.provider === voice.provider);

/** Whether each word of a query begins a word about a voice. @param {Voice} voice @param {string} query */
function matches({ name, style = "", gender = "", provider, languages }, query) {
  const wordsOf = (/** @type {string} */ text) => text.toLowerCase().split(/[^\p{L}\p{N}\p{M}]+/u).filter(Boolean);
  const about = wordsOf([name, style, gender, providerName(provider), ...languages.map(nameOf)].join(" "));
  return wordsOf(query).every((word) => about.some((each) => each.startsWith(word)));
}
