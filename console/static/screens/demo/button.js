import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { t } from "../../i18n.js";
import { Button } from "../../parts/button.js";
import { navigate } from "../../router.js";
import { createProject } from "../../state/projects.js";
import { toastError } from "../../state/toasts.js";
import { createWork } from "../../state/works.js";
import { workPage } from "../../urls.js";

/** Starts a demo: a project with a work, whose screen does the rest. @param {{kind?: string}} props */
export function DemoButton({ kind = "plain" }) {
  const [busy, setBusy] = useState(false);
  const start = async () => {
    setBusy(true);
    try {
      const project = await createProject({ name: t("demo.project"), projectType: "ecommerce" });
      const work = await createWork(project.id, brief());
      navigate(workPage(project.id, work.id, "demo"));
    } catch (error) {
      setBusy(false);
      toastError(error);
    }
  };
  return html`<${Button} kind=${kind} icon="wand-sparkles" busy=${busy} onClick=${start}>${t("demo.make")}<//>`;
}

function brief() {
  return {
    name: t("demo.work"),
    productName: t("demo.product"),
    productDescription: t("demo.description"),
    targetAudience: t("demo.audience"),
    language: "en",
    videoDuration: 9,
    sceneCount: 3,
    resolution: { width: 1024, height: 576 },
  };
}
