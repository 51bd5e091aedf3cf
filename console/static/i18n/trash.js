/** Adds the texts of the trash, which the first screens do without. */

import { addTexts } from "../i18n.js";
import en from "./en-trash.js";

addTexts(en);
