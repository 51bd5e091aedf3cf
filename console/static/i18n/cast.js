/** Adds the texts of the cast of a project, which the first screens do without. */

import { addTexts } from "../i18n.js";
import en from "./en-cast.js";

addTexts(en);
