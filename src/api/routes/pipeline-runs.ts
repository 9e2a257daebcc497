import { operations } from "../../contract/index.ts";
import {
  decideStep,
  explainStep,
  findPipelineVersion,
  getPipelineRun,
  importDataPaths,
  listPipelineRuns,
  retryPipelineRun,
  submitPipelineRun,
} from "../../pipelines/index.ts";
import { transaction } from "../../store/index.ts";
import { pageRequest } from "../page-request.ts";
import { route, type Route } from "../route.ts";
import type { Services } from "../services.ts";
import { SlipwayError } from "../../base/index.ts";
import { toRunBody, toRunItemBody } from "./pipeline-bodies.ts";
import { storedDefinition } from "./pipeline-definitions.ts";

export function pipelineRunRoutes(services: Services): Route[] {
  const { database } = services;
  return [
    route(operations.createPipelineRun, async ({ body, workspace, idempotentId, actor, signal }) => {
      const {
        pipeline: reference,
        parameters: given = {},
        experiment,
        name,
        tags,
        reuse,
        continueOnStepFailure,
      } = body;
      const isNamed = reference !== undefined;
      if (isNamed === (body.text !== undefined || body.definition !== undefined)) {
        throw new SlipwayError("SLW_API_INPUT", "Either body.pipeline, body.text or body.definition says what runs.", {
          details: { field: "body.pipeline" },
        });
      }
      const what = isNamed
        ? { pipeline: await findPipelineVersion(database, workspace.id, reference), definition: undefined }
        : { pipeline: undefined, definition: await storedDefinition(services, workspace.id, body) };
      const definition = what.definition ?? what.pipeline.definition;
      const paths = { workspaceId: workspace.id, definition, parameters: given, actor };
      const parameters = await importDataPaths(services, paths, signal);
      const key = { workspaceId: workspace.id, runId: idempotentId };
      const options = { parameters, experiment, name, tags, reuse, continueOnStepFailure, actor };
      await transaction(database, (trx) =>
        submitPipelineRun(trx, { workspaceId: workspace.id, id: idempotentId, ...what, ...options }),
      );
      return toRunBody(await getPipelineRun(database, key));
    }),
    ...openRunRoutes(database),
  ];
}

function openRunRoutes(database: Services["database"]): Route[] {
  return [
    route(operations.listPipelineRuns, async ({ query, workspace }) => {
      const { pipeline, status: statuses, schedule: scheduleId } = query;
      const filter = { workspaceId: workspace.id, pipeline, statuses, scheduleId };
      const page = await listPipelineRuns(database, filter, pageRequest(query));
      return { ...page, items: page.items.map(toRunItemBody) };
    }),
    route(operations.getPipelineRun, async ({ params, workspace }) =>
      toRunBody(await getPipelineRun(database, { workspaceId: workspace.id, runId: params.run })),
    ),
    route(operations.retryPipelineRun, async ({ params, body, workspace, actor }) => {
      const key = { workspaceId: workspace.id, runId: params.run };
      await retryPipelineRun(database, { ...key, from: body.from, actor });
      return toRunBody(await getPipelineRun(database, key));
    }),
    route(operations.decidePipelineStep, async ({ params, body, workspace, actor }) => {
      const key = { workspaceId: workspace.id, runId: params.run };
      await decideStep(database, { ...key, step: params.step, ...body, actor });
      return toRunBody(await getPipelineRun(database, key));
    }),
    route(operations.explainPipelineStep, async ({ params, workspace }) => {
      const found = await explainStep(database, { workspaceId: workspace.id, runId: params.run, step: params.step });
      const { ran, differences, ...rest } = found;
      return { ...rest, reused: !ran, differences: differences.map((difference) => ({ ...difference })) };
    }),
  ];
}
