import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { t } from "../../i18n.js";
import { NameField, SelectField } from "../../parts/field.js";
import { FormDialog } from "../../parts/form-dialog.js";
import { navigate } from "../../router.js";
import { createProject } from "../../state/projects.js";
import { projectPage } from "../../urls.js";

const KINDS = ["blank", "social", "ecommerce", "saas", "educational", "news"];

/** @param {{onClose: () => void}} props */
export function NewProject({ onClose }) {
  const [name, setName] = useState("");
  const [projectType, setProjectType] = useState("blank");
  const submit = async () => {
    const project = await createProject({ name: name.trim(), projectType });
    navigate(projectPage(project.id));
  };
  return html`<${FormDialog}
    title=${t("projects.newTitle")}
    submit=${t("projects.create")}
    onSubmit=${submit}
    onClose=${onClose}
  >
    <${NameField} value=${name} onInput=${setName} />
    <${SelectField}
      label=${t("projects.kind")}
      hint=${t("projects.kindHint")}
      value=${projectType}
      onInput=${setProjectType}
      options=${KINDS.map((kind) => ({ value: kind, label: t(`projects.kinds.${kind}`) }))}
    />
  <//>`;
}
