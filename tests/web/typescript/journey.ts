// A journey of a client that is generated from the API's description: from an account to a video.
import { readFile } from "node:fs/promises";
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

type Failure = components["schemas"]["Error"];

const [baseUrl = "", picture = ""] = process.argv.slice(2);
const api = createClient<paths>({ baseUrl });
const demo = "demo";
const header = { "x-llm-provider": demo, "x-image-provider": demo, "x-video-provider": demo };

// Returns what a request returned. Throws the error of one that failed.
const found = <T>({ data, error }: { data?: T; error?: Failure }): T => {
  if (data === undefined) throw new Error(`${error?.code}: ${error?.error}`);
  return data;
};

// Throws unless the condition holds, which the compiler knows from then on.
function check(holds: unknown, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

const account = { email: "typescript@example.com", password: "correct horse", name: "Ana" };
const { accessToken } = found(await api.POST("/api/auth/register", { body: account }));
api.use({
  onRequest: ({ request }) => request.headers.set("Authorization", `Bearer ${accessToken}`),
});

const project = found(await api.POST("/api/projects", { body: { name: "Lamps" } }));
const work = found(
  await api.POST("/api/projects/{projectId}/works", {
    params: { path: { projectId: project.id } },
    body: { productName: "Lamp", sceneCount: 1, videoDuration: 1, mode: "content_remix" },
  }),
);
const path = { projectId: project.id, workId: work.id };

const finished = async (jobId: string) => {
  const job = found(
    await api.GET("/api/projects/{projectId}/works/{workId}/jobs/{jobId}", {
      params: { path: { ...path, jobId }, query: { wait: 30 } },
    }),
  );
  check(job.state === "succeeded", job.reason ?? job.state);
  return job;
};

const start = async (body: components["schemas"]["NewJob"]) => {
  const url = "/api/projects/{projectId}/works/{workId}/jobs";
  return finished(found(await api.POST(url, { params: { path, header }, body })).id);
};

const scenario = await start({ kind: "scenario" });
check(scenario.kind === "scenario", scenario.kind);
check(scenario.result?.scenes[0]?.scene_index === 0, "no scene");

const form = new FormData();
form.set("file", new Blob([await readFile(picture)], { type: "image/png" }), "lamp.png");
const uploaded = found(
  await api.POST("/api/projects/{projectId}/works/{workId}/media/scene/{index}/image", {
    params: { path: { ...path, index: "0" } },
    body: form as never, // openapi-typescript has no type for a form with a file
  }),
);
check("ok" in uploaded, "fetched in the background"); // as an address may be

const options = { width: 64, height: 64, fps: 10, quality: "draft", to: 0.5 } as const;
const job = await start({ kind: "export", options });
check(job.kind === "export" && job.result, job.kind);
const file = await api.GET("/api/projects/{projectId}/works/{workId}/exports/{exportId}", {
  params: { path: { ...path, exportId: job.result.id } },
  parseAs: "arrayBuffer",
});
check(found(file).byteLength === job.result.size, "not the whole file");

const exports = found(
  await api.GET("/api/projects/{projectId}/works/{workId}/exports", { params: { path } }),
).exports;
check(exports[0]?.id === job.result.id, "not listed");

const ordered = found(
  await api.POST("/api/videos", {
    params: { header },
    body: { prompt: "A lamp that follows the sun", sceneCount: 1, export: false },
  }),
);
check(ordered.kind === "pipeline" && ordered.steps.length > 0, "no steps");

const missing = await api.GET("/api/projects/{projectId}", {
  params: { path: { projectId: "proj_missing" } },
});
check(missing.error?.code === "not_found", "found");
