/** Adds the texts of lists of works, assets, templates, styles, settings and keys, which the first screens do without. */

import { addTexts } from "../i18n.js";
import en from "./en-library.js";

addTexts(en);
