/** Adds the texts of works, which the first screens do without. */

import { addTexts } from "../i18n.js";
import en from "./en-work.js";

addTexts(en);
