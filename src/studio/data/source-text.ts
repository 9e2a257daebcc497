import type { DatasetVersion } from "../../contract/index.ts";

type Source = DatasetVersion["source"];

/** Where the bytes of a version came from, in words. */
export function sourceText(source: Source): string {
  switch (source.kind) {
    case "upload":
      return `the file ${source.fileName}`;
    case "datastore":
      return `${source.path} in the datastore ${source.datastore}`;
    case "query":
      return `a query of the datastore ${source.datastore}`;
    case "url":
      return source.url;
    case "derived":
      return `${source.dataset} ${source.version} by ${source.steps.map(({ step }) => step).join(", ")}`;
    case "collected":
      return `what the endpoint ${source.endpoint} collected`;
    case "scored":
      return `${source.dataset} ${source.version} scored by ${source.model} ${source.modelVersion}`;
    case "transformed":
      return `a query over ${Object.values(source.tables)
        .map(({ dataset, version }) => `${dataset} ${version}`)
        .join(", ")}`;
    case "command":
      return `the output ${source.output} of the step ${source.step}`;
  }
}
