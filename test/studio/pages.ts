/** Every page of the studio in the states that are worth a look. */
import type { Page } from "playwright-core";
import type { Studio } from "./browser.ts";
import type { Seeded } from "./seed.ts";

type Seen = readonly [role: Parameters<Page["getByRole"]>[0], name: string | RegExp];

export interface PageState {
  /** Unique; names its pictures. */
  readonly name: string;
  /** Path and query, in the world that was seeded. */
  readonly path: (seeded: Seeded) => string;
  /** Visible when the page has what it shows. */
  readonly seen: Seen;
  /** Compared with pictures, to the pixel. */
  readonly golden: boolean;
}

/** One state of each page, and those with a form of their own: graphs, charts, answers, failures. */
const pictured: ReadonlySet<string> = new Set(
  (
    "sign-in, home, nothing-there, compute, environments, environment, datastores, access-tokens, audit, data, " +
    "data-new, dataset-preview, dataset-profile, automl, automl-step-1, automl-step-3, automl-run-models, " +
    "automl-run-explain, jobs, jobs-timeline, compare, run-overview, run-metrics, pipelines, pipeline-new, " +
    "pipeline-graph, pipeline-run, pipeline-run-failed, models, model-versions, model-overview, endpoints, " +
    "endpoint-new, endpoint-test, endpoint-consume, endpoint-metrics"
  ).split(", "),
);

const at = (name: string, path: string | PageState["path"], seen: Seen): PageState => ({
  name,
  path: (seeded) => `/w/default${typeof path === "string" ? path : path(seeded)}`,
  seen,
  golden: pictured.has(name),
});

/** Of one object, by its tabs: their texts are the role tab's names. */
function tabs(name: string, path: PageState["path"], all: Readonly<Record<string, Seen>>): PageState[] {
  return Object.entries(all).map(([tab, seen]) => at(`${name}-${tab}`, (seeded) => `${path(seeded)}?tab=${tab}`, seen));
}

const title = (name: string | RegExp): Seen => ["heading", name];

/** Before signing in. */
export const signInPage: PageState = { ...at("sign-in", "", title(/sign in/i)), path: () => "/sign-in" };

/** Of a workspace, signed in. */
export const pages: readonly PageState[] = [
  at("home", "", title(/home/i)),
  at("data", "/data", title("Data")),
  at("data-new", "/data/new", title(/./)),
  ...tabs("dataset", () => "/data/customers", byTitle("customers", ["preview", "profile", "schema", "lineage"])),
  at("dataset-diff", "/data/customers?tab=diff&against=1", title("customers")),
  at("automl", "/automl", title("Automated ML")),
  at("automl-step-1", "/automl/new?step=1&dataset=customers", title(/./)),
  at("automl-step-2", "/automl/new?step=2&dataset=customers&target=churned", title(/./)),
  at("automl-step-3", "/automl/new?step=3&dataset=customers&target=churned", title(/./)),
  ...tabs(
    "automl-run",
    ({ automlRun }) => `/jobs/${automlRun}`,
    byTitle(/churn of customers/, ["models", "progress", "guardrails", "explain", "outputs", "logs", "config"]),
  ),
  at("jobs", "/jobs", title("Jobs")),
  at(
    "jobs-selected",
    ({ experimentRuns: [a, b] }) => `/jobs?cols=metrics.auc,metrics.loss&sel=${a},${b}`,
    title("Jobs"),
  ),
  at("jobs-timeline", "/jobs?view=timeline", title("Jobs")),
  at("compare", ({ experimentRuns }) => `/compare?runs=${experimentRuns.slice(0, 4).join(",")}`, title(/compare/i)),
  ...tabs(
    "run",
    ({ experimentRuns }) => `/jobs/${experimentRuns[20]}`,
    byTitle(/rate/, ["overview", "metrics", "outputs", "logs"]),
  ),
  at("pipelines", "/pipelines", title("Pipelines")),
  at("pipeline-new", "/pipelines/new", title(/./)),
  ...tabs(
    "pipeline",
    () => "/pipelines/nightly-check",
    byTitle("nightly-check", ["graph", "runs", "schedules", "endpoint", "yaml"]),
  ),
  at("pipeline-run-form", "/pipelines/nightly-check/run", title(/./)),
  at("pipeline-run", ({ finishedPipelineRun }) => `/jobs/${finishedPipelineRun}`, title(/released/)),
  at("pipeline-run-failed", ({ failedPipelineRun }) => `/jobs/${failedPipelineRun}?step=enough`, title(/too few rows/)),
  at("pipeline-run-waiting", ({ waitingPipelineRun }) => `/jobs/${waitingPipelineRun}?step=release`, title(/waits/)),
  at("models", "/models", title("Models")),
  ...tabs("model", () => "/models/churn", byTitle(/churn/, ["versions", "overview", "lineage", "files"])),
  at("endpoints", "/endpoints", title("Endpoints")),
  at("endpoint-new", "/endpoints/new?model=churn@1", title(/./)),
  ...tabs(
    "endpoint",
    () => "/endpoints/churn",
    byTitle("churn", ["test", "consume", "swagger", "logs", "metrics", "deployments", "settings"]),
  ),
  at("compute", "/compute", title("Compute")),
  at("environments", "/environments", title("Environments")),
  at("environment", "/environments/sklearn", title("sklearn")),
  at("datastores", "/datastores", title("Datastores")),
  ...tabs("access", () => "/access", byTitle("Users and tokens", ["tokens", "users", "roles"])),
  at("audit", "/audit", title("Audit")),
  at("nothing-there", "/nothing", title(/./)),
];

/** Of which only the controls are used, on a server: what they unfold is on no other page. */
export const openedPages: readonly PageState[] = [
  at("jobs-grouped", "/jobs?group=experiment", title("Jobs")),
  at(
    "compare-parallel",
    ({ experimentRuns }) => `/compare?view=parallel&runs=${experimentRuns.slice(0, 4).join(",")}`,
    title(/compare/i),
  ),
  at("run-folders", ({ experimentRuns }) => `/jobs/${experimentRuns[0]}?tab=outputs`, title(/rate/)),
  at("schedule-new", "/schedules/new?pipeline=nightly-check", title("New schedule")),
];

function byTitle(name: string | RegExp, tabs: readonly string[]): Record<string, Seen> {
  return Object.fromEntries(tabs.map((tab) => [tab, title(name)]));
}

/** Opens a page and waits until it shows what it is about, and nothing moves or is asked for any more. */
export async function showPage(studio: Studio, { path, seen: [role, name] }: PageState, seeded: Seeded): Promise<void> {
  await studio.page.goto(path(seeded));
  await studio.page.getByRole(role, { name }).first().waitFor();
  await studio.settle();
}

/** The page that an address is of: "/jobs/$run" for all its tabs. */
function pageOf({ name }: PageState): string {
  return name.split("-")[0] as string;
}

/** One state of each page, and those with a picture: what `npm test` uses on a server, where every state takes seconds. */
export const usedPages: readonly PageState[] =
  process.env["STUDIO_PAGES"] === "all"
    ? pages
    : pages.filter((state, at) => state.golden || pages.findIndex((other) => pageOf(other) === pageOf(state)) === at);
