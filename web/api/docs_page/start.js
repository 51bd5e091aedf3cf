// HEAD answers as GET does, without a body.
const withoutHead = (spec) => {
  for (const operations of Object.values(spec.paths)) delete operations.head;
  return spec;
};

// Finds operations by method, path, summary or group; Swagger UI's own filter knows groups alone.
// From 150 operations on, only those in view are in the page, so that a browser's search misses some.
const search = () => ({
  fn: {
    opsFilter: (groups, phrase) => {
      const wanted = phrase.toLowerCase();
      const matches = (operation, group) =>
        [group, operation.get("method"), operation.get("path"), operation.getIn(["operation", "summary"])]
          .join(" ")
          .toLowerCase()
          .includes(wanted);
      return groups
        .map((group, name) =>
          group.update("operations", (operations) => operations.filter((each) => matches(each, name))),
        )
        .filter((group) => group.get("operations").size > 0);
    },
  },
});

fetch(new URL("../openapi.json", document.currentScript.src))
  .then((response) => response.json())
  .then((spec) =>
    SwaggerUIBundle({
      spec: withoutHead(spec),
      dom_id: "#swagger-ui",
      deepLinking: true,
      filter: true,
      persistAuthorization: true,
      plugins: [search],
    }),
  );
