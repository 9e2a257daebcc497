/** Draws a page where there is no window: on the server, from what its loaders ask the API. Built apart, for Node. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { renderToString, renderToStringAsync } from "preact-render-to-string";
import type { VNode } from "preact";
import { firstAnswers, openApi, type FirstAnswer } from "./api/index.ts";
import { addReactAttributes } from "./app/preact-attributes.ts";
import { createStudioRouter } from "./router.ts";
import { assumeViewer, type Viewer } from "./viewer/index.ts";

addReactAttributes();

type Router = ReturnType<typeof createStudioRouter>;

interface Drawing {
  /** What the browser would draw first with these answers; null where something is missing that the page needs. */
  readonly html: string | null;
  readonly answers: readonly FirstAnswer[];
}

/**
 * @param address path and query of the page
 * @param ask the API's answer to a GET of this path and query
 */
export async function drawPage(
  address: string,
  viewer: Viewer,
  ask: (target: string) => Promise<Response>,
): Promise<Drawing> {
  const queryClient = new QueryClient({
    defaultOptions: { queries: { retry: false, staleTime: Infinity, meta: { api: openApi(reading(ask)) } } },
  });
  const router = createStudioRouter(queryClient, address);
  await router.load();
  await settle(queryClient);
  const isWhole = router.state.matches.length > 1 && router.state.matches.every(({ status }) => status === "success");
  const html = isWhole && isComplete(queryClient) ? await draw(queryClient, router, viewer) : null;
  return { html, answers: firstAnswers(queryClient) };
}

/** Waits for what is asked: also for that for which the page's loader does not wait. */
async function settle(queryClient: QueryClient): Promise<void> {
  await Promise.allSettled(
    queryClient
      .getQueryCache()
      .getAll()
      .map(({ promise }) => promise),
  );
}

/** Whether everything that was asked was answered. */
function isComplete(queryClient: QueryClient): boolean {
  return queryClient
    .getQueryCache()
    .getAll()
    .every(({ state }) => state.status === "success");
}

/** Nothing is changed by looking at a page. */
function reading(ask: (target: string) => Promise<Response>): Parameters<typeof openApi>[0] {
  return {
    // Nobody asks this host: only path and query are.
    url: "http://studio.invalid",
    fetch: (url, init) => {
      const { pathname, search } = new URL(String(url));
      if (init?.method !== "GET")
        throw new TypeError(`${init?.method} ${pathname} is not asked while a page is drawn.`);
      return ask(pathname + search);
    },
  };
}

/** How often a page may find that it asks for more. */
const rounds = 3;

/** Where parts of the page are still to come, it is drawn again with what they ask for, which the drawing tells. */
async function draw(queryClient: QueryClient, router: Router, viewer: Viewer): Promise<string> {
  const page = (): VNode =>
    (
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    ) as unknown as VNode;
  let html = await drawWhole(viewer, page);
  for (let round = 1; round < rounds && html.includes(" data-loading"); round++) {
    if (!(await askForMore(queryClient))) break;
    html = await drawWhole(viewer, page);
  }
  return html;
}

/** @returns whether anything was answered */
async function askForMore(queryClient: QueryClient): Promise<boolean> {
  const wanted = queryClient
    .getQueryCache()
    .getAll()
    .filter(({ state, options }) => {
      const { enabled = true } = options as { readonly enabled?: unknown };
      return state.status === "pending" && enabled === true;
    });
  const answers = await Promise.allSettled(wanted.map((query) => query.fetch()));
  return answers.some(({ status }) => status === "fulfilled");
}

async function drawWhole(viewer: Viewer, page: () => VNode): Promise<string> {
  try {
    return drawFor(viewer, page());
  } catch (error) {
    if (!String(error).includes("suspenseful")) throw error;
    // Parts that are loaded when they are drawn: the second time they are there.
    await renderToStringAsync(page());
    return drawFor(viewer, page());
  }
}

/** In one step, so that nothing else is drawn for this viewer. */
function drawFor(viewer: Viewer, page: VNode): string {
  assumeViewer(viewer);
  return renderToString(page);
}
