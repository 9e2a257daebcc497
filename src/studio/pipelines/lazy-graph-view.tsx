import { lazy, Suspense, type ComponentProps, type ReactElement } from "react";
import { Skeleton } from "../kit/index.ts";
import type { GraphView as View } from "./graph-view.tsx";

const LoadedView = lazy(() => import("./graph-view.tsx").then(({ GraphView: Loaded }) => ({ default: Loaded })));

/** The graph, which comes with what places its boxes: 20 KB that the rest of a page does not wait for. */
export function GraphView(props: ComponentProps<typeof View>): ReactElement {
  return (
    <Suspense fallback={<Skeleton />}>
      <LoadedView {...props} />
    </Suspense>
  );
}
