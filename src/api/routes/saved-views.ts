import { deleteSavedView, listSavedViews, saveView, type SavedView, type ViewOwner } from "../../access/index.ts";
import { operations, type SavedView as SavedViewBody } from "../../contract/index.ts";
import { route, type Call, type Route } from "../route.ts";
import type { Services } from "../services.ts";

export function savedViewRoutes({ database }: Services): Route[] {
  return [
    route(operations.listSavedViews, async (call) => {
      const views = await listSavedViews(database, ownerOf(call));
      return { items: views.map(toBody) };
    }),
    route(operations.saveView, async (call) =>
      toBody(await saveView(database, { ...ownerOf(call), ...call.body, id: call.idempotentId })),
    ),
    route(operations.deleteSavedView, async (call) => {
      await deleteSavedView(database, ownerOf(call), call.params.view);
      return undefined;
    }),
  ];
}

function ownerOf(call: Pick<Call<typeof operations.listSavedViews>, "workspace" | "principal">): ViewOwner {
  return { workspaceId: call.workspace.id, userId: call.principal.userId };
}

function toBody({ createdAt, ...view }: SavedView): SavedViewBody {
  return { ...view, createdAt: createdAt.toISOString() };
}
