/** Adds the texts of voices, music and sounds, which the first screens do without. */

import { addTexts } from "../i18n.js";
import en from "./en-sound.js";

addTexts(en);
