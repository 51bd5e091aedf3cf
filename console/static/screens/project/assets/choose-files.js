import { ACCEPTED } from "../../../state/assets.js";

/** Open the browser's file chooser. @param {(files: File[]) => void} onFiles */
export function chooseFiles(onFiles) {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.accept = ACCEPTED;
  input.onchange = () => onFiles([...(input.files ?? [])]);
  input.click();
}
