import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { Button } from "../../components/button.js";
import { t } from "../../i18n.js";
import { navigate } from "../../router.js";
import { createProject, removeNewProject } from "../../state/projects.js";
import { demoAbsence, hasDemo, loadProviders } from "../../state/providers.js";
import { toastError } from "../../state/toasts.js";
import { createWork } from "../../state/works.js";
import { workPage } from "../../urls.js";

/** Offers the demo, or says why there is none. */
export function DemoOffer() {
  useEffect(() => {
    loadProviders();
  }, []);
  if (hasDemo.value === false) return html`<p class="demo-offer quiet">${t(`demo.none.${demoAbsence.value}`)}</p>`;
  return html`<div class="demo-offer"><span>${t("ways.demo")}</span> <${DemoButton} /></div>`;
}

/**
 * Creates a project with a work for a demo, and opens the screen that runs it.
 * @param {{kind?: string}} props
 */
export function DemoButton({ kind = "plain" }) {
  const [busy, setBusy] = useState(false);
  const start = async () => {
    setBusy(true);
    try {
      const work = await createDemo();
      navigate(workPage(work.projectId, work.id, "demo"));
    } catch (error) {
      setBusy(false);
      toastError(error);
    }
  };
  return html`<${Button} kind=${kind} icon="wand-sparkles" busy=${busy} onClick=${start}>${t("demo.make")}<//>`;
}

/** A project with a work, or neither. Throws ApiError. */
async function createDemo() {
  const project = await createProject({ name: t("demo.project"), projectType: "ecommerce" });
  try {
    return await createWork(project.id, brief());
  } catch (error) {
    await removeNewProject(project.id).catch(() => {});
    throw error;
  }
}

function brief() {
  return {
    name: t("demo.work"),
    productName: t("demo.product"),
    productDescription: t("demo.description"),
    targetAudience: t("demo.audience"),
    language: "en",
    videoDuration: 12,
    sceneCount: 3,
    resolution: { width: 1024, height: 576 },
    sound: { captions: { style: "karaoke" } },
  };
}
