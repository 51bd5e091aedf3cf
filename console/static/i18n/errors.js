/** Adds the texts of errors, by their codes: what the service says of them is English, and more exact. */

import { addTexts } from "../i18n.js";
import en from "./en-errors.js";

addTexts(en);
